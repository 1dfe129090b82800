// Loaded on every page of Home Assistant, so small and with no import in front: it says what there is, and fetches the
// card. What is in the dashboard, the integration says.

const CARD = "netrex-camera-card";
const DOCUMENTATION = "https://github.com/netrex-home-assistant/netrex/blob/main/docs/dashboards-and-live-view.md";
/** Milliseconds after each attempt to get the dashboard. */
const WAITS = [500, 1000, 2000, 4000, 8000];

// People report it: the path names the content.
console.info(`netrex ${new URL(import.meta.url).pathname.split("/").at(-2)}`);

/**
 * Up to Home Assistant 2026.10, the frontend replaces the registry of elements while this file may already have run:
 * what was defined before isn't known then. The same class can be defined again.
 * @param {string} tag @param {CustomElementConstructor} element
 */
const define = (tag, element) => {
  const once = () => customElements.get(tag) ?? customElements.define(tag, element);
  once();
  customElements.whenDefined("home-assistant").then(once);
};

/** @param {Hass} hass @returns {Promise<(key: string) => string>} */
const wordsIn = async (hass) => {
  const { loadWords, wordOf } = await import("./words.js");
  const localize = await loadWords(hass);
  return (key) => wordOf({ localize }, key);
};

class NetrexDashboardStrategy extends HTMLElement {
  static noEditor = true;

  /** Asks again for a while: Home Assistant may be starting. It is called again whenever entities come. @param {StrategyConfig} _config @param {Hass} hass */
  static async generate(_config, hass) {
    for (const wait of WAITS) {
      try {
        return await hass.callWS({ type: "netrex/dashboard", language: hass.language });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    const content = (await wordsIn(hass))("card.not_ready");
    return { views: [{ cards: [{ type: "markdown", content }] }] };
  }

  /** @param {Hass} hass */
  static async getCreateSuggestions(hass) {
    return { title: (await wordsIn(hass))("dashboard.title"), icon: "mdi:cctv" };
  }

  /** Registries change as a whole; of states, only that one came or went matters. @param {StrategyConfig} _config @param {Hass} old @param {Hass} hass */
  static shouldRegenerate(_config, old, hass) {
    const registries = /** @type {const} */ (["entities", "devices", "areas", "language"]);
    if (registries.some((each) => hass[each] !== old[each])) return true;
    return hass.states !== old.states && Object.keys(hass.states).length !== Object.keys(old.states).length;
  }
}

define("ll-strategy-dashboard-netrex", NetrexDashboardStrategy);
import("./card.js").then(({ NetrexCameraCard }) => define(CARD, NetrexCameraCard));

/** @type {(key: string) => string} */
let word = () => "";

/** How something is called: looked up when a list of it is drawn, as the words come late. @param {string} name @param {string} description */
const named = (name, description) => ({
  documentationURL: DOCUMENTATION,
  get name() {
    return word(name) || "Netrex";
  },
  get description() {
    return word(description);
  },
});

const strategy = { type: "netrex", strategyType: "dashboard" };
const card = {
  type: CARD,
  preview: true,
  getEntitySuggestion(/** @type {Hass} */ hass, /** @type {string} */ entity) {
    const isOurs = hass.entities[entity]?.platform === "netrex" && entity.startsWith("camera.");
    return isOurs ? { config: { type: `custom:${CARD}`, entity } } : null;
  },
};
window.customStrategies ??= [];
window.customStrategies.push(Object.assign(named("dashboard.name", "dashboard.description"), strategy));
window.customCards ??= [];
window.customCards.push(Object.assign(named("card.name", "card.description"), card));

customElements.whenDefined("home-assistant").then(async () => {
  await window.hassConnection;
  const page = document.querySelector("home-assistant");
  while (page && !page.hass) await new Promise((resolve) => setTimeout(resolve, 100));
  const { hass } = page ?? {};
  if (!hass) return;
  const { wordOf } = await import("./words.js");
  await wordsIn(hass);
  // In the language that the page has by then: the person's own comes after the browser's.
  word = (key) => wordOf(page?.hass ?? hass, key);
});
