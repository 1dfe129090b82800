// Words and times as the person reads them. All words come from the integration's translations.

import { nameOf } from "./kinds.js";

/** @type {{language: string, words: Promise<Hass["localize"]>} | undefined} */
let loading;

/**
 * Fetches the words; afterwards `wordOf` knows them in a newer `hass`, or in one with what this promises. To be called
 * again when the language changes. Everybody waits for one answer: to whoever asks meanwhile, the frontend gives
 * nothing.
 * @param {Hass} hass
 */
export function loadWords(hass) {
  const { language } = hass;
  if (loading?.language !== language) {
    loading = { language, words: hass.loadBackendTranslation("config_panel", "netrex") };
    loading.words.catch(() => {
      loading = undefined;
    });
  }
  return loading.words;
}

/**
 * @param {Pick<Hass, "localize">} hass
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string} empty while the words have not come
 */
export const wordOf = (hass, key, values) => hass.localize(`component.netrex.config_panel.${key}`, values);

/** @typedef {ReturnType<typeof wordsOf>} Words */

/** The zone in which the user counts days. @param {Hass} hass */
const zoneOf = ({ locale, config }) =>
  locale.time_zone === "server" ? config.time_zone : Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {Hass} hass */
const isTwelveHours = ({ locale }) => {
  if (locale.time_format === "12" || locale.time_format === "24") return locale.time_format === "12";
  const language = locale.time_format === "language" ? locale.language : undefined;
  return Boolean(new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions().hour12);
};

/** Make what writes words and times: once a language, since it is slow. @param {Hass} hass */
export const wordsOf = (hass) => {
  const { language } = hass.locale;
  const timeZone = zoneOf(hass);
  const hour12 = isTwelveHours(hass);
  /** @param {Intl.DateTimeFormatOptions} how */
  const format = (how) => {
    const made = new Intl.DateTimeFormat(language, how);
    return (/** @type {number} */ moment) => made.format(moment * 1000);
  };
  const hour = hour12 ? "numeric" : "2-digit";
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const date = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  return {
    zone: timeZone,
    hour12,
    time: format({ hour, minute: "2-digit", hour12, timeZone }),
    exact: format({ hour, minute: "2-digit", second: "2-digit", hour12, timeZone }),
    /** A day, beside what is today. @param {string} day @param {string} today */
    day: (day, today) => {
      const away = Math.round((Date.parse(day) - Date.parse(today)) / 86400000);
      const said = away === 0 || away === -1 ? relative.format(away, "day") : date.format(Date.parse(day));
      return said.charAt(0).toLocaleUpperCase(language) + said.slice(1);
    },
    /** @param {string} key @param {Record<string, string>} [placeholders] */
    say: (key, placeholders) => wordOf(hass, key, placeholders),
    /** @param {string} kind */
    kind: (kind) => nameOf(hass, kind),
    /** @param {readonly string[]} kinds */
    kinds: (kinds) => kinds.map((kind) => nameOf(hass, kind)).join(", "),
  };
};

/** What a refusal says: Home Assistant rejects with plain objects. @param {HassError} error */
export const textOf = (error) => error.message || error.code;
