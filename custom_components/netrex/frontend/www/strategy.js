// The whole dashboard of the cameras that a person may see.

import { loadWords, wordOf } from "./words.js";

/**
 * @param {StrategyConfig} _config
 * @param {Hass} hass
 */
export async function generate(_config, hass) {
  await loadWords(hass);
  const cameras = Object.keys(hass.states).filter(
    (id) => id.startsWith("camera.") && hass.entities[id]?.platform === "netrex",
  );
  return {
    views: [
      {
        title: wordOf(hass, "dashboard.cameras"),
        type: "sections",
        sections: cameras.map((entity) => ({ type: "grid", cards: [{ type: "custom:netrex-camera-card", entity }] })),
      },
    ],
  };
}

/** @param {Hass} hass */
export async function createSuggestions(hass) {
  await loadWords(hass);
  return { title: wordOf(hass, "dashboard.title"), icon: "mdi:cctv" };
}
