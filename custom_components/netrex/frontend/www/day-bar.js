// The row by which a person goes to another day, to another event, and back to now.

import { icon, iconButton, make } from "./dom.js";
import { shiftDay } from "./time.js";

/** @typedef {{day: (day: string) => void, step: (direction: number) => void, live: () => void, zoom: () => void}} Asked */

export class DayBar {
  #words;
  #day = "";
  #label = make("span");
  #input;
  #next;
  #live;

  /** @param {Words} words @param {Asked} asked */
  constructor(words, asked) {
    const { say } = words;
    const go = (/** @type {number} */ days) => () => asked.day(shiftDay(this.#day, days));
    const change = () => this.#input.value && asked.day(this.#input.value);
    this.#words = words;
    this.#input = make("input", { type: "date", tabindex: "-1", "aria-hidden": "true", change });
    this.#next = iconButton("mdi:chevron-right", say("card.next_day"), { click: go(1) });
    const toLive = { type: "button", class: "chip to-live", click: asked.live };
    this.#live = make("button", toLive, icon("mdi:record-circle-outline"), say("card.live"));
    const pick = () => this.#input.showPicker?.();
    const day = make("button", { type: "button", title: say("card.choose_day"), click: pick }, this.#label);
    this.element = make(
      "div",
      { class: "days" },
      iconButton("mdi:chevron-left", say("card.previous_day"), { click: go(-1) }),
      make("div", { class: "day" }, this.#input, day),
      this.#next,
      make("span", { class: "space" }),
      iconButton("mdi:magnify-plus-outline", say("card.zoom"), { click: asked.zoom, class: "icon zoom" }),
      iconButton("mdi:skip-previous", say("card.previous_event"), { click: () => asked.step(-1) }),
      iconButton("mdi:skip-next", say("card.next_event"), { click: () => asked.step(1) }),
      this.#live,
    );
  }

  /** @param {string} day @param {string} today @param {boolean} isLive */
  show(day, today, isLive) {
    this.#day = day;
    this.#label.textContent = this.#words.day(day, today);
    this.#input.value = day;
    this.#input.max = today;
    this.#next.disabled = day >= today;
    this.#live.setAttribute("aria-pressed", String(isLive));
  }
}
