// Where pictures are shown: a still one, the live one, a recording, or the picture of an event.

import { h, hide, iconButton } from "./dom.js";

/** The videos somewhere inside an element. @type {(root: Element | ShadowRoot) => HTMLVideoElement[]} */
const videosIn = (root) =>
  [...root.querySelectorAll("*")].flatMap((each) =>
    each instanceof HTMLVideoElement ? [each] : each.shadowRoot ? videosIn(each.shadowRoot) : [],
  );

/** @type {(view: View) => Stage} */
export const stageOf = (view) => {
  let [isLoud, still] = [false, ""];

  const toggleSound = () => {
    isLoud = !isLoud;
    view.draw();
  };
  const toggleFullScreen = () => {
    const stage = view.element.querySelector(".stage");
    if (document.fullscreenElement) document.exitFullscreen();
    else if (stage?.requestFullscreen) stage.requestFullscreen();
    else videosIn(view.element)[0]?.webkitEnterFullscreen?.();
  };
  const badge = () => {
    const { day, isOff, isStreaming, playing, words } = view;
    const { moment } = playing;
    const past = moment !== null && `${words.day(words.dayOf(moment), day.today())} ${words.exact(moment)}`;
    // A still picture is not live.
    const given = { class: { "is-live": isStreaming() }, hidden: !past && !isOff() && !isStreaming() };
    return h("div.badge", given, past || words.say(isOff() ? "card.off" : "card.live"));
  };

  return {
    drawStill(more = "") {
      const { hasPicture, hass, isAwake, isOff, isStreaming, state } = view;
      const path = hasPicture() && state()?.attributes.entity_picture;
      // Another one would be loaded for nobody behind the live picture, and out of sight.
      if (isOff() || !path || (still && (isStreaming() || !isAwake))) return;
      still = hass.hassUrl(`${path}&width=640&height=360${more}`);
    },
    part() {
      const { controls, draw, isStreaming, playing, state, words } = view;
      // Sound does not come back by itself.
      isLoud &&= isStreaming();
      const [picture, stateObj] = [playing.picture(), state()];
      const live = { ".stateObj": stateObj, ".muted": !isLoud, ".controls": false, ".fitMode": "contain" };
      const speaker = isLoud ? "mdi:volume-high" : "mdi:volume-off";
      const frame = document.fullscreenElement ? "mdi:fullscreen-exit" : "mdi:fullscreen";
      const leads = words.say(document.fullscreenElement ? "card.leave_full_screen" : "card.full_screen");
      const looks = { busy: playing.isBusy, past: playing.moment !== null };
      return h("div.stage", { class: looks, fullscreenchange: draw }, [
        still && h("img.still", { key: "still", alt: "", loading: "lazy", src: still, error: hide }),
        // Home Assistant's own player; another one for who goes to now again, and wants a picture that moves.
        isStreaming() && h("ha-camera-stream.live", { key: playing.turn, ...live }),
        picture && h("img.picture", { key: picture, alt: "", src: picture, error: hide }),
        playing.part(),
        h("div.wait"),
        h("div.corner", {}, [
          iconButton(speaker, words.say("card.sound"), toggleSound, { "aria-pressed": isLoud, hidden: !isStreaming() }),
          iconButton(frame, leads, toggleFullScreen),
        ]),
        badge(),
        controls.pad(),
      ]);
    },
  };
};
