// The live picture, by Home Assistant's own player: the only file that knows of it. It must stand inside the page's tree.

const TAG = "ha-camera-stream";

/** Where nothing has loaded the player yet, such as outside of dashboards, a card of Home Assistant's does. @param {string} entity */
const load = async (entity) => {
  if (customElements.get(TAG)) return;
  const helpers = await /** @type {any} */ (window).loadCardHelpers?.();
  helpers?.createCardElement({ type: "picture-entity", entity, camera_view: "live" });
  await customElements.whenDefined(TAG);
};

/** @param {HassEntity} state */
export const livePicture = (state) => {
  const player = /** @type {any} */ (document.createElement(TAG));
  player.className = "live";
  load(state.entity_id);
  setLiveState(player, state);
  player.muted = true;
  player.controls = false;
  player.fitMode = "contain";
  return /** @type {HTMLElement} */ (player);
};

/** @param {HTMLElement} player @param {HassEntity} state */
export const setLiveState = (player, state) => {
  /** @type {any} */ (player).stateObj = state;
};

/** Turn the sound on or off; give whether it is on now. @param {HTMLElement} player */
export const toggleSound = (player) => {
  /** @type {any} */ (player).muted = !(/** @type {any} */ (player).muted);
  return !(/** @type {any} */ (player).muted);
};

/** The video somewhere inside an element. @param {Element | ShadowRoot} root @returns {HTMLVideoElement | null} */
export const videoIn = (root) => {
  if (root instanceof HTMLVideoElement) return root;
  for (const element of root.querySelectorAll("*")) {
    const found = element instanceof HTMLVideoElement ? element : element.shadowRoot && videoIn(element.shadowRoot);
    if (found) return found;
  }
  const shadow = /** @type {Element} */ (root).shadowRoot;
  return shadow ? videoIn(shadow) : null;
};
