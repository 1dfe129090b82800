// A day as a line: what is recorded, and what happened when. It can be dragged, zoomed, and used by keys.

import { now } from "./day.js";
import { h, memo } from "./dom.js";
import { colorOf } from "./kinds.js";
import * as time from "./time.js";

/** Pixels within which a tap means an event, and seconds within which a key does. */
const NEAR = 8;
const CLOSE = 30;
/** Seconds that a key goes, and how much of the day it shows. @type {Record<string, number>} */
const STEPS = { ArrowLeft: -60, ArrowRight: 60, ArrowDown: -600, ArrowUp: 600, PageDown: -3600, PageUp: 3600 };
/** @type {Record<string, number>} */
const ZOOMS = { "+": 0.5, "-": 2 };

export class DayLine {
  #view;
  /** The day that is shown, and which part of it. @type {Span} */
  #day = [0, 1];
  /** @type {Span} */
  #seen = [0, 1];
  /** @type {Map<number, number>} places of fingers, by their number */
  #fingers = new Map();
  #fixed = memo();
  /** The moment under the finger or the mouse. @type {number | null} */
  pointed = null;
  /** The moment that keys went to, until something else is shown. @type {number | null} */
  keyed = null;

  /** @param {View} view */
  constructor(view) {
    this.#view = view;
  }

