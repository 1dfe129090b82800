// Days, moments and places on a line: arithmetic only, nothing here knows of a page. Moments are seconds since 1970.

/** @typedef {{id: string, start: number, end: number, kinds: readonly string[]}} Placed what of an episode matters here */

const STEPS = [60, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200];
const SLOT = 600;
const DAY = 86400;
/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();

/** What the clocks in a zone show, as seconds since 1970 as if they were in Greenwich. @param {number} moment @param {string} zone */
const shown = (moment, zone) => {
  let clock = clocks.get(zone);
  if (!clock) {
    // In Swedish, times are written as in ISO 8601.
    clock = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone: zone });
    clocks.set(zone, clock);
  }
  return Date.parse(`${clock.format(moment * 1000).replace(" ", "T")}Z`) / 1000;
};

/** The day of a moment, as 2026-11-29. @param {number} moment @param {string} zone */
export const dayOf = (moment, zone) => new Date(shown(moment, zone) * 1000).toISOString().slice(0, 10);

/** The day so many days later. @param {string} day @param {number} days */
export const shiftDay = (day, days) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY * 1000).toISOString().slice(0, 10);

/** The camera (ENTRY/NODE) and the moment of an event that a link names; null: there can be none then. @param {string} link @param {number} now @returns {[node: string, began: number] | null} */
export const linked = (link, now) => {
  const [, node = "", milliseconds = ""] = /^(\w+\/\d+)\/(\d+)$/.exec(link) ?? [];
  const began = Number(milliseconds) / 1000;
  // Home Assistant's clock may be ahead.
  return began > DAY && began < now + DAY ? [node, began] : null;
};

/** @param {string} day @param {string} zone */
const midnight = (day, zone) => {
  const wanted = Date.parse(`${day}T00:00:00Z`) / 1000;
  // By the clocks before and after a change, if there is one: a day may begin at one, or have two midnights.
  const found = [wanted - DAY, wanted + DAY].map((near) => wanted - (shown(near, zone) - near));
  return Math.min(...found.filter((moment) => dayOf(moment, zone) === day), Math.max(...found));
};

/** A day from midnight to midnight: 23, 24 or 25 hours. @param {string} day @param {string} zone @returns {Span} */
export const dayBounds = (day, zone) => [midnight(day, zone), midnight(shiftDay(day, 1), zone)];

/**
 * Where hours are written: as many as there is space for, on the clock's round times.
 * @param {Span} view @param {string} zone @param {number} width pixels @param {number} space pixels that one needs
 */
export const labels = ([from, until], zone, width, space) => {
  const least = ((until - from) * space) / Math.max(width, 1);
  const step = STEPS.find((each) => each >= least) ?? DAY;
  const base = Math.min(step, 1800);
  const found = [];
  for (let moment = Math.ceil(from / base) * base; moment < until; moment += base) {
    if ((shown(moment, zone) % DAY) % step === 0) found.push(moment);
  }
  return found;
};

/** Which part of a view lies before a moment, 0 to 1. @param {number} moment @param {Span} view */
export const placeOf = (moment, [from, until]) => Math.min(1, Math.max(0, (moment - from) / (until - from)));

/** @param {number} place @param {Span} view */
export const momentAt = (place, [from, until]) => from + Math.min(1, Math.max(0, place)) * (until - from);

/**
 * What to ask for to see a moment: at most ten minutes, the same ones for all moments in them, so that they are prepared once.
 * @param {readonly Span[]} spans @param {number} moment @param {number} now @returns {Span | null} null: nothing was recorded then
 */
export const pieceAt = (spans, moment, now) => {
  const span = spans.find(([from, until]) => from <= moment && moment < until);
  if (!span) return null;
  const slot = Math.floor(moment / SLOT) * SLOT;
  const from = Math.ceil(Math.max(slot, span[0]));
  const until = Math.floor(Math.min(slot + SLOT, span[1], now));
  return until - from < 1 ? null : [from, until];
};

/** When something was recorded next. @param {readonly Span[]} spans @param {number} moment */
export const recordedFrom = (spans, moment) => {
  const span = spans.find(([, until]) => until > moment + 1);
  return span && Math.max(span[0], moment);
};

/** View a smaller or larger part of a day round a moment. @param {Span} view @param {Span} day @param {number} factor @param {number} moment @returns {Span} */
export const zoomed = (view, day, factor, moment) => {
  const length = Math.min(day[1] - day[0], Math.max(SLOT, (view[1] - view[0]) * factor));
  return moved([moment - placeOf(moment, view) * length, moment - placeOf(moment, view) * length + length], day, 0);
};

/** The view so many seconds later, within the day. @param {Span} view @param {Span} day @param {number} seconds @returns {Span} */
export const moved = ([from, until], day, seconds) => {
  const by = Math.max(day[0] - from, Math.min(day[1] - until, seconds));
  return [from + by, until + by];
};

/** The view moved so far that a moment is in it, not at its edge. @param {Span} view @param {Span} day @param {number} moment @returns {Span} */
export const followed = (view, day, moment) => {
  const edge = (view[1] - view[0]) / 20;
  const by = Math.min(0, moment - (view[0] + edge)) + Math.max(0, moment - (view[1] - edge));
  return by ? moved(view, day, by) : view;
};

/** Episodes with a new one, or what has changed of one, oldest first. @template {Placed} T @param {readonly T[]} episodes @param {T} changed */
export const withChanged = (episodes, changed) =>
  [...episodes.filter((each) => each.id !== changed.id), changed].sort((one, other) => one.start - other.start);

/** How many seconds a moment is away from an episode. @param {Placed} episode @param {number} moment */
export const distance = ({ start, end }, moment) => Math.max(0, start - moment, moment - end);

/** So many episodes round a moment, in their order. @template {Placed} T @param {readonly T[]} episodes @param {number} moment @param {number} count */
export const around = (episodes, moment, count) => {
  const next = episodes.findIndex((each) => each.start > moment);
  const middle = next < 0 ? episodes.length : next;
  const first = Math.max(0, Math.min(middle - Math.ceil(count / 2), episodes.length - count));
  return episodes.slice(first, first + count);
};

/** The episode nearest to a moment. @template {Placed} T @param {readonly T[]} episodes @param {number} moment @returns {T | undefined} */
export const nearest = (episodes, moment) =>
  episodes.reduce((/** @type {T | undefined} */ best, each) => {
    if (!best || distance(each, moment) < distance(best, moment)) return each;
    return distance(each, moment) === distance(best, moment) && each.start <= moment ? each : best;
  }, undefined);

/**
 * The episode before (-1) or after (1) a moment, or after the one that is shown.
 * @template {Placed} T @param {readonly T[]} episodes @param {number} moment @param {number} direction @param {string} [shownId]
 */
export const neighbor = (episodes, moment, direction, shownId) => {
  const index = episodes.findIndex((each) => each.id === shownId);
  if (index >= 0) return episodes[index + direction];
  if (direction > 0) return episodes.find((each) => each.start > moment);
  return episodes.findLast((each) => each.start < moment);
};
