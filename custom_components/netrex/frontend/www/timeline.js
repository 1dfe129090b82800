// A day as a line: what is recorded, and what happened when. It can be dragged, zoomed, and used by keys.

import { center, h, memo, Part } from "./dom.js";
import { colorOf } from "./kinds.js";
import * as time from "./time.js";

/** Pixels within which a tap means an event, and seconds within which a key does. */
const NEAR = 8;
const CLOSE = 30;
/** Minutes between two times that are written. */
const EVERY = [720, 360, 180, 60, 30];
/** How many times as wide as the card the day is at most. */
const WIDEST = 64;
/** @type {Record<string, number>} seconds that a key goes */
const STEPS = { ArrowLeft: -60, ArrowRight: 60, ArrowDown: -600, ArrowUp: 600, PageDown: -3600, PageUp: 3600 };
/** @type {Record<string, number>} how many times wider a key makes the day */
const ZOOMS = { "+": 2, "-": 0.5 };

export class DayLine extends Part {
  #fixed = memo();
  #zoom = 1;
  #centered = "";
  /** Pixels between two fingers, until they are gone. */
  #spread = 0;
  /** The moment under the finger or the mouse. @type {number | null} */
  pointed = null;
  /** The moment that keys went to, until something else is shown. @type {number | null} */
  keyed = null;

  get #cursor() {
    const [from, until] = this.view.day.bounds;
    return Math.min(Math.max(this.keyed ?? this.view.playing.at, from), until - 1);
  }

  get part() {
    const { day, episodes, playing, words } = this.view;
    const [[from, until], cursor, point] = [day.bounds, this.#cursor, this.pointed];
    const placed = (/** @type {number} */ moment) => `left: ${100 * time.placeOf(moment, day.bounds)}%`;
    const said = [words.time(cursor), words.kinds(time.nearest(episodes, cursor, CLOSE)?.kinds ?? [])];
    const isElsewhere = this.keyed === null && (playing.at < from || playing.at > until);
    const slider = { role: "slider", tabindex: "0", "aria-label": words.say("card.timeline"), "aria-valuemin": 0 };
    const values = { "aria-valuemax": Math.round(until - from), "aria-valuenow": Math.round(cursor - from) };
    const given = { ...slider, ...values, "aria-valuetext": said.filter(Boolean).join(", ") };
    const touches = { touchstart: this.#pinch, touchmove: this.#pinch };
    const handlers = { keydown: this.#key, blur: () => this.#goTo(null), wheel: this.#wheel, ...touches };
    const moves = ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"];
    const pointers = Object.fromEntries(moves.map((each) => [each, this.#pointer]));
    return h("div.line", { ...given, ...handlers, class: { elsewhere: isElsewhere, wide: this.#zoom > 1 } }, [
      h("div.track", { style: `width: ${100 * this.#zoom}%`, ...pointers }, [
        this.#fixed([day.answer, episodes, Math.floor(time.now() / 20)], () => this.#parts()),
        h("div.needle", { style: placed(cursor) }),
        point !== null && h("output.bubble", { style: placed(point), "aria-hidden": true }, words.exact(point)),
      ]),
    ]);
  }

  #parts() {
    const { day, episodes, words } = this.view;
    const [from, until] = day.bounds;
    const placed = (/** @type {number} */ moment) => `left: ${(100 * (moment - from)) / (until - from)}%`;
    const part = (/** @type {string} */ kind, /** @type {Span} */ [begin, end], color = "") =>
      h(`i.${kind}`, {
        style: `${placed(begin)}; width: ${(100 * (end - begin)) / (until - from)}%; background: ${color}`,
      });
    const count = day.answer ? Math.ceil((until - from) / 900) : 0;
    const quarters = Array.from({ length: count }, (_, index) => from + index * 900);
    return h("div.fixed", {}, [
      day.answer?.spans.map((each) => part("span", each)),
      time.now() < until && part("future", [Math.max(time.now(), from), until]),
      episodes.map((each) => part("mark", [each.start, each.end], colorOf(each.kinds[0]))),
      // How many of them there is space for, the style sheet knows.
      quarters.map((each) => {
        const every = EVERY.find((minutes) => words.minuteOf(each) % minutes === 0) ?? 15;
        return h(`b.every-${every}`, { style: placed(each) }, words.time(each));
      }),
    ]);
  }

  /** Bring what is pointed at or shown to the middle, once what is there is drawn. */
  center() {
    const { day, element, playing } = this.view;
    const wanted = `${day.day} ${this.#zoom} ${this.keyed ?? playing.piece?.from}`;
    if (wanted === this.#centered) return;
    const middle = element.querySelector(".bubble") ?? element.querySelector(".needle");
    if (center(".line", middle)) this.#centered = wanted;
  }

  /** @param {number} zoom how many times as wide as the card */
  #widen(zoom) {
    this.#zoom = Math.min(WIDEST, Math.max(1, zoom));
    this.view.draw();
  }

  /** See less of the day, and the whole day again after the least. */
  zoom = () => this.#widen(this.#zoom < 16 ? this.#zoom * 4 : 1);

  /** @param {number} moment @param {number} within seconds */
  #choose(moment, within) {
    const event = time.nearest(this.view.episodes, moment, within);
    if (event) this.view.playing.playEpisode(event);
    else this.view.playing.playAt(moment);
  }

  /** Go somewhere by keys, or let that be. @param {number | null} moment */
  #goTo(moment) {
    this.keyed = moment;
    this.view.draw();
  }

  #pointer = (/** @type {PointerEvent} */ event) => {
    const track = /** @type {Element} */ (event.currentTarget);
    const { left, width } = track.getBoundingClientRect();
    const [from, until] = this.view.day.bounds;
    const moment = from + Math.min(1, Math.max(0, (event.clientX - left) / width)) * (until - from);
    if (!this.view.day.answer || !event.isPrimary || event.button > 0) return;
    if (this.#spread && event.type === "pointermove") return;
    if (event.type === "pointerdown") track.setPointerCapture(event.pointerId);
    const isTap = event.type === "pointerup" && track.hasPointerCapture(event.pointerId) && !this.#spread;
    if (isTap) this.#choose(moment, (NEAR / width) * (until - from));
    this.pointed = ["pointerdown", "pointermove"].includes(event.type) ? moment : null;
    this.view.draw();
  };

  #pinch = (/** @type {TouchEvent} */ event) => {
    const [one, other] = event.touches;
    if (event.type === "touchstart" && !other) this.#spread = 0;
    if (!one || !other) return;
    event.preventDefault();
    const spread = Math.max(1, Math.abs(one.clientX - other.clientX));
    if (this.#spread) this.#widen((this.#zoom * spread) / this.#spread);
    this.#spread = spread;
  };

  #wheel = (/** @type {WheelEvent} */ event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#widen(this.#zoom * 2 ** (-event.deltaY / 200));
  };

  #key = (/** @type {KeyboardEvent} */ event) => {
    const { key } = event;
    const [from, until] = this.view.day.bounds;
    /** @type {Record<string, number>} */
    const ends = { Home: from, End: Math.min(time.now(), until - 1) };
    if (!this.view.day.answer || event.altKey || event.ctrlKey || event.metaKey) return;
    if (key === "Enter" || key === " ") this.#choose(this.#cursor, CLOSE);
    else if (ZOOMS[key]) this.#widen(this.#zoom * ZOOMS[key]);
    else if (STEPS[key] || key in ends) this.#goTo(ends[key] ?? this.#cursor + (STEPS[key] ?? 0));
    else return;
    event.preventDefault();
  };
}
