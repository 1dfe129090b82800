// The live picture, by Home Assistant's own player. It must stand inside the page's tree.

import { make } from "./dom.js";

const TAG = "ha-camera-stream";

/** Where nothing has loaded the player yet, such as outside of dashboards, a card of Home Assistant's does. @param {string} entity */
const load = async (entity) => {
  if (customElements.get(TAG)) return;
  const helpers = await window.loadCardHelpers?.();
  helpers?.createCardElement({ type: "picture-entity", entity, camera_view: "live" });
};

/** @param {HassEntity} state */
export const livePicture = (state) => {
  load(state.entity_id);
  const player = make(TAG, { class: "live" });
  return Object.assign(player, { stateObj: state, muted: true, controls: false, fitMode: "contain" });
};

/** The video somewhere inside an element. @param {Element | ShadowRoot} root @returns {HTMLVideoElement | null} */
export const videoIn = (root) => {
  for (const each of root.querySelectorAll("*")) {
    const found = each instanceof HTMLVideoElement ? each : each.shadowRoot && videoIn(each.shadowRoot);
    if (found) return found;
  }
  return null;
};
