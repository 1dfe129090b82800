// Where pictures are shown: a still one, the live one, a recording, or the picture of an event.

import { h, iconButton } from "./dom.js";
import { textOf } from "./words.js";

/** Home Assistant's own player, which must stand inside the page's tree. */
const PLAYER = "ha-camera-stream";

/** The video somewhere inside an element. @param {Element | ShadowRoot} root @returns {HTMLVideoElement | null} */
const videoIn = (root) => {
  for (const each of root.querySelectorAll("*")) {
    const found = each instanceof HTMLVideoElement ? each : each.shadowRoot && videoIn(each.shadowRoot);
    if (found) return found;
  }
  return null;
};

export class Stage {
  #view;
  /** Counts what was asked for: an answer to an earlier question comes too late. */
  #turn = 0;
  #isLoud = false;
  /** Whether recordings are without sound, as the person left the last one. */
  #isMuted = true;
  /** @type {Piece | null} */
  #piece = null;
  /** @type {string | null} */
  #picture = null;
  #still = "";
  #isLive = false;
  isBusy = false;
  /** Where the recording that is shown comes from. */
  address = "";

  /** @param {View} view */
  constructor(view) {
    this.#view = view;
  }

  /** Where nothing has loaded the player yet, such as outside of dashboards, a card of Home Assistant's does. */
  async loadPlayer() {
    if (customElements.get(PLAYER)) return;
    const helpers = await window.loadCardHelpers?.();
    helpers?.createCardElement({ type: "picture-entity", entity: this.#view.entity, camera_view: "live" });
  }

  /** Show how it looks now, or did when the camera was there. @param {string} [more] tells this picture from the one before */
  drawStill(more = "") {
    const { hasPicture, hass, isAwake, isOff, state } = this.#view;
    const path = hasPicture && state?.attributes.entity_picture;
    // Another one would be loaded for nobody behind the live picture, and out of sight.
    if (isOff || !path || (this.#still && (this.#isLive || !isAwake))) return;
    this.#still = hass.hassUrl(`${path}&width=640&height=360${more}`);
  }

  /** @param {Described[]} over what lies over the picture */
  part(...over) {
    const { state, isStreaming, moment, words } = this.#view;
    this.#isLive = isStreaming;
    // Sound does not come back by itself.
    this.#isLoud &&= isStreaming;
    this.#isMuted = this.#player?.muted ?? this.#isMuted;
    const [loud, still, picture] = [this.#isLoud, this.#still, this.#picture];
    const live = { ".stateObj": state, ".muted": !loud, ".controls": false, ".fitMode": "contain" };
    const mark =
      (/** @type {boolean} */ isBroken) =>
      (/** @type {any} */ { target }) =>
        target.classList.toggle("broken", isBroken);
    const toggleSound = () => this.#show({ loud: !loud });
    const sound = { "aria-pressed": loud, hidden: !isStreaming };
    return h(
      "div.stage",
      { class: { busy: this.isBusy, past: moment !== null } },
      still &&
        h("img.still", { key: "still", alt: "", loading: "lazy", src: still, load: mark(false), error: mark(true) }),
      // Another one for each turn: who goes to now again wants one that moves.
      isStreaming && h(`${PLAYER}.live`, { key: this.#turn, ...live }),
      picture && h("img.picture", { key: picture, alt: "", src: picture }),
      this.address && this.#piece && this.#video(this.#piece),
      h("div.wait"),
      h(
        "div.corner",
        {},
        iconButton(loud ? "mdi:volume-high" : "mdi:volume-off", words.say("card.sound"), toggleSound, sound),
        iconButton("mdi:fullscreen", words.say("card.full_screen"), this.#toggleFullScreen),
      ),
      over,
    );
  }

  /** @param {{loud?: boolean, picture?: string | null, piece?: Piece | null, address?: string}} shown */
  #show({ loud = false, picture = this.#picture, piece = this.#piece, address = this.address }) {
    [this.#isLoud, this.#picture, this.#piece, this.address] = [loud, picture, piece, address];
    this.#view.draw();
  }

  /** Show a picture, or the live one; what was asked for comes too late from now on. @param {string | null} [picture] */
  show(picture = null) {
    this.#turn += 1;
    this.#view.line.keyed = null;
    this.isBusy = false;
    this.#show({ picture, piece: null, address: "" });
  }

  /** Prepare and play a recording in place of what is shown. @param {Piece} piece */
  async play(piece) {
    const { hass, failed } = this.#view;
    this.show(piece.poster);
    const turn = this.#turn;
    this.isBusy = true;
    const media_content_id = `${piece.media}/${piece.from}/${piece.until}/0`;
    try {
      const { url } = await hass.callWS({ type: "media_source/resolve_media", media_content_id });
      if (turn === this.#turn) this.#show({ piece, address: hass.hassUrl(url) });
    } catch (error) {
      if (turn === this.#turn) failed(textOf(error));
    }
  }

  /** @param {Piece} piece */
  #video(piece) {
    const [view, turn] = [this.#view, this.#turn];
    /** What comes from a video that is shown no longer is too late. @param {(video: HTMLVideoElement) => void} handle */
    const on =
      (handle) =>
      (/** @type {any} */ { target }) =>
        turn === this.#turn && handle(target);
    return h("video.recording", {
      key: turn,
      ".muted": this.#isMuted,
      // Where nothing plays by itself, its controls are there.
      ...{ src: this.address, playsinline: true, controls: true, autoplay: true, preload: "auto" },
      loadedmetadata: on((video) => {
        video.currentTime = Math.min(Math.max(0, piece.at - piece.from), Math.max(0, video.duration - 0.5));
        this.isBusy = false;
        view.ready();
      }),
      timeupdate: on((video) => view.playsAt(piece.from + video.currentTime)),
      ended: on((video) => view.ended(piece.from + video.duration)),
      error: on((video) => {
        // Its signature may have become void by a restart.
        if (piece.again) view.failed(view.words.say("card.not_played"));
        else this.play({ ...piece, at: piece.from + video.currentTime, again: true });
      }),
    });
  }

  /** @returns {HTMLVideoElement | null} */
  get #player() {
    return this.#view.element.querySelector("video.recording");
  }

  pause() {
    if (!document.pictureInPictureElement) this.#player?.pause();
  }

  #toggleFullScreen = () => {
    const stage = this.#view.element.querySelector(".stage");
    if (document.fullscreenElement) document.exitFullscreen();
    else if (stage?.requestFullscreen) stage.requestFullscreen();
    else videoIn(this.#view.element)?.webkitEnterFullscreen?.();
  };

  /** The picture of the past that is shown, as a file; null: it is the live one. @returns {Promise<Blob | null>} */
  async snapshot() {
    const shown = /** @type {any} */ (this.#player ?? this.#view.element.querySelector(".picture"));
    const canvas = document.createElement("canvas");
    canvas.width = shown?.videoWidth ?? shown?.naturalWidth ?? 0;
    canvas.height = shown?.videoHeight ?? shown?.naturalHeight ?? 0;
    if (!canvas.width) return null;
    canvas.getContext("2d")?.drawImage(shown, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  }
}
