// What Netrex answered about days, kept outside of cards: a page makes new ones whenever it is opened.

const MOST = 24;
/** Milliseconds for which signed addresses in an answer surely work. */
const GOOD_FOR = 12 * 3600 * 1000;
/** @type {Map<string, {answer: Timeline, at: number}>} by camera and day */
const kept = new Map();

/** @param {string} entity @param {Span} day */
const keyOf = (entity, day) => `${entity} ${day[0]} ${day[1]}`;

/** @param {string} entity @param {Span} day */
export const keptDay = (entity, day) => {
  const found = kept.get(keyOf(entity, day));
  if (found && Date.now() - found.at > GOOD_FOR) kept.delete(keyOf(entity, day));
  return kept.get(keyOf(entity, day))?.answer;
};

/** After a restart no signed address is good any more. */
export const forgetDays = () => kept.clear();

/** @param {string} entity @param {Span} day @param {Timeline} answer */
export const keepDay = (entity, day, answer) => {
  const key = keyOf(entity, day);
  const at = kept.get(key)?.at ?? Date.now();
  kept.delete(key);
  kept.set(key, { answer, at });
  if (kept.size > MOST) kept.delete(/** @type {string} */ (kept.keys().next().value));
};

/** Ask about a day. Pictures keep the address they have, or all of them would be loaded again. @param {Hass} hass @param {string} entity @param {Span} day */
export const askDay = async (hass, entity, day) => {
  /** @type {Timeline} */
  const answer = await hass.callWS({ type: "netrex/timeline", entity_id: entity, start: day[0], end: day[1] });
  const before = new Map(keptDay(entity, day)?.episodes.map((each) => [each.id, each]));
  const episodes = answer.episodes.map((each) => {
    const known = before.get(each.id);
    const isSame = known?.picture && !known.ongoing && known.end === each.end;
    return isSame ? { ...each, picture: known.picture } : each;
  });
  keepDay(entity, day, { ...answer, episodes });
  return { ...answer, episodes };
};
