// The pictures of a day's events in a row: those nearest to the finger are in sight.

import { icon, make } from "./dom.js";
import { colorOf, iconOf } from "./kinds.js";
import * as time from "./time.js";

/** @typedef {{element: HTMLButtonElement, image: HTMLImageElement, looks: string}} Thumb */

const MOST = 120;

export class Thumbs {
  #camera;
  #choose;
  /** @type {Map<string, Thumb>} */
  #thumbs = new Map();
  #centered = "";

  /** @param {CameraOfCard} camera @param {(episode: Episode) => void} choose */
  constructor(camera, choose) {
    this.#camera = camera;
    this.#choose = choose;
    this.element = make("div", { class: "thumbs", role: "group", "aria-label": camera.words.say("card.events") });
  }

  /** @param {Episode[]} episodes @param {number} moment @param {string} [current] the one that is shown */
  show(episodes, moment, current) {
    const shown = time.around(episodes, moment, MOST);
    const ids = new Set(shown.map((each) => each.id));
    for (const id of this.#thumbs.keys()) if (!ids.has(id)) this.#thumbs.delete(id);
    const elements = shown.map((each) => this.#thumb(each).element);
    const before = this.element.children;
    if (before.length !== elements.length || elements.some((each, index) => each !== before[index])) {
      this.element.replaceChildren(...elements);
    }
    this.element.hidden = !shown.length;
    for (const [id, { element }] of this.#thumbs) {
      if (id === current) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
    }
    this.center(shown.find((each) => each.id === current) ?? time.nearest(shown, moment));
  }

  /** Bring an event's picture in sight, once: people scroll as well. @param {Episode | undefined} episode */
  center(episode) {
    const element = episode && this.#thumbs.get(episode.id)?.element;
    if (!element || this.#centered === episode.id || !this.element.clientWidth) return;
    this.#centered = episode.id;
    for (const each of this.#thumbs.values()) each.element.classList.toggle("near", each.element === element);
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const left = element.offsetLeft - (this.element.clientWidth - element.offsetWidth) / 2;
    this.element.scrollTo({ left, behavior: isCalm ? "auto" : "smooth" });
  }

  /** Show at an event that its recording is being prepared. @param {string | undefined} id undefined: at none */
  setBusy(id) {
    for (const [each, { element }] of this.#thumbs) {
      element.classList.toggle("busy", each === id);
      element.toggleAttribute("aria-busy", each === id);
    }
  }

  /** @param {Episode} episode */
  #thumb(episode) {
    const { hass, words } = this.#camera;
    const looks = JSON.stringify(episode);
    const known = this.#thumbs.get(episode.id);
    if (known?.looks === looks) return known;
    const image = known?.image ?? make("img", { alt: "", loading: "lazy", decoding: "async" });
    image.onerror = () => image.removeAttribute("src");
    const address = episode.picture && hass.hassUrl(`${episode.picture}&width=320`);
    if (address && image.getAttribute("src") !== address) image.src = address;
    const element = known?.element ?? make("button", { type: "button", class: "thumb" });
    element.onclick = () => this.#choose(episode);
    element.title = [words.kinds(episode.kinds), ...episode.scenarios].join(", ");
    element.setAttribute("aria-label", `${words.exact(episode.start)}, ${element.title}`);
    element.style.setProperty("--kind", colorOf(episode.kinds[0]));
    element.classList.toggle("ongoing", episode.ongoing);
    element.replaceChildren(
      icon(iconOf(episode.kinds[0])),
      image,
      make("span", {}, icon(iconOf(episode.kinds[0])), words.time(episode.start)),
    );
    const made = { element, image, looks };
    this.#thumbs.set(episode.id, made);
    return made;
  }
}
