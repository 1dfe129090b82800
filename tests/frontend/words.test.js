import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWords, wordOf } from "../../custom_components/netrex/frontend/www/words.js";

/**
 * A frontend that answers as Home Assistant's does: only the first of several questions gets the words.
 * @param {string} language
 */
function frontend(language) {
  let asked = 0;
  const loadBackendTranslation = async () => {
    asked += 1;
    if (asked > 1) return () => "";
    await new Promise((resolve) => setTimeout(resolve, 5));
    return (/** @type {string} */ key) => `${language} ${key}`;
  };
  const hass = /** @type {Hass} */ (/** @type {unknown} */ ({ language, loadBackendTranslation }));
  return { ...hass, asked: () => asked };
}

test("everybody who asks at the same time gets the words", async () => {
  const hass = frontend("de");
  const both = await Promise.all([loadWords(hass), loadWords(hass)]);
  for (const localize of both) {
    assert.equal(wordOf({ ...hass, localize }, "card.live"), "de component.netrex.config_panel.card.live");
  }
  assert.equal(hass.asked(), 1);
});

test("another language is asked for, and the one before again", async () => {
  for (const language of ["cs", "en", "cs"]) {
    const hass = frontend(language);
    const localize = await loadWords(hass);
    assert.match(wordOf({ ...hass, localize }, "x"), new RegExp(`^${language} `));
  }
});

test("what failed is asked for again", async () => {
  const broken = { ...frontend("fr"), loadBackendTranslation: () => Promise.reject({ code: "unknown_command" }) };
  await assert.rejects(async () => loadWords(broken));
  const hass = frontend("fr");
  assert.match(wordOf({ ...hass, localize: await loadWords(hass) }, "x"), /^fr /);
});
