// Moments and places on a line: arithmetic only, nothing here knows of a page. Moments are seconds since 1970, UTC.

/** Seconds of recordings that are asked for at a time. */
const SLOT = 600;

export const now = () => Date.now() / 1000;

/** The day so many days later, as 2026-11-29. @param {string} day @param {number} days */
export const shiftDay = (day, days) => new Date(Date.parse(day) + days * 86400000).toISOString().slice(0, 10);

/** Which part of a day lies before a moment, 0 to 1. @param {number} moment @param {Span} day */
export const placeOf = (moment, [from, until]) => Math.min(1, Math.max(0, (moment - from) / (until - from)));

/** What to ask for to see a moment: the same for all of ten minutes, so that it is prepared once. @param {readonly Span[]} spans @param {number} moment @returns {Span | undefined} nothing was recorded then */
export const pieceAt = (spans, moment) => {
  const slot = Math.floor(moment / SLOT) * SLOT;
  const [from, until] = spans.find(([begin, end]) => begin <= moment && moment < end) ?? [0, 0];
  const piece = /** @type {const} */ ([Math.ceil(Math.max(slot, from)), Math.floor(Math.min(slot + SLOT, until))]);
  return piece[1] - piece[0] < 1 ? undefined : piece;
};

/** When something was recorded next. @param {readonly Span[]} spans @param {number} moment */
export const recordedFrom = (spans, moment) => {
  const span = spans.find(([, until]) => until > moment + 1);
  return span && Math.max(span[0], moment);
};

/** Episodes with a new one, or what has changed of one, oldest first. @template {Placed} T @param {readonly T[]} episodes @param {T} changed */
export const withChanged = (episodes, changed) =>
  [...episodes.filter((each) => each.id !== changed.id), changed].sort((one, other) => one.start - other.start);

/** The episode nearest to a moment, so many seconds away at most; of several, the latest that had begun. @template {Placed} T @param {readonly T[]} episodes @param {number} moment @param {number} [most] */
export const nearest = (episodes, moment, most = Infinity) => {
  const far = (/** @type {T} */ { start, end }) => Math.max(0, start - moment, moment - end);
  const [first] = [...episodes].sort((one, other) => far(one) - far(other) || other.start - one.start);
  return first && far(first) < most ? first : undefined;
};

/** The episode before (-1) or after (1) the one that is shown, else a moment. @template {Placed} T @param {readonly T[]} episodes @param {number} moment @param {number} direction @param {string} [shownId] */
export const neighbor = (episodes, moment, direction, shownId) => {
  const index = episodes.findIndex((each) => each.id === shownId);
  if (index >= 0) return episodes[index + direction];
  return direction > 0
    ? episodes.find((each) => each.start > moment)
    : episodes.findLast((each) => each.start < moment);
};