  get #cursor() {
    return Math.min(Math.max(this.keyed ?? this.#view.at, this.#day[0]), this.#day[1] - 1);
  }

  get part() {
    const { answer, bounds } = this.#view.day;
    const { at, episodes, width, words } = this.#view;
    if (this.#day !== bounds) [this.#day, this.#seen, this.keyed] = [bounds, bounds, null];
    const [[from, until], cursor, point] = [bounds, this.#cursor, this.pointed];
    const placeOf = (/** @type {number} */ moment) => `${100 * time.placeOf(moment, this.#seen)}%`;
    const said = [words.time(cursor), words.kinds(this.#eventAt(cursor, CLOSE)?.kinds ?? [])];
    const bubble = point !== null && { style: `left: clamp(6%, ${placeOf(point)}, 94%)`, "aria-hidden": true };
    return h(
      "div.line",
      {
        ...{ role: "slider", tabindex: "0", "aria-label": words.say("card.timeline"), "aria-valuemin": 0 },
        ...{ "aria-valuemax": Math.round(until - from), "aria-valuenow": Math.round(cursor - from) },
        "aria-valuetext": said.filter(Boolean).join(", "),
        class: { elsewhere: this.keyed === null && (at < from || at > until) },
        ...{ pointerdown: this.#down, pointermove: this.#move, pointerup: this.#up },
        ...{ pointercancel: this.#leave, pointerleave: this.#leave, keydown: this.#key, wheel: this.#wheel },
        blur: this.#blur,
      },
      this.#fixed([answer?.spans, episodes, width, this.#seen, Math.floor(now() / 20)], () => this.#parts()),
      h("div.needle", { style: `left: ${placeOf(cursor)}` }),
      bubble && h("output.bubble", bubble, words.exact(point ?? 0)),
    );
  }

  #parts() {
    const { day, episodes, width, words } = this.#view;
    const seen = this.#seen;
    const seconds = seen[1] - seen[0];
    /** @param {string} kind @param {number} from @param {number} until @param {string} [color] */
    const part = (kind, from, until, color = "") => {
      const [left, wide] = [from - seen[0], until - from].map((each) => `${(100 * each) / seconds}%`);
      const isSeen = until + 60 > seen[0] && from < seen[1];
      return isSeen && h(`i.${kind}`, { style: `left: ${left}; width: ${wide}; background: ${color}` });
    };
    return h(
      "div.fixed",
      {},
      day.answer?.spans.map((each) => part("span", ...each)),
      part("future", Math.max(now(), seen[0]), seen[1]),
      episodes.map((each) => part("mark", each.start, each.end, colorOf(each.kinds[0]))),
      time.labels(seen, words.zone, width, words.hour12 ? 68 : 52).map((moment) => {
        const place = time.placeOf(moment, seen);
        const edges = { first: place * width < 20, last: (1 - place) * width < 30 };
        return h("b", { class: edges, style: `left: ${100 * place}%` }, words.time(moment));
      }),
    );
  }

  /** The event at a moment, or at most so many seconds away. @param {number} moment @param {number} within */
  #eventAt(moment, within) {
    const near = time.nearest(this.#view.episodes, moment);
    return near && time.distance(near, moment) < within ? near : undefined;
  }

  /** Show another part of the day. @param {Span} seen */
  #see(seen) {
    this.#seen = seen;
    this.#view.draw();
  }

  /** Go along with what is played, or with keys. */
  follow() {
    this.#see(this.#fingers.size ? this.#seen : time.followed(this.#seen, this.#day, this.#cursor));
  }

  /** See less of the day, and the whole day again after the least. */
  zoom = () => {
    const isLeast = this.#seen[1] - this.#seen[0] < 7200;
    this.#see(isLeast ? this.#day : time.zoomed(this.#seen, this.#day, 0.25, this.#cursor));
  };

  /** @param {number} moment @param {number} within */
  #choose(moment, within) {
    const event = this.#eventAt(moment, within);
    if (event) this.#view.playEpisode(event);
    else this.#view.playAt(moment);
  }

  // --- fingers -------------------------------------------------------------------------------------

  /** Where something is on the line, 0 to 1. @param {MouseEvent} event */
  #place({ clientX, currentTarget }) {
    const { left, width } = /** @type {Element} */ (currentTarget).getBoundingClientRect();
    return (clientX - left) / Math.max(1, width);
  }

  /** @param {PointerEvent} event */
  #down = (event) => {
    if (event.button > 0) return;
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, this.#place(event));
    this.#point(event);
  };

  /** @param {PointerEvent} event */
  #move = (event) => {
    const [one, other] = this.#fingers.values();
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, this.#place(event));
    if (one !== undefined && other !== undefined) {
      const [left = one, right = other] = this.#fingers.values();
      const factor = Math.abs(one - other) / Math.max(0.02, Math.abs(left - right));
      this.#see(time.zoomed(this.#seen, this.#day, factor, time.momentAt((left + right) / 2, this.#seen)));
    } else if (this.#fingers.size || event.pointerType === "mouse") this.#point(event);
  };

  /** @param {PointerEvent} event */
  #up = (event) => {
    const isTap = this.#fingers.size === 1 && this.#fingers.has(event.pointerId);
    // The finger that stays after two does not tap.
    this.#fingers.clear();
    this.#leave(event);
    const within = (NEAR * (this.#seen[1] - this.#seen[0])) / Math.max(1, this.#view.width);
    if (isTap) this.#choose(time.momentAt(this.#place(event), this.#seen), within);
  };

  /** @param {PointerEvent} event */
  #leave = (event) => {
    this.#fingers.delete(event.pointerId);
    if (!this.#fingers.size) this.pointed = null;
    this.#view.drawLine();
  };

  /** @param {PointerEvent} event */
  #point(event) {
    const at = () => time.momentAt(this.#place(event), this.#seen);
    if (this.#fingers.size) this.#seen = time.followed(this.#seen, this.#day, at());
    this.pointed = at();
    this.#view.drawLine();
  }

  /** @param {WheelEvent} event */
  #wheel = (event) => {
    const isZoom = event.ctrlKey || event.metaKey;
    const seconds = this.#seen[1] - this.#seen[0];
    if (!isZoom && (!event.deltaX || seconds >= this.#day[1] - this.#day[0])) return;
    event.preventDefault();
    const middle = time.momentAt(this.#place(event), this.#seen);
    const by = (event.deltaX / Math.max(1, this.#view.width)) * seconds;
    if (isZoom) this.#see(time.zoomed(this.#seen, this.#day, 2 ** (event.deltaY / 200), middle));
    else this.#see(time.moved(this.#seen, this.#day, by));
  };

  #blur = () => {
    this.keyed = null;
    this.#view.draw();
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const { key } = event;
    /** @type {Record<string, number>} */
    const ends = { Home: this.#day[0], End: Math.min(now(), this.#day[1] - 1) };
    const to = STEPS[key] ? this.#cursor + STEPS[key] : ends[key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (key === "Enter" || key === " ") this.#choose(this.#cursor, CLOSE);
    else if (ZOOMS[key]) this.#see(time.zoomed(this.#seen, this.#day, ZOOMS[key], this.#cursor));
    else if (to === undefined) return;
    else {
      this.keyed = to;
      this.follow();
    }
    event.preventDefault();
  };
}
