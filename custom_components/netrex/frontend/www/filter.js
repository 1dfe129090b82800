// Which kinds of events are shown: chosen by the configuration, and among those by the person, who finds the choice again.

import { icon, make } from "./dom.js";
import { colorOf, iconOf, KINDS } from "./kinds.js";

export class Filter {
  #key;
  #among;
  #words;
  #changed;
  /** @type {Set<string>} */
  #chosen = new Set();
  /** @type {string[]} */
  #offered = [];
  element = make("div", { class: "chips", role: "group" });

  /** @param {CameraOfCard} camera @param {readonly string[] | undefined} among @param {() => void} changed */
  constructor({ entity, words }, among, changed) {
    this.#key = `netrex-card:${entity}`;
    this.#among = new Set(among);
    this.#words = words;
    this.#changed = changed;
    this.element.setAttribute("aria-label", words.say("card.filter"));
    try {
      this.#chosen = new Set(JSON.parse(localStorage.getItem(this.#key) ?? "[]"));
    } catch {
      // Nothing was remembered, or nothing can be.
    }
  }

  /** What of a day is shown. @template {{kinds: readonly string[]}} T @param {readonly T[]} episodes */
  of(episodes) {
    const has = (/** @type {T} */ episode, /** @type {Set<string>} */ kinds) =>
      !kinds.size || episode.kinds.some((kind) => kinds.has(kind));
    const among = episodes.filter((each) => has(each, this.#among));
    const present = new Set(among.flatMap((each) => each.kinds));
    this.#offer(
      KINDS.filter(
        (kind) => (present.has(kind) && (!this.#among.size || this.#among.has(kind))) || this.#chosen.has(kind),
      ),
    );
    return among.filter((each) => has(each, this.#chosen));
  }

  /** @param {string[]} kinds */
  #offer(kinds) {
    this.element.hidden = kinds.length < 2 && !this.#chosen.size;
    if (kinds.join() !== this.#offered.join()) this.element.replaceChildren(...kinds.map((kind) => this.#chip(kind)));
    this.#offered = kinds;
    for (const [index, kind] of kinds.entries()) {
      this.element.children[index]?.setAttribute("aria-pressed", String(this.#chosen.has(kind)));
    }
  }

  /** @param {string} kind */
  #chip(kind) {
    const click = () => {
      if (!this.#chosen.delete(kind)) this.#chosen.add(kind);
      try {
        localStorage.setItem(this.#key, JSON.stringify([...this.#chosen]));
      } catch {
        // Some browsers keep nothing: it holds for this page.
      }
      this.#changed();
    };
    const given = { type: "button", class: "chip", "data-kind": kind, style: `--kind: ${colorOf(kind)}`, click };
    return make("button", given, icon(iconOf(kind)), this.#words.kind(kind));
  }
}
