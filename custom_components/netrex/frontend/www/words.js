// All words come from the integration's translations, in the language of the person.

/**
 * Fetches the words; afterwards `wordOf` knows them in a newer `hass`. To be called again when the language changes.
 * @param {Hass} hass
 */
export async function loadWords(hass) {
  await hass.loadBackendTranslation("config_panel", "netrex");
}

/**
 * @param {Hass} hass
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string} empty while the words have not come
 */
export const wordOf = (hass, key, values) => hass.localize(`component.netrex.config_panel.${key}`, values);
