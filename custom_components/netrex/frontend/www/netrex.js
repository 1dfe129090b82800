// Loaded on every page of Home Assistant, so small and with no import in front: it says what there is, and fetches the
// card. What is in the dashboard, the integration says.

const CARD = "netrex-camera-card";
const DOCUMENTATION = "https://github.com/netrex-home-assistant/netrex/blob/main/docs/dashboards-and-live-view.md";

// People report it: the path names the content.
console.info(`netrex ${new URL(import.meta.url).pathname.split("/").at(-2)}`);

/** Up to Home Assistant 2026.10, the frontend replaces the registry of elements while this may already have run, and what was defined before isn't known then. The same class can be defined again. @param {string} tag @param {CustomElementConstructor} element */
const define = (tag, element) => {
  const once = () => customElements.get(tag) ?? customElements.define(tag, element);
  once();
  customElements.whenDefined("home-assistant").then(once);
};

const words = import("./words.js");
const say = async (/** @type {Hass} */ hass, /** @type {string} */ key) => {
  const { loadWords, wordOf } = await words;
  return wordOf({ localize: await loadWords(hass) }, key);
};

class NetrexDashboardStrategy extends HTMLElement {
  static noEditor = true;

  /** Where nothing answers, Home Assistant is starting: it asks again when entities come. @param {StrategyConfig} _config @param {Hass} hass */
  static async generate(_config, hass) {
    try {
      return await hass.callWS({ type: "netrex/dashboard", language: hass.language });
    } catch {
      return { views: [{ cards: [{ type: "markdown", content: await say(hass, "card.not_ready") }] }] };
    }
  }

  static async getCreateSuggestions(/** @type {Hass} */ hass) {
    return { title: await say(hass, "dashboard.title"), icon: "mdi:cctv" };
  }

  /** Registries change as a whole; of states, only that one came or went matters. @param {StrategyConfig} _config @param {Hass} old @param {Hass} hass */
  static shouldRegenerate(_config, old, hass) {
    const all = /** @type {const} */ (["areas", "devices", "entities", "language"]);
    const count = (/** @type {Hass} */ { states }) => Object.keys(states).length;
    return all.some((each) => hass[each] !== old[each]) || count(hass) !== count(old);
  }
}

define("ll-strategy-dashboard-netrex", NetrexDashboardStrategy);
const [{ NetrexCameraCard }, { suggestion }, { loadWords, wordOf }] = await Promise.all([
  import("./card.js"),
  import("./config.js"),
  words,
]);
define(CARD, NetrexCameraCard);

const page = () => document.querySelector("home-assistant")?.hass;

/** What a list says of something, with words that are looked up when it is shown: they and the person's own language come late. @param {string} name @param {string} description @template {object} T @param {T} what */
const listed = (name, description, what) => {
  const word = (/** @type {string} */ key) => wordOf(page() ?? { localize: () => "" }, key);
  const texts = {
    documentationURL: DOCUMENTATION,
    get name() {
      return word(name) || "Netrex";
    },
    get description() {
      return word(description);
    },
  };
  return Object.assign(texts, what);
};

window.customStrategies ??= [];
window.customStrategies.push(
  listed("dashboard.name", "dashboard.description", { type: "netrex", strategyType: "dashboard" }),
);
window.customCards ??= [];
window.customCards.push(
  listed("card.name", "card.description", { type: CARD, preview: true, getEntitySuggestion: suggestion }),
);

await customElements.whenDefined("home-assistant");
await window.hassConnection;
while (!page()) await new Promise((resolve) => setTimeout(resolve, 100));
loadWords(/** @type {Hass} */ (page())).catch(() => undefined);
