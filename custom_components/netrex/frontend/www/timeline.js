// A day as a line: what is recorded, and what happened when. It can be dragged, zoomed, and used by keys.

import { center, h, memo } from "./dom.js";
import { colorOf } from "./kinds.js";
import { nearest, now, placeOf } from "./time.js";

/** Pixels within which a tap means an event, and seconds within which a key does. */
const [NEAR, CLOSE] = [8, 30];
/** Minutes between two times that are written: how many there is space for, the style sheet knows. */
const EVERY = [720, 360, 180, 60, 30];
/** How many times as wide as the card the day is at most. */
const WIDEST = 64;
/** @type {Record<string, number>} seconds that a key goes */
const STEPS = { ArrowLeft: -60, ArrowRight: 60, ArrowDown: -600, ArrowUp: 600, PageDown: -3600, PageUp: 3600 };
/** @type {Record<string, number>} how many times wider a key makes the day */
const ZOOMS = { "+": 2, "-": 0.5 };
const POINTERS = ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"];

/** @type {(view: View) => DayLine} */
export const dayLine = (view) => {
  const fixed = memo();
  // Pixels between two fingers, until they are gone.
  let [zoom, spread, centered] = [1, 0, ""];

  const cursorIn = (/** @type {Span} */ [from, until]) =>
    Math.min(Math.max(self.keyed ?? view.playing.at(), from), until - 1);
  const widen = (/** @type {number} */ wanted) => {
    zoom = Math.min(WIDEST, Math.max(1, wanted));
    view.draw();
  };
  const goTo = (/** @type {number | null} */ moment) => {
    self.keyed = moment;
    view.draw();
  };
  const choose = (/** @type {number} */ moment, /** @type {number} */ within) => {
    const event = nearest(view.episodes(), moment, within);
    if (event) view.playing.playEpisode(event);
    else view.playing.playAt(moment);
  };

  const point = (/** @type {any} */ { type, pointerId, isPrimary, button, clientX, currentTarget: track }) => {
    const { left, width } = track.getBoundingClientRect();
    const [from, until] = view.day.bounds();
    const moment = from + Math.min(1, Math.max(0, (clientX - left) / width)) * (until - from);
    if (!view.day.answer || !isPrimary || button > 0 || (spread && type === "pointermove")) return;
    if (type === "pointerdown") track.setPointerCapture(pointerId);
    const isTap = type === "pointerup" && track.hasPointerCapture(pointerId) && !spread;
    if (isTap) choose(moment, (NEAR / width) * (until - from));
    self.pointed = ["pointerdown", "pointermove"].includes(type) ? moment : null;
    view.draw();
  };
  const pinch = (/** @type {TouchEvent} */ event) => {
    const [one, other] = event.touches;
    if (event.type === "touchstart" && !other) spread = 0;
    if (!one || !other) return;
    event.preventDefault();
    const before = spread;
    spread = Math.max(1, Math.abs(one.clientX - other.clientX));
    if (before) widen((zoom * spread) / before);
  };
  const wheel = (/** @type {WheelEvent} */ event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    widen(zoom * 2 ** (-event.deltaY / 200));
  };
  const keydown = (/** @type {KeyboardEvent} */ event) => {
    const { key } = event;
    const [[from, until], cursor] = [view.day.bounds(), cursorIn(view.day.bounds())];
    /** @type {Record<string, number>} */
    const ends = { Home: from, End: Math.min(now(), until - 1) };
    if (!view.day.answer || event.altKey || event.ctrlKey || event.metaKey) return;
    if (key === "Enter" || key === " ") choose(cursor, CLOSE);
    else if (ZOOMS[key]) widen(zoom * ZOOMS[key]);
    else if (STEPS[key] || key in ends) goTo(ends[key] ?? cursor + (STEPS[key] ?? 0));
    else return;
    event.preventDefault();
  };

  const parts = () => {
    const { day, episodes, words } = view;
    const [from, until] = day.bounds();
    const placed = (/** @type {number} */ moment) => `left: ${(100 * (moment - from)) / (until - from)}%`;
    const part = (/** @type {string} */ kind, /** @type {Span} */ [begin, end], color = "") => {
      const width = `${(100 * (end - begin)) / (until - from)}%`;
      return h(`i.${kind}`, { style: `${placed(begin)}; width: ${width}; background: ${color}` });
    };
    const count = day.answer ? Math.ceil((until - from) / 900) : 0;
    return h("div.fixed", {}, [
      day.answer?.spans.map((each) => part("span", each)),
      now() < until && part("future", [Math.max(now(), from), until]),
      episodes().map((each) => part("mark", [each.start, each.end], colorOf(each.kinds[0]))),
      Array.from({ length: count }, (_, index) => {
        const moment = from + index * 900;
        const every = EVERY.find((minutes) => words.minuteOf(moment) % minutes === 0) ?? 15;
        return h(`b.every-${every}`, { style: placed(moment) }, words.time(moment));
      }),
    ]);
  };

  /** @type {DayLine} */
  const self = {
    pointed: null,
    keyed: null,
    zoom: () => widen(zoom < 16 ? zoom * 4 : 1),
    center() {
      const { day, element, playing } = view;
      const wanted = `${day.day} ${zoom} ${self.keyed ?? playing.piece?.from}`;
      if (wanted === centered) return;
      if (center(".line", element.querySelector(".bubble") ?? element.querySelector(".needle"))) centered = wanted;
    },
    part() {
      const { day, episodes, playing, words } = view;
      const [from, until] = day.bounds();
      const [cursor, { pointed, keyed }] = [cursorIn([from, until]), self];
      const placed = (/** @type {number} */ moment) => `left: ${100 * placeOf(moment, [from, until])}%`;
      const said = [words.time(cursor), words.kinds(nearest(episodes(), cursor, CLOSE)?.kinds ?? [])];
      const isElsewhere = keyed === null && (playing.at() < from || playing.at() > until);
      const slider = { role: "slider", tabindex: "0", "aria-label": words.say("card.timeline"), "aria-valuemin": 0 };
      const values = { "aria-valuemax": Math.round(until - from), "aria-valuenow": Math.round(cursor - from) };
      const handlers = { keydown, wheel, blur: () => goTo(null), touchstart: pinch, touchmove: pinch };
      const pointers = Object.fromEntries(POINTERS.map((each) => [each, point]));
      return h(
        "div.line",
        {
          ...{ ...slider, ...values, "aria-valuetext": said.filter(Boolean).join(", "), ...handlers },
          class: { elsewhere: isElsewhere, wide: zoom > 1 },
        },
        h("div.track", { style: `width: ${100 * zoom}%`, ...pointers }, [
          fixed([day.answer, episodes(), Math.floor(now() / 20)], parts),
          h("div.needle", { style: placed(cursor) }),
          pointed !== null && h("output.bubble", { style: placed(pointed), "aria-hidden": true }, words.exact(pointed)),
        ]),
      );
    },
  };
  return self;
};
