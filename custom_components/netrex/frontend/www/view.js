// What the card shows of one camera: its picture, its controls, and a day of it.

import { controlsOf } from "./controls.js";
import { watchedDay } from "./day.js";
import { draw, h } from "./dom.js";
import { dayBar, filterOf, thumbsOf } from "./past.js";
import { playingIn } from "./playing.js";
import { saving } from "./saving.js";
import { stageOf } from "./stage.js";
import { neighbor, shiftDay } from "./time.js";
import { dayLine } from "./timeline.js";

/** Milliseconds between two looks at the clock, and that a text stays. */
const [TICK, SAID] = [20000, 8000];

/** @type {(config: CardConfig, hass: Hass, words: Words) => View} */
export const viewOf = (config, hass, words) => {
  let [ticking, saying, framing, said] = [0, 0, 0, ""];
  let [isDrawing, isLinked] = [false, false];
  // Whether to go to the first (1) or last (-1) event of a day once it is there.
  let pending = 0;
  /** The states that are shown. @type {(HassEntity | undefined)[]} */
  let shown = [];

  const note = () => {
    const { recordings, message, kept_since: since = 0 } = self.day.answer ?? {};
    const nothing = self.day.bounds()[1] <= since ? "card.not_kept" : "card.no_events";
    const notes = [
      recordings === "no_permission" && words.say("card.no_permission"),
      recordings === "failed" && (message ?? words.say("card.failed")),
      recordings && recordings !== "failed" && !self.episodes().length && words.say(nothing),
    ].filter(Boolean);
    return h("div.note", { hidden: !notes.length }, notes.join(" "));
  };
  const card = () => {
    const { controls, day, filter, line, playing, stage, thumbs } = self;
    const state = self.state();
    const asking = day.isAsking();
    const name = h("div.name", {}, String(state?.attributes.friendly_name ?? ""));
    const classes = { missing: !state, off: self.isOff(), asking, asleep: !self.isAwake, bare: !self.hasPicture() };
    const doing = (playing.isBusy && words.say("card.preparing")) || (self.isSaving && words.say("card.saving"));
    const text = state ? doing || said : words.say("card.not_available");
    return h("ha-card", { class: classes }, [
      stage.part(),
      h("div.bar", {}, [name, saving(self), controls.buttons()]),
      controls.speech(),
      config.timeline !== false && [dayBar(self), filter.part(), line.part(), thumbs.part(), note()],
      h("div.said", { role: "status", "aria-live": "polite" }, text),
    ]);
  };
  const tick = () => {
    if (self.playing.moment === null && self.day.hasEnded()) self.showDay(self.day.today());
    self.day.refresh();
    if (config.live === false) self.stage.drawStill(`&at=${Date.now()}`);
    self.draw();
  };

  /** @type {Omit<View, keyof Parts>} */
  const own = {
    config,
    entity: config.entity,
    hass,
    words,
    element: document.createElement("ha-card"),
    isAwake: false,
    isSaving: false,
    state: () => self.hass.states[self.entity],
    isOff: () => (self.state()?.state ?? "unavailable") === "unavailable",
    hasPicture: () => self.playing.moment !== null || config.view !== false,
    isStreaming: () =>
      self.isAwake && self.playing.moment === null && !self.isOff() && self.hasPicture() && config.live !== false,
    episodes: () => self.filter.of(self.day.answer?.episodes).episodes,

    wake() {
      if (self.isAwake) return;
      self.isAwake = true;
      ticking = window.setInterval(tick, TICK);
      self.stage.drawStill();
      self.controls.ask();
      tick();
    },
    sleep(isGone) {
      self.isAwake = false;
      clearInterval(ticking);
      self.controls.stop();
      self.day.sleep();
      if (isGone) self.playing.show();
      else if (!document.pictureInPictureElement) self.element.querySelector("video")?.pause();
      self.draw();
    },
    update(before) {
      const { connected, config: system, entities, states } = self.hass;
      const isSame = before.connected === connected && before.config === system && before.entities === entities;
      if (isSame && self.controls.watched.every((each, index) => states[each] === shown[index])) return false;
      shown = self.controls.watched.map((each) => states[each]);
      const isBack = !self.isOff() && (before.states[self.entity]?.state ?? "unavailable") === "unavailable";
      const isNew = connected && (!before.connected || isBack || before.config.state !== system.state);
      self.stage.drawStill();
      self.draw();
      if (!before.connected) self.day.sleep();
      if (isNew) self.day.ask();
      if (isNew || before.entities !== entities) self.controls.ask();
      return isNew;
    },
    draw() {
      if (isDrawing) return;
      isDrawing = true;
      queueMicrotask(() => {
        isDrawing = false;
        draw(self.element, card());
        self.line.settle();
        cancelAnimationFrame(framing);
        // Not before the line is on the screen, which a frame's own requests are.
        framing = requestAnimationFrame(() => setTimeout(self.thumbs.settle));
      });
    },
    tell(text) {
      clearTimeout(saying);
      said = text;
      if (text) saying = window.setTimeout(self.tell, SAID, "");
      self.draw();
    },

    answered() {
      const episode = self.episodes().at(pending < 0 ? -1 : 0);
      if (pending && episode) self.playing.playEpisode(episode);
      pending = 0;
    },
    began(episode) {
      if (!self.episodes().includes(episode)) return;
      self.tell(words.say("card.event", { time: words.exact(episode.start), kinds: words.kinds(episode.kinds) }));
    },
    showDay(day) {
      pending = 0;
      if (day > self.day.today() || day === self.day.day) return;
      self.tell("");
      self.day.set(day);
      self.day.ask();
    },
    step(direction) {
      const { day, playing } = self;
      const [begin, end] = day.bounds();
      const from = playing.at() >= begin && playing.at() < end ? playing.at() : direction > 0 ? begin : end;
      const found = neighbor(self.episodes(), from, direction, playing.episode?.id);
      // What is on the screen until then is another day's.
      if (day.isAsking()) pending = direction;
      else if (found) playing.playEpisode(found);
      else if (direction > 0 && day.isToday()) playing.goLive();
      else {
        self.showDay(shiftDay(day.day, direction));
        pending = direction;
      }
    },
    ready() {
      // Cards above have grown meanwhile.
      if (isLinked) self.element.scrollIntoView({ block: "center" });
      isLinked = false;
      self.draw();
    },
    async open(id) {
      if (!self.state() || !(await self.day.find(id)) || !self.element.isConnected) return false;
      [isLinked, pending] = [true, 0];
      self.element.scrollIntoView({ block: "center" });
      const episode = self.day.answer?.episodes.find((each) => each.id === id);
      if (episode) self.playing.playEpisode(episode);
      else self.playing.playAt(Number(id.split("/").at(-1)) / 1000);
      return true;
    },
  };
  const self = /** @type {View} */ (own);
  self.controls = controlsOf(self);
  self.day = watchedDay(self);
  self.filter = filterOf(self);
  self.line = dayLine(self);
  self.playing = playingIn(self);
  self.stage = stageOf(self);
  self.thumbs = thumbsOf(self);
  self.stage.drawStill();
  self.draw();
  return self;
};
