// A day as a line: what is recorded, and what happened when. It can be dragged, zoomed, and used by keys.

import { h, memo } from "./dom.js";
import { byImportance, colorOf } from "./kinds.js";
import { nearest, now, placeOf } from "./time.js";

/** Pixels within which a tap means an event, and seconds within which a key does. */
const [NEAR, CLOSE] = [8, 30];
/** Minutes between two times that are written: how many there is space for, the style sheet knows. */
const EVERY = [720, 360, 180, 60, 30];
/** Pixels beside the day. */
const BESIDE = 16;
/** How many times as wide as the card the day is at most, and by the magnifier. */
const [WIDEST, WIDE] = [64, 16];
/** @type {Record<string, number>} seconds that a key goes */
const STEPS = { ArrowLeft: -60, ArrowRight: 60, ArrowDown: -600, ArrowUp: 600, PageDown: -3600, PageUp: 3600 };
/** @type {Record<string, number>} how many times wider a key makes the day */
const ZOOMS = { "+": 2, "-": 0.5 };

/** @type {(view: View) => DayLine} */
export const dayLine = (view) => {
  const fixed = memo();
  let zoom = 1;
  /** Pixels between two fingers, until they are gone. */
  let spread = 0;
  /** Where the bubble is, 0 to 1. */
  let side = 0;
  /** Which place of the day, 0 to 1, is to be how many pixels from the begin. @type {{place: number, x: number} | undefined} */
  let held;
  /** What the line was last scrolled to: not again, as the person scrolls, too. @type {number | undefined} */
  let centered;
  /** The place of the day in the middle of what is seen. */
  let seen = 0.5;

  const boxOf = (/** @type {string} */ selector) =>
    view.element.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
  const placed = (/** @type {number} */ moment) => `left: ${100 * placeOf(moment, view.day.bounds())}%`;
  const cursor = () => {
    const [from, until] = view.day.bounds();
    return Math.min(Math.max(self.keyed ?? view.playing.at(), from), until - 1);
  };
  /** Make the day so many times as wide as the card; what is there on the screen stays there. @type {(wanted: number, x?: number) => void} */
  const widen = (wanted, x) => {
    const [line, track, needle] = [boxOf(".scroll"), boxOf(".track"), boxOf(".needle")];
    const at = Math.min(Math.max(line.left, x ?? (needle.left || line.left + line.width / 2)), line.right);
    zoom = Math.min(WIDEST, Math.max(1, wanted));
    held = { place: (at - track.left) / track.width, x: at - line.left };
    view.draw();
  };
  const set = (/** @type {Partial<DayLine>} */ change) => {
    Object.assign(self, change);
    view.draw();
  };
  const choose = (/** @type {number} */ moment, /** @type {Episode | undefined} */ event) => {
    if (event) view.playing.playEpisode(event);
    else view.playing.playAt(moment);
  };

  const point = (/** @type {any} */ { type, pointerId, isPrimary, button, clientX, currentTarget }) => {
    const [from, until] = view.day.bounds();
    const [track, line] = [boxOf(".track"), boxOf(".scroll")];
    const moment = from + Math.min(1, Math.max(0, (clientX - track.left) / track.width)) * (until - from);
    const episode = nearest(view.episodes(), moment, (NEAR / track.width) * (until - from));
    if ((view.day.isAsking() && type !== "pointerleave") || !isPrimary || button > 0) return;
    if (type === "pointerdown") currentTarget.setPointerCapture(pointerId);
    // Two fingers have not tapped.
    if (type === "pointerup" && currentTarget.hasPointerCapture(pointerId) && !spread) choose(moment, episode);
    const isThere = (type === "pointerdown" || type === "pointermove") && !spread && moment < now();
    side = (clientX - line.left) / line.width;
    set({ pointed: isThere ? (episode?.start ?? moment) : null });
  };
  const pinch = (/** @type {TouchEvent} */ event) => {
    const [one, other] = event.targetTouches;
    if (!one || (!other && event.type === "touchstart")) spread = 0;
    if (!one || !other) return;
    event.preventDefault();
    const before = spread;
    spread = Math.max(20, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY));
    if (before) widen((zoom * spread) / before, (one.clientX + other.clientX) / 2);
    else set({ pointed: null });
  };
  const wheel = (/** @type {WheelEvent} */ event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    widen(zoom * 2 ** (-event.deltaY / 200), event.clientX);
  };
  const scroll = (/** @type {any} */ { currentTarget: { scrollLeft, scrollWidth, clientWidth } }) => {
    seen = (scrollLeft + clientWidth / 2) / scrollWidth;
    view.draw();
  };
  const keydown = (/** @type {KeyboardEvent} */ event) => {
    const { key } = event;
    const [from, until] = view.day.bounds();
    /** @type {Record<string, number>} */
    const ends = { Home: from, End: Math.min(now(), until - 1) };
    if (view.day.isAsking() || event.altKey || event.ctrlKey || event.metaKey) return;
    if (key === "Enter" || key === " ") choose(cursor(), nearest(view.episodes(), cursor(), CLOSE));
    else if (ZOOMS[key]) widen(zoom * ZOOMS[key]);
    else if (STEPS[key] || key in ends) set({ keyed: ends[key] ?? cursor() + (STEPS[key] ?? 0) });
    else return;
    event.preventDefault();
  };

  const parts = () => {
    const { day, episodes, words } = view;
    const [from, until] = day.bounds();
    const part = (/** @type {string} */ kind, /** @type {Span} */ [begin, end], color = "") => {
      const width = `${(100 * (end - begin)) / (until - from)}%`;
      return h(`i.${kind}`, { style: `${placed(begin)}; width: ${width}; background: ${color}` });
    };
    const quarters = Array.from({ length: Math.ceil((until - from) / 900) }, (_, index) => from + index * 900);
    return h("div.fixed", {}, [
      day.answer?.spans.map((each) => part("span", each)),
      now() < until && part("future", [Math.max(now(), from), until]),
      // The most important ones lie over the others.
      [...episodes()].sort(byImportance).map((each) => part("mark", [each.start, each.end], colorOf(each.kinds[0]))),
      quarters.map((moment) => {
        const every = EVERY.find((minutes) => words.minuteOf(moment) % minutes === 0) ?? 15;
        return day.answer && h(`b.every-${every}`, { style: placed(moment) }, words.time(moment));
      }),
    ]);
  };

  /** @type {DayLine} */
  const self = {
    pointed: null,
    keyed: null,
    middle() {
      const [from, until] = view.day.bounds();
      return zoom > 1 ? from + seen * (until - from) : null;
    },
    isWidest: () => zoom >= WIDE,
    zoom: () => widen(self.isWidest() ? 1 : zoom * 4),
    settle() {
      const goal = self.keyed ?? view.playing.piece?.from;
      const row = view.element.querySelector(".scroll");
      const isHere = row && !view.element.querySelector(".elsewhere");
      if (isHere && goal !== centered) held ??= { place: placeOf(cursor(), view.day.bounds()), x: row.clientWidth / 2 };
      const width = Number(row?.scrollWidth) - 2 * BESIDE;
      if (row && held && zoom > 1) row.scrollLeft = BESIDE + held.place * width - held.x;
      held = undefined;
      if (isHere) centered = goal;
    },
    part() {
      const { day, episodes, words } = view;
      const [from, until] = day.bounds();
      const { pointed } = self;
      const at = cursor();
      const said = (/** @type {string} */ time, /** @type {number} */ moment, /** @type {number} */ within) =>
        [time, words.kinds(nearest(episodes(), moment, within)?.kinds ?? [])].filter(Boolean).join(", ");
      const slider = { role: "slider", tabindex: "0", "aria-label": words.say("card.timeline"), "aria-valuemin": 0 };
      const values = { "aria-valuemax": Math.round(until - from), "aria-valuenow": Math.round(at - from) };
      const touches = { touchstart: pinch, touchmove: pinch, touchend: pinch, touchcancel: pinch };
      const handlers = { keydown, wheel, blur: () => set({ keyed: null }), ...touches };
      const moves = { pointerdown: point, pointermove: point, pointerup: point };
      const pointers = { ...moves, pointercancel: point, pointerleave: point };
      const text = day.answer ? said(words.time(at), at, CLOSE) : "";
      const isElsewhere = self.keyed === null && (view.playing.at() < from || view.playing.at() >= until);
      const looks = { class: { elsewhere: isElsewhere, wide: zoom > 1 } };
      const bubble = `left: ${100 * side}%; transform: translateX(-${100 * side}%)`;
      return h("div.line", { ...slider, ...values, "aria-valuetext": text, ...handlers, ...looks }, [
        h("div.scroll", { scroll }, [
          h("div.track", { style: `width: ${100 * zoom}%`, ...pointers }, [
            fixed([day.answer, episodes(), Math.floor(now() / 20)], parts),
            h("div.needle", { style: placed(at) }),
          ]),
        ]),
        pointed !== null &&
          h("output.bubble", { style: bubble, "aria-hidden": true }, said(words.exact(pointed), pointed, 1)),
      ]);
    },
  };
  return self;
};
