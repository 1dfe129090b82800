// Where pictures are shown: a still one, the live one, a recording, or the picture of an event.

import { h, hide, iconButton, Part } from "./dom.js";

/** Home Assistant's own player, which must stand inside the page's tree. */
const PLAYER = "ha-camera-stream";

/** The videos somewhere inside an element. @param {Element | ShadowRoot} root @returns {HTMLVideoElement[]} */
const videosIn = (root) =>
  [...root.querySelectorAll("*")].flatMap((each) =>
    each instanceof HTMLVideoElement ? [each] : each.shadowRoot ? videosIn(each.shadowRoot) : [],
  );

export class Stage extends Part {
  #isLoud = false;
  #still = "";

  /** Show how it looks now, or did when the camera was there. @param {string} [more] tells this picture from the one before */
  drawStill(more = "") {
    const { hasPicture, hass, isAwake, isOff, isStreaming, state } = this.view;
    const path = hasPicture && state?.attributes.entity_picture;
    // Another one would be loaded for nobody behind the live picture, and out of sight.
    if (isOff || !path || (this.#still && (isStreaming || !isAwake))) return;
    this.#still = hass.hassUrl(`${path}&width=640&height=360${more}`);
  }

  get part() {
    const { controls, draw, isStreaming, playing, state, words } = this.view;
    // Sound does not come back by itself.
    this.#isLoud &&= isStreaming;
    const [loud, still, picture] = [this.#isLoud, this.#still, playing.picture];
    const live = { key: playing.turn, ".stateObj": state, ".muted": !loud, ".controls": false, ".fitMode": "contain" };
    const toggleSound = () => {
      this.#isLoud = !loud;
      draw();
    };
    const speaker = loud ? "mdi:volume-high" : "mdi:volume-off";
    const frame = document.fullscreenElement ? "mdi:fullscreen-exit" : "mdi:fullscreen";
    const classes = { busy: playing.isBusy, past: playing.moment !== null };
    return h("div.stage", { class: classes, fullscreenchange: draw }, [
      still && h("img.still", { key: "still", alt: "", loading: "lazy", src: still, error: hide }),
      isStreaming && h(`${PLAYER}.live`, live),
      picture && h("img.picture", { key: picture, alt: "", src: picture, error: hide }),
      playing.part,
      h("div.wait"),
      h("div.corner", {}, [
        iconButton(speaker, words.say("card.sound"), toggleSound, { "aria-pressed": loud, hidden: !isStreaming }),
        iconButton(frame, words.say("card.full_screen"), this.#toggleFullScreen),
      ]),
      this.#badge,
      controls.pad,
    ]);
  }

  get #badge() {
    const { day, isOff, isStreaming, playing, words } = this.view;
    const { moment } = playing;
    const live = words.say(isOff ? "card.off" : "card.live");
    const past = moment !== null && `${words.day(words.dayOf(moment), day.today)} ${words.exact(moment)}`;
    // A still picture is not live.
    const given = { class: { "is-live": isStreaming }, hidden: !past && !isOff && !isStreaming };
    return h("div.badge", given, past || live);
  }

  #toggleFullScreen = () => {
    const stage = this.view.element.querySelector(".stage");
    if (document.fullscreenElement) document.exitFullscreen();
    else if (stage?.requestFullscreen) stage.requestFullscreen();
    else videosIn(this.view.element)[0]?.webkitEnterFullscreen?.();
  };
}
