// How the card is configured: what is right, what the editor offers, and what is suggested.

import { KINDS, nameOf } from "./kinds.js";
import { loadWords, wordOf } from "./words.js";

/** @param {CardConfig} config */
export const checkConfig = (config) => {
  if (typeof config?.entity !== "string") throw new Error("entity: camera.…");
  if (config.kinds !== undefined && !Array.isArray(config.kinds)) throw new Error("kinds: […]");
  return config;
};

/** The card for an entity, if that is one of our cameras. @param {Hass} hass @param {string} entity */
export const suggestion = ({ entities }, entity) =>
  entities[entity]?.platform === "netrex" && entity.startsWith("camera.")
    ? { config: { type: "custom:netrex-camera-card", entity } }
    : null;

/** @param {Hass} hass @param {string[]} unused @param {string[]} used */
export const stubConfig = (hass, unused, used) => {
  return { entity: [...unused, ...used].find((each) => hass.states[each] && suggestion(hass, each)) ?? "" };
};

export const configForm = async () => {
  const found = document.querySelector("home-assistant")?.hass;
  const hass = found && { ...found, localize: await loadWords(found) };
  const options = KINDS.map((value) => ({ value, label: hass ? nameOf(hass, value) : value }));
  const labels =
    (/** @type {string} */ of) =>
    (/** @type {{name: string}} */ { name }) =>
      hass && wordOf(hass, `card.${of}.${name}`);
  return {
    schema: [
      { name: "entity", required: true, selector: { entity: { filter: { integration: "netrex", domain: "camera" } } } },
      ...["view", "live", "timeline"].map((name) => ({ name, default: true, selector: { boolean: {} } })),
      { name: "kinds", selector: { select: { multiple: true, mode: "dropdown", options } } },
    ],
    computeLabel: labels("form"),
    computeHelper: labels("help"),
    assertConfig: checkConfig,
  };
};
