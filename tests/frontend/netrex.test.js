import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";

/** @param {string} language @param {Record<string, string>} words */
const hassIn = (language, words) => {
  const localize = (/** @type {string} */ key) => words[key] ?? "";
  return { language, localize, loadBackendTranslation: async () => localize };
};
const page = { hass: hassIn("en-GB", {}) };
Object.assign(globalThis, {
  window: { hassConnection: Promise.resolve() },
  document: { querySelector: () => page },
  customElements: { get() {}, define() {}, whenDefined: async () => undefined },
  HTMLElement: class {},
  CSSStyleSheet: class {
    replace() {}
  },
  fetch: async () => ({ text: async () => "" }),
});

test("the card is called as in the language that a page has in the end", async () => {
  await import("../../custom_components/netrex/frontend/www/netrex.js");
  const [card] = window.customCards ?? [];
  assert.equal(card?.name, "Netrex");
  await wait(1);
  page.hass = hassIn("cs", { "component.netrex.config_panel.card.name": "Kamera Netrex" });
  for (let turn = 0; turn < 2000 && card?.name === "Netrex"; turn++) await wait(1);
  assert.equal(card?.name, "Kamera Netrex");
});
