import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWords, wordOf, wordsOf } from "../../custom_components/netrex/frontend/www/words.js";

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

/** @param {string} zone @param {object} [locale] */
const wordsIn = (zone, locale) =>
  wordsOf(
    /** @type {any} */ ({
      locale: { language: "en", time_format: "24", time_zone: "server", ...locale },
      config: { time_zone: zone },
      localize: () => "",
    }),
  );
const at = (/** @type {string} */ text) => Date.parse(text) / 1000;

test("a moment has its day and its time in the zone, not in that of the machine", () => {
  const seen = ["Europe/Prague", "Asia/Kolkata", "Pacific/Auckland"].map((zone) => {
    const words = wordsIn(zone);
    const moment = at("2026-11-29T23:10:59Z");
    return [words.dayOf(moment), words.minuteOf(moment), words.time(moment)];
  });
  assert.deepEqual(seen, [
    ["2026-11-30", 10, "00:10"],
    ["2026-11-30", 280, "04:40"],
    ["2026-11-30", 730, "12:10"],
  ]);
});

test("times are written as the person wants them", () => {
  const written = (/** @type {object} */ locale) =>
    wordsIn("Europe/Prague", locale).exact(at("2026-11-29T12:05:07Z")).replaceAll("\u202f", " ");
  assert.deepEqual(
    [{ time_format: "12" }, { time_format: "24" }, { time_format: "language" }, { language: "cs" }].map(written),
    ["1:05:07 PM", "13:05:07", "1:05:07 PM", "13:05:07"],
  );
});

test("days are called as people call them", () => {
  const { day } = wordsIn("Europe/Prague");
  assert.deepEqual(
    ["2026-11-29", "2026-11-28", "2026-11-20"].map((each) => day(each, "2026-11-29")),
    ["Today", "Yesterday", "Fri, Nov 20"],
  );
});
