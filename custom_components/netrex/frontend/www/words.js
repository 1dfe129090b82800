// Words and times as the person reads them. All words come from the integration's translations.

import { nameOf } from "./kinds.js";

/** @type {{language: string, words: Promise<Hass["localize"]>} | undefined} */
let loading;

/**
 * Fetch the words; afterwards `wordOf` knows them in a newer `hass`, or in one with what this promises. To be called
 * again when the language changes. One answer is for everybody: the frontend gives nothing to those who ask meanwhile.
 * @param {Hass} hass
 */
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
  const zone = time_zone === "server" ? hass.config.time_zone : Intl.DateTimeFormat().resolvedOptions().timeZone;
  const usual = new Intl.DateTimeFormat(time_format === "language" ? language : undefined, { hour: "numeric" });
  const hour12 = time_format === "12" || (time_format !== "24" && Boolean(usual.resolvedOptions().hour12));
  /** @param {Intl.DateTimeFormatOptions} how */
  const clock = (how) => {
    const hour = hour12 ? "numeric" : "2-digit";
    const made = new Intl.DateTimeFormat(language, { hour, minute: "2-digit", hour12, timeZone: zone, ...how });
    return (/** @type {number} */ moment) => made.format(moment * 1000);
  };
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const date = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  return {
    zone,
    hour12,
    time: clock({}),
    exact: clock({ second: "2-digit" }),
    /** A day, beside what is today. @param {string} day @param {string} today */
    day: (day, today) => {
      const away = Math.round((Date.parse(day) - Date.parse(today)) / 86400000);
      const said = away === 0 || away === -1 ? relative.format(away, "day") : date.format(Date.parse(day));
      return said.charAt(0).toLocaleUpperCase(language) + said.slice(1);
    },
    /** @param {string} key @param {Record<string, string>} [values] */
    say: (key, values) => wordOf(hass, key, values),
    /** @param {string} kind */
    kind: (kind) => nameOf(hass, kind),
    /** @param {readonly string[]} kinds */
    kinds: (kinds) => kinds.map((kind) => nameOf(hass, kind)).join(", "),
  };
};

/** What a refusal says: Home Assistant rejects with plain objects. @param {unknown} error */
export const textOf = (error) => {
  const { message, code } = /** @type {HassError} */ (error);
  return message || code;
};
