// All words come from the integration's translations, in the language of the person.

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
 * @param {Hass} hass
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string} empty while the words have not come
 */
export const wordOf = (hass, key, values) => hass.localize(`component.netrex.config_panel.${key}`, values);
