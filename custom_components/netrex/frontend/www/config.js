// How the card is configured: what is right, what the editor offers, and what is suggested.

import { KINDS, nameOf } from "./kinds.js";
import { loadWords, wordOf } from "./words.js";

/** @param {CardConfig} config */
export const checkConfig = (config) => {
  if (typeof config?.entity !== "string") throw new Error("entity: camera.…");
  if (config.kinds !== undefined && !Array.isArray(config.kinds)) throw new Error("kinds: […]");
  return config;
};

/** @param {Hass} hass @param {string[]} unused @param {string[]} used */
export const stubConfig = ({ entities, states }, unused, used) => {
  const isOurs = (/** @type {string} */ each) =>
    each.startsWith("camera.") && entities[each]?.platform === "netrex" && states[each];
  return { type: "custom:netrex-camera-card", entity: [...unused, ...used].find(isOurs) ?? "" };
};

export const configForm = async () => {
  const found = document.querySelector("home-assistant")?.hass;
  const hass = found && { ...found, localize: await loadWords(found) };
  const options = KINDS.map((value) => ({ value, label: hass ? nameOf(hass, value) : value }));
  return {
    schema: [
      { name: "entity", required: true, selector: { entity: { filter: { integration: "netrex", domain: "camera" } } } },
      { name: "view", default: true, selector: { boolean: {} } },
      { name: "live", default: true, selector: { boolean: {} } },
      { name: "timeline", default: true, selector: { boolean: {} } },
      { name: "kinds", selector: { select: { multiple: true, mode: "dropdown", options } } },
    ],
    computeLabel: (/** @type {{name: string}} */ { name }) => hass && wordOf(hass, `card.form.${name}`),
    computeHelper: (/** @type {{name: string}} */ { name }) => hass && wordOf(hass, `card.help.${name}`),
    assertConfig: checkConfig,
  };
};
