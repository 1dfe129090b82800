// Where pictures are shown: a still one, the live one, a recording, or the picture of an event.

import { icon, iconButton, make } from "./dom.js";
import { livePicture, videoIn } from "./live.js";
import { textOf } from "./words.js";

/** @typedef {{time: (moment: number) => void, ready: () => void, ended: (moment: number) => void, failed: (text: string) => void}} Told */

export class Stage {
  #camera;
  #told;
  /** Counts what was asked for: an answer to an earlier question comes too late. */
  #turn = 0;
  #muted = true;
  #from = 0;
  /** @type {CameraStream | null} */
  #live = null;
  /** @type {HTMLVideoElement | null} */
  #video = null;
  #still = make("img", {
    class: "still",
    alt: "",
    loading: "lazy",
    error: () => this.#still.classList.add("broken"),
    load: () => this.#still.classList.remove("broken"),
  });
  #picture = make("img", { class: "picture", alt: "", hidden: true });
  #sound;

  /** @param {CameraOfCard} camera @param {Told} told @param {Node[]} over what lies over the picture */
  constructor(camera, told, ...over) {
    const { say } = camera.words;
    const [toggleSound, toggleFull] = [() => this.#toggleSound(), () => this.#toggleFullScreen()];
    this.#camera = camera;
    this.#told = told;
    this.#sound = iconButton("mdi:volume-off", say("card.sound"), { click: toggleSound, "aria-pressed": "false" });
    const full = iconButton("mdi:fullscreen", say("card.full_screen"), { click: toggleFull });
    const above = [make("div", { class: "wait" }), make("div", { class: "corner" }, this.#sound, full), ...over];
    this.element = make("div", { class: "stage" }, this.#still, this.#picture, ...above);
    this.clear();
  }

  /** @param {string | undefined} address */
  setStill(address) {
    if (address && this.#still.getAttribute("src") !== address) this.#still.src = address;
    this.#still.hidden = !address;
  }

  get hasStill() {
    return this.#still.hasAttribute("src");
  }

  /** The moment that a recording shows. */
  get moment() {
    return this.#video && this.#from + this.#video.currentTime;
  }

  /** Where the recording that is shown comes from. */
  get address() {
    return this.#video?.src;
  }

  get isLive() {
    return this.#live !== null;
  }

  /** @param {HassEntity} state */
  showLive(state) {
    if (!this.#live) {
      this.clear();
      this.#live = livePicture(state);
      this.#still.after(this.#live);
      this.#drawSound();
    }
    this.#live.stateObj = state;
  }

  /** Prepare and play a recording in place of what is shown. @param {Piece} piece @param {boolean} [again] */
  async play(piece, again = false) {
    const { hass, words } = this.#camera;
    this.clear();
    const turn = this.#turn;
    this.#showPicture(piece.poster);
    this.element.classList.add("busy");
    const media_content_id = `${piece.media}/${piece.from}/${piece.until}/0`;
    try {
      const { url } = await hass.callWS({ type: "media_source/resolve_media", media_content_id });
      if (turn !== this.#turn) return;
      this.#load(hass.hassUrl(url), piece, (position) => {
        // Its signature may have become void by a restart.
        if (again) this.#fail(words.say("card.not_played"));
        else this.play({ ...piece, at: piece.from + position }, true);
      });
    } catch (error) {
      if (turn === this.#turn) this.#fail(textOf(/** @type {HassError} */ (error)));
    }
  }

  /** @param {string} text */
  #fail(text) {
    this.#removeVideo();
    this.element.classList.remove("busy");
    this.#told.failed(text);
  }

  /** @param {string} address @param {Piece} piece @param {(position: number) => void} onError */
  #load(address, piece, onError) {
    /** @param {() => void} handle */
    const whileShown = (handle) => () => this.#video === video && handle();
    /** @type {HTMLVideoElement} */
    const video = make("video", {
      class: "recording",
      playsinline: true,
      controls: true,
      autoplay: true,
      preload: "auto",
      loadedmetadata: whileShown(() => {
        video.currentTime = Math.min(Math.max(0, piece.at - piece.from), Math.max(0, video.duration - 0.5));
        this.element.classList.remove("busy");
        this.#told.ready();
      }),
      timeupdate: whileShown(() => this.#told.time(piece.from + video.currentTime)),
      volumechange: whileShown(() => {
        this.#muted = video.muted;
      }),
      ended: whileShown(() => this.#told.ended(piece.from + video.duration)),
      error: whileShown(() => onError(video.currentTime)),
    });
    video.muted = this.#muted;
    video.src = address;
    this.#video = video;
    this.#from = piece.from;
    this.#picture.after(video);
    // Where nothing plays by itself, its controls are there.
    video.play().catch(() => undefined);
  }

  /** @param {string | null | undefined} address */
  #showPicture(address) {
    this.#picture.hidden = !address;
    if (address) this.#picture.src = address;
  }

  /** Show a picture instead. @param {string} address */
  showPicture(address) {
    this.clear();
    this.#showPicture(address);
  }

  #toggleSound() {
    if (this.#live) this.#live.muted = !this.#live.muted;
    this.#drawSound();
  }

  /** A recording has controls of its own. */
  #drawSound() {
    const isOn = this.#live?.muted === false;
    this.#sound.hidden = !this.#live;
    this.#sound.setAttribute("aria-pressed", String(isOn));
    this.#sound.replaceChildren(icon(isOn ? "mdi:volume-high" : "mdi:volume-off"));
  }

  pause() {
    if (!document.pictureInPictureElement) this.#video?.pause();
  }

  /** End what is shown; what was asked for comes too late from now on. */
  clear() {
    this.#turn += 1;
    this.#live?.remove();
    this.#live = null;
    this.#removeVideo();
    this.#picture.hidden = true;
    this.#picture.removeAttribute("src");
    this.element.classList.remove("busy");
    this.#drawSound();
  }

  #removeVideo() {
    const video = this.#video;
    this.#video = null;
    if (!video) return;
    video.pause();
    // Or its connection and its memory would stay.
    video.removeAttribute("src");
    video.load();
    video.remove();
  }

  async #toggleFullScreen() {
    if (document.fullscreenElement) return document.exitFullscreen();
    if (this.element.requestFullscreen) return this.element.requestFullscreen();
    videoIn(this.element)?.webkitEnterFullscreen?.();
  }

  /** The picture of the past that is shown, as a file; null: it is the live one. @returns {Promise<Blob | null>} */
  async snapshot() {
    const shown = this.#video ?? (this.#picture.hidden ? null : this.#picture);
    const [width, height] =
      shown instanceof HTMLVideoElement
        ? [shown.videoWidth, shown.videoHeight]
        : [shown?.naturalWidth, shown?.naturalHeight];
    if (!shown || !width || !height) return null;
    const canvas = make("canvas", { width, height });
    canvas.getContext("2d")?.drawImage(shown, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  }
}
