// The card of one camera, as dashboards know it: when it is seen, and what it is told.

import { checkConfig, configForm, stubConfig } from "./config.js";
import { viewOf } from "./view.js";
import { loadWords, wordOf, wordsOf } from "./words.js";

/** Milliseconds that it has to be in sight, or out of sight, before it counts: pages put cards here and there at first. */
const SETTLED = 1000;
const LINK = "netrex_episode";
/** The link that a card has followed: the next card made for it does not follow it again. */
let followed = "";
// Here and not in each card: what has a card has its looks.
const style = new CSSStyleSheet();
await style.replace(await (await fetch(new URL("./card.css", import.meta.url))).text());

/** Whether an element is in the list of cards to choose from, which does not say `preview`. @param {any} each @returns {boolean} */
const isOffered = (each) => each?.localName === "hui-card-picker" || (each && isOffered(each.parentNode ?? each.host));

/** How words and times are written. @param {Hass} hass */
const waysOf = ({ config, language, locale, localize }) =>
  [language, locale.time_format, locale.time_zone, config.time_zone, wordOf({ localize }, "card.live")].join();

export class NetrexCameraCard extends HTMLElement {
  static getStubConfig = stubConfig;
  static getConfigForm = configForm;

  /** Where it is only shown to be chosen: it streams and asks nothing there. */
  preview = false;
  /** @type {CardConfig} */
  #config = { type: "", entity: "" };
  /** @type {Hass | undefined} */
  #hass;
  /** @type {View | undefined} */
  #view;
  #isInSight = false;
  /** The link that the camera was asked about. */
  #asked = "";
  #gone = new AbortController();
  #timer = 0;
  #seen = new IntersectionObserver((entries) => {
    this.#isInSight = entries.at(-1)?.isIntersecting ?? false;
    this.#settle();
  });

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [style];
  }

  getCardSize = () => (this.#config.view === false ? 1 : 7) + (this.#config.timeline === false ? 0 : 4);
  getGridOptions = () => ({ columns: 12, rows: "auto", min_columns: 6 });

  setConfig(/** @type {CardConfig} */ config) {
    this.#config = checkConfig(config);
    if (this.#view) this.#build();
  }

  /** Asked of each card at each change of anything. @param {Hass} hass */
  set hass(hass) {
    const before = this.#hass;
    const view = this.#view;
    this.#hass = hass;
    if (view) view.hass = hass;
    const isSame = before?.locale === hass.locale && before.config === hass.config && before.localize === hass.localize;
    if (!isSame && (!before || waysOf(before) !== waysOf(hass))) {
      if (this.isConnected) this.#build();
      else this.#view = undefined;
    } else if (view?.update(before)) {
      this.#asked = "";
      this.#followLink();
    }
  }

  connectedCallback() {
    const { signal } = this.#gone;
    this.#seen.observe(this);
    window.addEventListener("visibilitychange", this.#settle, { signal });
    window.addEventListener("location-changed", () => this.#followLink(true), { signal });
    // A dialog that closes is one, too.
    window.addEventListener("popstate", () => this.#followLink(), { signal });
    if (this.#hass && !this.#view) this.#build();
    else this.#followLink();
  }

  disconnectedCallback() {
    this.#seen.disconnect();
    this.#gone.abort();
    this.#gone = new AbortController();
    clearTimeout(this.#timer);
    this.#isInSight = false;
    this.#view?.sleep(true);
  }

  /** Make what is shown, and again when there are words, or other ones. */
  #build() {
    const hass = this.#hass;
    if (!hass || !this.#config.entity) return;
    loadWords(hass).catch(() => undefined);
    this.#view?.sleep(true);
    this.#view = viewOf(this.#config, hass, wordsOf(hass));
    this.shadowRoot?.replaceChildren(this.#view.element);
    this.#settle();
    this.#followLink();
  }

  #settle = () => {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      if (this.#isInSight && !document.hidden && !this.preview && !isOffered(this)) this.#view?.wake();
      else this.#view?.sleep(false);
    }, SETTLED);
  };

  /** @param {boolean} [isWanted] whether the person has just asked for it */
  #followLink = async (isWanted = false) => {
    const [link, view] = [new URLSearchParams(location.search).get(LINK) ?? "", this.#view];
    if (!link) followed = "";
    // With the words, the card is made again.
    if (!link || !view || !wordOf(view.hass, "card.live") || this.#asked === link) return;
    if (this.preview || isOffered(this) || (followed === link && !isWanted)) return;
    this.#asked = link;
    const isOurs = await view.open(link);
    if (isOurs) followed = link;
    // That of another camera is not asked about again.
    if (isOurs || view !== this.#view || !this.isConnected) this.#asked = "";
    if (view !== this.#view) this.#followLink();
  };
}
