// Files of what is seen, for the person who looks.

import { iconButton, make } from "./dom.js";
import { now } from "./watched-day.js";
import { textOf } from "./words.js";

/** Have the browser save a file. @param {Blob | string} content what it holds, or its address @param {string} name */
const saveFile = (content, name) => {
  const address = typeof content === "string" ? content : URL.createObjectURL(content);
  make("a", { href: address, download: name }).click();
  if (typeof content !== "string") setTimeout(() => URL.revokeObjectURL(address), 60000);
};

/** A name by camera and time, which every system takes. @param {HassEntity | undefined} state @param {number} moment */
const nameOf = (state, moment) => {
  const at = new Date(moment * 1000 - new Date(moment * 1000).getTimezoneOffset() * 60000).toISOString();
  const camera = String(state?.attributes.friendly_name ?? "").replace(/[^\p{L}\p{N}]+/gu, "_");
  return `${camera}_${at.slice(0, 19).replace("T", "_").replaceAll(":", "-")}`;
};

export class Saving {
  #camera;
  #stage;
  /** @type {Piece | null} */
  #piece = null;
  #video;
  #keep;

  /** @param {CameraOfCard} camera @param {import("./stage.js").Stage} stage */
  constructor(camera, stage) {
    const { say } = camera.words;
    this.#camera = camera;
    this.#stage = stage;
    this.#video = iconButton("mdi:download", say("card.download"), { click: () => this.#download() });
    this.#keep = iconButton("mdi:content-save-outline", say("card.save"), { click: () => this.#export() });
    const picture = iconButton("mdi:camera-outline", say("card.snapshot"), { click: () => this.#snapshot() });
    this.element = make("div", { class: "buttons" }, this.#video, this.#keep, picture);
  }

  /** Offer the recording that is shown. @param {Piece | null} piece @param {boolean} [canExport] */
  offer(piece, canExport = false) {
    this.#piece = piece;
    this.#video.hidden = !piece;
    this.#keep.hidden = !piece || !canExport;
  }

  #download() {
    const { address } = this.#stage;
    if (address && this.#piece) saveFile(address, `${nameOf(this.#camera.state, this.#piece.from)}.mp4`);
  }

  /** Save what is shown, or a picture of now that is larger than the live one. */
  async #snapshot() {
    const { hass, state, words, tell } = this.#camera;
    try {
      const address = hass.hassUrl(String(state?.attributes.entity_picture ?? ""));
      const ofNow = () => fetch(address).then((answer) => (answer.ok ? answer.blob() : Promise.reject(answer)));
      const picture = (await this.#stage.snapshot()) ?? (await ofNow());
      saveFile(picture, `${nameOf(state, this.#stage.moment ?? now())}.jpg`);
    } catch {
      tell(words.say("card.no_picture"));
    }
  }

  /** Save the recording where Home Assistant keeps media. */
  async #export() {
    const { entity, hass, words, tell } = this.#camera;
    if (!this.#piece) return;
    const [start, end] = [this.#piece.from, this.#piece.until].map((each) => new Date(each * 1000).toISOString());
    const target = { entity_id: entity };
    this.#keep.disabled = true;
    tell(words.say("card.saving"), true);
    try {
      const { response } = await hass.callService("netrex", "export_recording", { start, end }, target, false, true);
      const { path = "" } = /** @type {Record<string, {path?: string}>} */ (response)[entity] ?? {};
      tell(words.say("card.saved", { path }));
    } catch (error) {
      tell(textOf(/** @type {HassError} */ (error)));
    }
    this.#keep.disabled = false;
  }
}
