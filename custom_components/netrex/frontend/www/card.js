// The card of one camera.

import { loadWords } from "./words.js";

export class NetrexCameraCard extends HTMLElement {
  /** @type {CardConfig | undefined} */
  #config;
  /** @type {Hass | undefined} */
  #hass;

  /** @param {CardConfig} config */
  setConfig(config) {
    this.#config = config;
  }

  /** @param {Hass} hass */
  set hass(hass) {
    if (hass.language !== this.#hass?.language) loadWords(hass);
    this.#hass = hass;
    if (!this.firstChild) {
      const card = document.createElement("ha-card");
      card.textContent = this.#config?.entity ?? "";
      this.append(card);
    }
  }

  getCardSize() {
    return 6;
  }

  getGridOptions() {
    return { columns: 12, rows: "auto", min_columns: 6 };
  }
}
