// What the card shows of one camera: its picture, its controls, and a day of it.

import { Controls } from "./controls.js";
import { WatchedDay } from "./day.js";
import { draw, h } from "./dom.js";
import { dayBar, Filter, Thumbs } from "./past.js";
import { Playing } from "./playing.js";
import { saving } from "./saving.js";
import { Stage } from "./stage.js";
import * as time from "./time.js";
import { DayLine } from "./timeline.js";

/** Milliseconds between two looks at the clock, and that a text stays. */
const TICK = 20000;
const SAID = 8000;

export class CameraView {
  isAwake = false;
  isSaving = false;
  /** Whether to go to the first (1) or last (-1) event of a day once it is there. */
  #pending = 0;
  #isLinked = false;
  #ticking = 0;
  #saying = 0;
  #said = "";
  #isDrawing = false;
  #framing = 0;

  /** @param {CardConfig} config @param {Hass} hass @param {Words} words */
  constructor(config, hass, words) {
    this.config = config;
    this.entity = config.entity;
    this.hass = hass;
    this.words = words;
    this.element = document.createElement("ha-card");
    this.controls = new Controls(this);
    this.day = new WatchedDay(this);
    this.filter = new Filter(this);
    this.line = new DayLine(this);
    this.playing = new Playing(this);
    this.stage = new Stage(this);
    this.thumbs = new Thumbs(this);
    this.watched = [config.entity];
    this.stage.drawStill();
    this.draw();
  }

  /** Events of the day that are shown. */
  get episodes() {
    return this.filter.of(this.day.answer?.episodes);
  }

  get state() {
    return this.hass.states[this.entity];
  }

  get isOff() {
    return (this.state?.state ?? "unavailable") === "unavailable";
  }

  /** Whether there is a picture: where only the day is wanted, what is selected in it has one. */
  get hasPicture() {
    return this.playing.moment !== null || this.config.view !== false;
  }

  get isStreaming() {
    const isNow = this.isAwake && this.playing.moment === null;
    return isNow && !this.isOff && this.hasPicture && this.config.live !== false;
  }

  /** Begin to look: the live picture, the day, and what happens. */
  wake() {
    if (this.isAwake) return;
    this.isAwake = true;
    this.#ticking = window.setInterval(() => this.#tick(), TICK);
    this.stage.drawStill();
    this.draw();
    this.#ask();
  }

  #ask() {
    this.controls.ask();
    this.day.ask();
  }

  /** Ask and stream nothing any more. @param {boolean} isGone whether it is on the page no longer */
  sleep(isGone) {
    this.isAwake = false;
    clearInterval(this.#ticking);
    this.controls.stop();
    this.day.sleep();
    if (isGone) this.playing.show();
    else if (!document.pictureInPictureElement) this.element.querySelector("video")?.pause();
    this.draw();
  }

  /** Show what has changed; give whether all is asked anew, as Home Assistant or the camera was away. @param {Hass} before */
  update(before) {
    const { connected, config, entities, states } = this.hass;
    const isSame = before.connected === connected && before.config === config && before.entities === entities;
    if (isSame && this.watched.every((each) => states[each] === before.states[each])) return false;
    const isBack = !this.isOff && (before.states[this.entity]?.state ?? "unavailable") === "unavailable";
    const isNew = connected && (!before.connected || isBack || before.config.state !== config.state);
    this.stage.drawStill();
    this.draw();
    if (!before.connected) this.day.sleep();
    if (isNew) this.#ask();
    else if (before.entities !== entities) this.controls.ask();
    return isNew;
  }

  #tick() {
    if (this.playing.moment === null && this.day.hasEnded) this.showDay(this.day.today);
    this.day.refresh();
    if (this.config.live === false) this.stage.drawStill(`&at=${Date.now()}`);
    this.draw();
  }

  /** Show it as it is, once for all that changes at a time. */
  draw = () => {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    queueMicrotask(() => {
      this.#isDrawing = false;
      draw(this.element, this.#card);
      this.line.center();
      cancelAnimationFrame(this.#framing);
      // Not before the line is on the screen, which a frame's own requests are.
      this.#framing = requestAnimationFrame(() => setTimeout(() => this.thumbs.update()));
    });
  };

  get #card() {
    const { config, controls, day, filter, playing, state, words } = this;
    const classes = { missing: !state, off: this.isOff, asking: !day.answer, bare: !this.hasPicture };
    const name = String(state?.attributes.friendly_name ?? "");
    const doing = (playing.isBusy && words.say("card.preparing")) || (this.isSaving && words.say("card.saving"));
    return h("ha-card", { class: classes }, [
      this.stage.part,
      h("div.bar", {}, [h("div.name", {}, name), saving(this), controls.buttons]),
      controls.speech,
      config.timeline !== false && [dayBar(this), filter.part, this.line.part, this.thumbs.part, this.#note],
      h(
        "div.said",
        { role: "status", "aria-live": "polite" },
        state ? doing || this.#said : words.say("card.not_available"),
      ),
    ]);
  }

  get #note() {
    const { say } = this.words;
    const { recordings, message, kept_since: since = 0 } = this.day.answer ?? {};
    const notes = [
      recordings === "no_permission" && say("card.no_permission"),
      recordings === "failed" && (message ?? say("card.failed")),
      recordings && !this.episodes.length && say(this.day.bounds[1] <= since ? "card.not_kept" : "card.no_events"),
    ].filter(Boolean);
    return h("div.note", { hidden: !notes.length }, notes.join(" "));
  }

  /** Say something, for a while. */
  tell = (text = "") => {
    clearTimeout(this.#saying);
    this.#said = text;
    if (text) this.#saying = window.setTimeout(this.tell, SAID);
    this.draw();
  };

  /** The day is there. */
  answered() {
    const episode = this.episodes.at(this.#pending < 0 ? -1 : 0);
    if (this.#pending && episode) this.playing.playEpisode(episode);
    this.#pending = 0;
  }

  began(/** @type {Episode} */ episode) {
    const { exact, kinds, say } = this.words;
    if (!this.episodes.includes(episode)) return;
    this.tell(say("card.event", { time: exact(episode.start), kinds: kinds(episode.kinds) }));
  }

  showDay(/** @type {string} */ day) {
    if (day > this.day.today || day === this.day.day) return;
    this.tell("");
    this.#pending = 0;
    this.day.set(day);
    this.day.ask();
  }

  /** Go to the event before (-1) or after (1). @param {number} direction */
  step(direction) {
    const { day, episodes, playing } = this;
    const [begin, end] = day.bounds;
    const from = playing.at >= begin && playing.at < end ? playing.at : direction > 0 ? begin : end;
    const found = time.neighbor(episodes, from, direction, playing.episode?.id);
    if (found) playing.playEpisode(found);
    else if (direction > 0 && day.isToday) playing.goLive();
    else {
      this.showDay(time.shiftDay(day.day, direction));
      this.#pending = direction;
    }
  }

  /** What is played can be seen. */
  ready() {
    // Cards above have grown meanwhile.
    if (this.#isLinked) this.element.scrollIntoView({ block: "center" });
    this.#isLinked = false;
    this.draw();
  }

  /** Open an event that a link names; give whether it is this camera's. @param {string} id */
  async open(id) {
    if (!this.state || !(await this.day.find(id)) || !this.element.isConnected) return false;
    this.#isLinked = true;
    this.element.scrollIntoView({ block: "center" });
    const episode = this.day.answer?.episodes.find((each) => each.id === id);
    if (episode) this.playing.playEpisode(episode);
    else this.playing.playAt(Number(id.split("/").at(-1)) / 1000);
    return true;
  }
}
