// Words and times as the person reads them. All words come from the integration's translations.

import { nameOf } from "./kinds.js";

/** @type {{language: string, words: Promise<Hass["localize"]>} | undefined} */
let loading;

/** Fetch the words, again when the language changes; then `wordOf` knows them in a newer `hass`, or in one with what this promises. One answer is for all: the frontend gives nothing to those who ask meanwhile. @param {Hass} hass */
export const loadWords = (hass) => {
  if (loading?.language !== hass.language) {
    loading = { language: hass.language, words: hass.loadBackendTranslation("config_panel", "netrex") };
    loading.words.catch(() => {
      loading = undefined;
    });
  }
  return loading.words;
};

/** Empty while the words have not come. @param {Pick<Hass, "localize">} hass @param {string} key @param {Record<string, string>} [values] */
export const wordOf = (hass, key, values) => hass.localize(`component.netrex.config_panel.${key}`, values);

/** Make what writes words and times: once a language, since it is slow. @param {Hass} hass */
export const wordsOf = (hass) => {
  const { language, time_format, time_zone } = hass.locale;
  const timeZone = time_zone === "server" ? hass.config.time_zone : Intl.DateTimeFormat().resolvedOptions().timeZone;
  const usual = new Intl.DateTimeFormat(time_format === "language" ? language : undefined, { hour: "numeric" });
  const hour12 = time_format === "12" || (time_format !== "24" && Boolean(usual.resolvedOptions().hour12));
  const writer = (/** @type {string} */ locale, /** @type {Intl.DateTimeFormatOptions} */ how) => {
    const made = new Intl.DateTimeFormat(locale, { timeZone, ...how });
    return (/** @type {number} */ moment) => made.format(moment * 1000);
  };
  // Not `hour12`, by which some browsers write 24:00 for midnight.
  const hourCycle = hour12 ? "h12" : "h23";
  const clock = /** @type {const} */ ({ hour: hour12 ? "numeric" : "2-digit", minute: "2-digit", hourCycle });
  // In Swedish, times are written as in ISO 8601.
  const iso = writer("sv-SE", { dateStyle: "short", timeStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const date = writer(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  return {
    zone: timeZone,
    time: writer(language, clock),
    exact: writer(language, { ...clock, second: "2-digit" }),
    iso,
    dayOf: (/** @type {number} */ moment) => iso(moment).slice(0, 10),
    minuteOf: (/** @type {number} */ moment) =>
      Number(iso(moment).slice(11, 13)) * 60 + Number(iso(moment).slice(14, 16)),
    /** A day, beside what is today. @param {string} day @param {string} today */
    day: (day, today) => {
      const away = Math.round((Date.parse(day) - Date.parse(today)) / 86400000);
      const said = away === 0 || away === -1 ? relative.format(away, "day") : date(Date.parse(day) / 1000);
      return said.charAt(0).toLocaleUpperCase(language) + said.slice(1);
    },
    say: (/** @type {string} */ key, /** @type {Record<string, string>} */ values = {}) => wordOf(hass, key, values),
    kind: (/** @type {string} */ kind) => nameOf(hass, kind),
    kinds: (/** @type {readonly string[]} */ kinds) => kinds.map((kind) => nameOf(hass, kind)).join(", "),
  };
};

/** What a refusal says: Home Assistant rejects with plain objects. @param {any} error */
export const textOf = (error) => error.message || error.code;
