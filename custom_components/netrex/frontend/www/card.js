// The card of one camera, as dashboards know it: when it is seen, and what it is told.

import { checkConfig, configForm, stubConfig } from "./config.js";
import { isShown } from "./controls.js";
import { CameraView } from "./view.js";
import { loadWords, wordOf, wordsOf } from "./words.js";

/** Milliseconds that it has to be in sight, or out of sight, before it counts: pages put cards here and there at first. */
const SETTLED = 1000;
const LINK = "netrex_episode";
/** The link that a card has followed: the next card made for it does not follow it again. */
let followed = "";
// Here and not in each card: what has a card has its looks.
const style = new CSSStyleSheet();
await style.replace(await (await fetch(new URL("./card.css", import.meta.url))).text());

export class NetrexCameraCard extends HTMLElement {
  static getStubConfig = stubConfig;
  static getConfigForm = configForm;

  /** Where it is only shown to be chosen: it streams and asks nothing there. */
  preview = false;
  /** @type {CardConfig} */
  #config = { type: "", entity: "" };
  /** @type {Hass | undefined} */
  #hass;
  /** @type {CameraView | undefined} */
  #view;
  /** @type {string[]} entities whose states are shown */
  #watched = [];
  /** @type {(HassEntity | undefined)[]} their states, as they are shown */
  #shown = [];
  #isInSight = false;
  #opening = "";
  #hasWords = false;
  #timer = 0;
  #seen = new IntersectionObserver((entries) => {
    this.#isInSight = entries.at(-1)?.isIntersecting ?? false;
    this.#settle();
  });

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [style];
  }

  getCardSize() {
    return (this.#config.view === false ? 1 : 7) + (this.#config.timeline === false ? 0 : 4);
  }

  getGridOptions() {
    return { columns: 12, rows: "auto", min_columns: 6 };
  }

  /** @param {CardConfig} config */
  setConfig(config) {
    this.#config = checkConfig(config);
    if (this.#view) this.#build();
  }

  /** @param {Hass} hass */
  set hass(hass) {
    const before = this.#hass;
    this.#hass = hass;
    if (this.#view) this.#view.hass = hass;
    const isSame = before?.locale === hass.locale && before.config.time_zone === hass.config.time_zone;
    if (!isSame || before.language !== hass.language || (!this.#hasWords && before.localize !== hass.localize)) {
      if (this.isConnected) this.#build();
      else this.#view = undefined;
      return;
    }
    const { entities, connected, config } = before;
    if (entities !== hass.entities) this.#watch();
    else if (!this.#isChanged(hass) && connected === hass.connected && config.state === hass.config.state) return;
    this.#view?.update(before);
    // While Home Assistant starts, a link may be there before its camera is.
    this.#followLink();
  }

  /** Whether a state that is shown is another one: asked for each card at each change of anything. @param {Hass} hass */
  #isChanged({ states }) {
    if (this.#watched.every((each, index) => states[each] === this.#shown[index])) return false;
    this.#shown = this.#watched.map((each) => states[each]);
    return true;
  }

  connectedCallback() {
    this.#seen.observe(this);
    document.addEventListener("visibilitychange", this.#settle);
    for (const each of ["location-changed", "popstate"]) window.addEventListener(each, this.#followLink);
    if (this.#hass && !this.#view) this.#build();
    else this.#followLink();
  }

  disconnectedCallback() {
    this.#seen.disconnect();
    document.removeEventListener("visibilitychange", this.#settle);
    for (const each of ["location-changed", "popstate"]) window.removeEventListener(each, this.#followLink);
    clearTimeout(this.#timer);
    this.#isInSight = false;
    this.#view?.sleep(true);
  }

  #watch() {
    const { entities = {}, states = {} } = this.#hass ?? {};
    const device = entities[this.#config.entity]?.device_id;
    const others = Object.values(entities).filter((each) => device && each?.device_id === device && isShown(each));
    this.#watched = [this.#config.entity, ...others.map((each) => each?.entity_id ?? "")];
    this.#shown = this.#watched.map((each) => states[each]);
  }

  /** Make what is shown, and again when there are words, or other ones. */
  #build() {
    const hass = this.#hass;
    if (!hass || !this.#config.entity) return;
    this.#hasWords = wordOf(hass, "card.live") !== "";
    if (!this.#hasWords) loadWords(hass).catch(() => undefined);
    this.#view?.sleep(true);
    this.#watch();
    this.#view = new CameraView(this.#config, hass, wordsOf(hass));
    this.shadowRoot?.replaceChildren(this.#view.element);
    this.#settle();
    this.#followLink();
  }

  get #isOnlyShown() {
    // The picker's list does not say that it is one.
    for (let each = /** @type {any} */ (this); each; each = each.parentNode ?? each.host) {
      if (each.localName === "hui-card-picker") return true;
    }
    return this.preview;
  }

  #settle = () => {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      if (this.#isInSight && !document.hidden && !this.#isOnlyShown) this.#view?.wake();
      else this.#view?.sleep(false);
    }, SETTLED);
  };

  /** @param {Event} [event] where it comes from, if the person has just asked for it */
  #followLink = async (event) => {
    const link = new URLSearchParams(location.search).get(LINK) ?? "";
    if (!link) followed = "";
    if (!link || !this.#view || !this.#hasWords || this.#opening === link) return;
    if (this.#isOnlyShown || (followed === link && !event)) return;
    this.#opening = link;
    if (await this.#view.open(link).catch(() => false)) followed = link;
    this.#opening = "";
  };
}
