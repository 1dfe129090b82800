// A day as a line: what is recorded, and what happened when. It can be dragged, zoomed, and used by keys.

import { make } from "./dom.js";
import { colorOf } from "./kinds.js";
import * as time from "./time.js";

/** @typedef {{day: Span, spans: readonly Span[], episodes: Episode[], now: number, words: Words}} Shown */

/** Pixels within which a tap means an event. */
const NEAR = 8;
/** Seconds that a key goes. @type {Record<string, number>} */
const KEYS = { ArrowLeft: -60, ArrowRight: 60, ArrowDown: -600, ArrowUp: 600, PageDown: -3600, PageUp: 3600 };

export class DayLine {
  #scrub;
  #choose;
  /** @type {Shown | null} */
  #shown = null;
  /** @type {Span} */
  #view = [0, 1];
  #cursor = 0;
  #width = 0;
  /** @type {Map<number, number>} places of fingers, by their number */
  #fingers = new Map();
  #fixed = make("div", { class: "fixed" });
  #needle = make("div", { class: "needle" });
  #bubble = make("output", { class: "bubble", hidden: true, "aria-hidden": "true" });
  #resized = new ResizeObserver(([entry]) => {
    this.#width = entry?.contentRect.width ?? 0;
    this.#draw();
  });

  /**
   * @param {(moment: number | null) => void} scrub told where the finger is; null: nowhere any more
   * @param {(moment: number, episode: Episode | undefined) => void} choose told what is to be played
   */
  constructor(scrub, choose) {
    this.#scrub = scrub;
    this.#choose = choose;
    this.element = make(
      "div",
      {
        class: "line",
        role: "slider",
        tabindex: "0",
        "aria-valuemin": "0",
        pointerdown: this.#down,
        pointermove: this.#move,
        pointerup: this.#up,
        pointercancel: this.#leave,
        pointerleave: this.#leave,
        keydown: this.#key,
      },
      this.#fixed,
      this.#needle,
      this.#bubble,
    );
    this.element.addEventListener("wheel", this.#wheel, { passive: false });
  }

  /** Follow its own size while it is on the page. @param {boolean} on */
  watch(on) {
    if (on) this.#resized.observe(this.element);
    else this.#resized.disconnect();
  }

  /** @param {Shown} shown @param {number} cursor */
  show(shown, cursor) {
    const { day } = shown;
    if (day[0] !== this.#shown?.day[0] || day[1] !== this.#shown.day[1]) this.#view = [...day];
    this.#shown = shown;
    this.element.setAttribute("aria-label", shown.words.say("card.timeline"));
    this.element.setAttribute("aria-valuemax", String(Math.round(day[1] - day[0])));
    this.setCursor(cursor, false);
    this.#draw();
  }

  /** @param {number} moment @param {boolean} [follow] */
  setCursor(moment, follow = true) {
    if (!this.#shown) return;
    const { day, words, episodes } = this.#shown;
    this.#cursor = Math.min(Math.max(moment, day[0]), day[1] - 1);
    const view = follow && !this.#fingers.size ? time.followed(this.#view, day, this.#cursor) : this.#view;
    if (view !== this.#view) this.#setView(view);
    this.#needle.style.left = `${100 * time.placeOf(this.#cursor, this.#view)}%`;
    this.element.classList.toggle("elsewhere", moment < day[0] || moment > day[1]);
    const near = time.nearest(episodes, this.#cursor);
    const what = near && time.distance(near, this.#cursor) < 30 ? words.kinds(near.kinds) : "";
    this.element.setAttribute("aria-valuenow", String(Math.round(this.#cursor - day[0])));
    this.element.setAttribute("aria-valuetext", [words.time(this.#cursor), what].filter(Boolean).join(", "));
  }

  /** View more (over 1) or less of the day, and the whole day again after the least. */
  zoom = () => {
    if (!this.#shown) return;
    const [from, until] = this.#view;
    const { day } = this.#shown;
    this.#setView(until - from < 7200 ? [...day] : time.zoomed(this.#view, day, 0.25, this.#cursor));
  };

  /** @param {Span} view */
  #setView(view) {
    this.#view = view;
    this.#draw();
    this.#needle.style.left = `${100 * time.placeOf(this.#cursor, view)}%`;
  }

  #draw() {
    if (!this.#shown || !this.#width) return;
    const { spans, episodes, now, words } = this.#shown;
    const view = this.#view;
    const seconds = view[1] - view[0];
    /** @param {string} kind @param {number} from @param {number} until @param {string} [color] */
    const part = (kind, from, until, color = "") => {
      const [left, width] = [from - view[0], until - from].map((each) => `${(100 * each) / seconds}%`);
      return make("i", { class: kind, style: `left: ${left}; width: ${width}; background: ${color}` });
    };
    const isSeen = (/** @type {number} */ from, /** @type {number} */ until) => until > view[0] && from < view[1];
    this.#fixed.replaceChildren(
      ...spans.filter((each) => isSeen(...each)).map((each) => part("span", ...each)),
      ...(now < view[1] ? [part("future", Math.max(now, view[0]), view[1])] : []),
      // The most important last: it is seen where several are at one place.
      ...episodes
        .filter((each) => isSeen(each.start, each.end + 60))
        .map((each) => part("mark", each.start, each.end, colorOf(each.kinds[0]))),
      ...time.labels(view, words.zone, this.#width, words.hour12 ? 68 : 52).map((moment) => {
        const place = time.placeOf(moment, view);
        const edge = place * this.#width < 20 ? "first" : (1 - place) * this.#width < 30 ? "last" : "";
        return make("b", { class: edge, style: `left: ${100 * place}%` }, words.time(moment));
      }),
    );
  }

  // --- fingers -------------------------------------------------------------------------------------

  /** @param {MouseEvent} event */
  #place({ clientX }) {
    const { left, width } = this.element.getBoundingClientRect();
    return (clientX - left) / Math.max(1, width);
  }

  /** @param {PointerEvent} event */
  #down = (event) => {
    if (!this.#shown || event.button > 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, this.#place(event));
    this.#point(event);
  };

  /** @param {PointerEvent} event */
  #move = (event) => {
    if (!this.#shown) return;
    const [one, other] = this.#fingers.values();
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, this.#place(event));
    if (one !== undefined && other !== undefined) {
      const [left = one, right = other] = this.#fingers.values();
      const factor = Math.abs(one - other) / Math.max(0.02, Math.abs(left - right));
      const middle = time.momentAt((left + right) / 2, this.#view);
      this.#setView(time.zoomed(this.#view, this.#shown.day, factor, middle));
      return;
    }
    if (this.#fingers.size || event.pointerType === "mouse") this.#point(event);
  };

  /** @param {PointerEvent} event */
  #up = (event) => {
    const fingers = this.#fingers.size;
    if (!this.#fingers.delete(event.pointerId) || fingers > 1 || !this.#shown) return;
    const moment = time.momentAt(this.#place(event), this.#view);
    const seconds = this.#view[1] - this.#view[0];
    const near = time.nearest(this.#shown.episodes, moment);
    const isMeant = near && (time.distance(near, moment) / seconds) * this.#width < NEAR;
    this.#leave(event);
    this.#choose(moment, isMeant ? near : undefined);
  };

  /** @param {PointerEvent} event */
  #leave = (event) => {
    this.#fingers.delete(event.pointerId);
    if (this.#fingers.size) return;
    this.#bubble.hidden = true;
    this.#scrub(null);
  };

  /** @param {PointerEvent} event */
  #point(event) {
    if (!this.#shown) return;
    if (this.#fingers.size) {
      const near = time.followed(this.#view, this.#shown.day, time.momentAt(this.#place(event), this.#view));
      if (near !== this.#view) this.#setView(near);
    }
    const place = this.#place(event);
    const moment = time.momentAt(place, this.#view);
    this.#bubble.hidden = false;
    this.#bubble.value = this.#shown.words.exact(moment);
    this.#bubble.style.left = `${Math.min(94, Math.max(6, 100 * place))}%`;
    this.#scrub(moment);
  }

  /** @param {WheelEvent} event */
  #wheel = (event) => {
    if (!this.#shown) return;
    const { day } = this.#shown;
    const seconds = this.#view[1] - this.#view[0];
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const middle = time.momentAt(this.#place(event), this.#view);
      this.#setView(time.zoomed(this.#view, day, 2 ** (event.deltaY / 200), middle));
    } else if (event.deltaX && seconds < day[1] - day[0]) {
      event.preventDefault();
      this.#setView(time.moved(this.#view, day, (event.deltaX / Math.max(1, this.#width)) * seconds));
    }
  };

  // --- keys ----------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (!this.#shown || event.altKey || event.ctrlKey || event.metaKey) return;
    const { day, now, episodes } = this.#shown;
    if (event.key === "Enter" || event.key === " ") {
      const near = time.nearest(episodes, this.#cursor);
      this.#choose(this.#cursor, near && time.distance(near, this.#cursor) < 30 ? near : undefined);
    } else if (event.key === "+" || event.key === "-") {
      this.#setView(time.zoomed(this.#view, day, event.key === "+" ? 0.5 : 2, this.#cursor));
    } else {
      /** @type {Record<string, number>} */
      const ends = { Home: day[0], End: Math.min(now, day[1] - 1) };
      const step = KEYS[event.key];
      const to = step ? this.#cursor + step : ends[event.key];
      if (to === undefined) return;
      this.setCursor(to);
      this.#scrub(this.#cursor);
    }
    event.preventDefault();
  };
}
