// Loaded on every page of Home Assistant, so small and with no import in front: it says what there is, and fetches the
// code of the card and of the dashboard when they are wanted.

const CARD = "netrex-camera-card";
const STRATEGY = "ll-strategy-dashboard-netrex";
const DOCUMENTATION = "https://github.com/netrex-home-assistant/netrex/blob/main/docs/dashboards-and-live-view.md";

// People report it: the path names the content.
console.info(`netrex ${new URL(import.meta.url).pathname.split("/").at(-2)}`);

/**
 * Up to Home Assistant 2026.10, the frontend replaces the registry of elements while this file may already have run:
 * what was defined before isn't known then. The same class can be defined again.
 * @param {string} tag
 * @param {CustomElementConstructor} element
 */
function define(tag, element) {
  const once = () => customElements.get(tag) ?? customElements.define(tag, element);
  once();
  customElements.whenDefined("home-assistant").then(once);
}

class NetrexDashboardStrategy extends HTMLElement {
  static noEditor = true;

  /**
   * @param {StrategyConfig} config
   * @param {Hass} hass
   */
  static async generate(config, hass) {
    return (await import("./strategy.js")).generate(config, hass);
  }

  /** @param {Hass} hass */
  static async getCreateSuggestions(hass) {
    return (await import("./strategy.js")).createSuggestions(hass);
  }

  /**
   * Registries change as a whole; of states, only that one came or went matters.
   * @param {StrategyConfig} _config
   * @param {Hass} old
   * @param {Hass} hass
   */
  static shouldRegenerate(_config, old, hass) {
    const { entities, devices, areas, floors, language, states } = hass;
    return (
      entities !== old.entities ||
      devices !== old.devices ||
      areas !== old.areas ||
      floors !== old.floors ||
      language !== old.language ||
      (states !== old.states && Object.keys(states).length !== Object.keys(old.states).length)
    );
  }
}

define(STRATEGY, NetrexDashboardStrategy);
import("./card.js").then(({ NetrexCameraCard }) => define(CARD, NetrexCameraCard));

// Their names are looked up when a list of them is drawn, as they are in the language of the person who looks.
/** @type {(key: string) => string} */
let word = () => "";

window.customStrategies = window.customStrategies ?? [];
window.customStrategies.push({
  type: "netrex",
  strategyType: "dashboard",
  documentationURL: DOCUMENTATION,
  get name() {
    return word("dashboard.name") || "Netrex";
  },
  get description() {
    return word("dashboard.description");
  },
});
window.customCards = window.customCards ?? [];
window.customCards.push({
  type: CARD,
  preview: true,
  documentationURL: DOCUMENTATION,
  get name() {
    return word("card.name") || "Netrex";
  },
  get description() {
    return word("card.description");
  },
  getEntitySuggestion(hass, entityId) {
    const isOurs = hass.entities[entityId]?.platform === "netrex" && entityId.startsWith("camera.");
    return isOurs ? { config: { type: `custom:${CARD}`, entity: entityId } } : null;
  },
});

customElements.whenDefined("home-assistant").then(async () => {
  const { loadWords, wordOf } = await import("./words.js");
  await window.hassConnection;
  const page = /** @type {HTMLElement & {hass?: Hass} | null} */ (document.querySelector("home-assistant"));
  while (page && !page.hass) await new Promise((resolve) => setTimeout(resolve, 100));
  if (!page?.hass) return;
  await loadWords(page.hass);
  word = (key) => (page.hass ? wordOf(page.hass, key) : "");
});
