// What the card shows of one camera: its picture, its controls, and a day of it.

import { Controls } from "./controls.js";
import { askDay, now, WatchedDay } from "./day.js";
import { draw, fire, h, memo } from "./dom.js";
import { dayBar, Filter, Thumbs } from "./past.js";
import { saving } from "./saving.js";
import { Stage } from "./stage.js";
import * as time from "./time.js";
import { DayLine } from "./timeline.js";
import { textOf } from "./words.js";

/** Milliseconds between two looks at the clock, and that a text stays. */
const TICK = 20000;
const SAID = 8000;
/** Seconds: what was recorded until shortly before now may go on. */
const RECENT = 900;

export class CameraView {
  /** Events of the day that are shown. @type {readonly Episode[]} */
  episodes = [];
  /** The moment that is shown; null: now. @type {number | null} */
  moment = null;
  /** The event that is shown. @type {Episode | undefined} */
  current;
  /** The recording that is shown. @type {Piece | null} */
  piece = null;
  /** Pixels that the line has. */
  width = 0;
  isAwake = false;
  isSaving = false;
  /** Whether to go to the first (1) or last (-1) event of a day once it is there. */
  #pending = 0;
  #isLinked = false;
  /** ENTRY/NODE, once Netrex has answered. */
  #node = "";
  #ticking = 0;
  #saying = 0;
  #said = "";
  #isDrawing = false;
  /** Counts what all but the line is made of again for. */
  #changes = 0;
  #kept = memo();
  #framing = 0;
  #resized = new ResizeObserver(([entry]) => {
    this.width = (entry?.contentRect.width ?? 0) - 32;
    this.draw();
  });

  /** @param {CardConfig} config @param {Hass} hass @param {Words} words */
  constructor(config, hass, words) {
    this.config = config;
    this.entity = config.entity;
    this.hass = hass;
    this.words = words;
    this.element = document.createElement("ha-card");
    this.stage = new Stage(this);
    this.controls = new Controls(this);
    this.day = new WatchedDay(this);
    this.filter = new Filter(this);
    this.line = new DayLine(this);
    this.thumbs = new Thumbs(this);
    this.#resized.observe(this.element);
    this.update();
  }

  get state() {
    return this.hass.states[this.entity];
  }

  get isOff() {
    return (this.state?.state ?? "unavailable") === "unavailable";
  }

  /** Whether there is a picture: where only the day is wanted, what is selected in it has one. */
  get hasPicture() {
    return this.moment !== null || this.config.view !== false;
  }

  get isStreaming() {
    return this.isAwake && this.moment === null && !this.isOff && this.hasPicture && this.config.live !== false;
  }

  /** The moment that is shown, which may be now. */
  get at() {
    return this.moment ?? now();
  }

  // --- life ----------------------------------------------------------------------------------------

  /** Begin to look: the live picture, the day, and what happens. */
  wake() {
    if (this.isAwake) return;
    this.isAwake = true;
    this.#resized.observe(this.element);
    this.#ticking = window.setInterval(() => this.#tick(), TICK);
    this.stage.loadPlayer();
    this.update();
    this.day.ask();
  }

  /** Ask and stream nothing any more. @param {boolean} isGone whether it is on the page no longer */
  sleep(isGone) {
    this.isAwake = false;
    if (isGone) this.#resized.disconnect();
    clearInterval(this.#ticking);
    this.controls.stop();
    this.day.sleep();
    if (isGone && this.moment !== null) this.tell("");
    if (isGone) this.#showNow();
    else this.stage.pause();
    this.draw();
  }

  /** Show what has changed of the camera and what belongs to it. @param {Hass} [before] */
  update(before) {
    const { hass, isOff, state } = this;
    const old = before?.states[this.entity];
    this.controls.update();
    this.stage.drawStill();
    if (!state) this.tell(this.words.say("card.not_available"), 0);
    else if (before && !old) this.tell("");
    this.draw();
    if (!before || !hass.connected || !state) return;
    const isBack = !isOff && (old?.state ?? "unavailable") === "unavailable";
    if (!before.connected) this.day.reconnect();
    else if (isBack || before.config.state !== hass.config.state) this.day.ask();
  }

  #tick() {
    if (this.moment === null && this.day.hasEnded) this.showDay(this.day.today);
    this.day.refresh();
    if (this.config.live === false) this.stage.drawStill(`&at=${Date.now()}`);
    this.draw();
  }

  /** Show it as it is, once for all that changes at a time, before what is queued from now on. */
  draw() {
    this.#changes += 1;
    this.drawLine();
  }

  /** Show where the line is pointed at; all else stays. */
  drawLine() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    queueMicrotask(() => {
      this.#isDrawing = false;
      draw(this.element, this.#card);
      cancelAnimationFrame(this.#framing);
      // Not before the line is on the screen, which a frame's own requests are.
      this.#framing = requestAnimationFrame(() => setTimeout(() => this.thumbs.update()));
    });
  }

  get #card() {
    const { config, controls, day, filter, state } = this;
    this.episodes = filter.of(day.answer?.episodes);
    const name = () => h("div.name", {}, String(state?.attributes.friendly_name ?? ""));
    const [stage, bar, above] = this.#kept([this.#changes], () => [
      this.stage.part(this.#badge, controls.pad),
      [h("div.bar", {}, name(), saving(this), controls.buttons), controls.speech],
      [dayBar(this), filter.part],
    ]);
    return h(
      "ha-card",
      { class: { missing: !state, off: this.isOff, asking: !day.answer, bare: !this.hasPicture } },
      ...[stage, bar, config.timeline !== false && [above, this.line.part, this.thumbs.part, this.#note]],
      h("div.said", { role: "status", "aria-live": "polite" }, this.#said),
    );
  }

  get #badge() {
    const { moment, isOff, words } = this;
    const live = words.say(isOff ? "card.off" : "card.live");
    const day = moment === null ? "" : words.day(time.dayOf(moment, words.zone), this.day.today);
    // A still picture is not live.
    const given = { class: { "is-live": this.isStreaming }, hidden: moment === null && !isOff && !this.isStreaming };
    return h("div.badge", given, moment === null ? live : `${day} ${words.exact(moment)}`);
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

  /** Say something, for a while. @param {string} text @param {number} [during] milliseconds; 0: until something else is said */
  tell = (text, during = SAID) => {
    clearTimeout(this.#saying);
    this.#said = text;
    if (text && during) this.#saying = window.setTimeout(this.tell, during, "");
    this.draw();
  };

  /** Say why something was not done. @param {unknown} error */
  failedTo(error) {
    this.tell(textOf(error));
    fire(this.element, "haptic", "failure");
  }

  // --- days ----------------------------------------------------------------------------------------

  /** The day is there. */
  answered() {
    const episode = this.filter.of(this.day.answer?.episodes).at(this.#pending < 0 ? -1 : 0);
    if (this.#pending && episode) this.playEpisode(episode);
    this.#pending = 0;
  }

  /** @param {Episode} episode */
  began(episode) {
    const { exact, kinds, say } = this.words;
    if (!this.filter.of(this.day.answer?.episodes).includes(episode)) return;
    this.tell(say("card.event", { time: exact(episode.start), kinds: kinds(episode.kinds) }));
  }

  /** @param {string} day */
  showDay(day) {
    if (day > this.day.today || day === this.day.day) return;
    this.tell("");
    this.#pending = 0;
    this.day.set(day);
    this.day.ask();
  }

  /** Go to the event before (-1) or after (1). @param {number} direction */
  step(direction) {
    const [begin, end] = this.day.bounds;
    const from = this.at >= begin && this.at < end ? this.at : direction > 0 ? begin : end;
    const found = time.neighbor(this.episodes, from, direction, this.current?.id);
    if (found) this.playEpisode(found);
    else if (direction > 0 && this.day.isToday) this.goLive();
    else {
      this.showDay(time.shiftDay(this.day.day, direction));
      this.#pending = direction;
    }
  }

  // --- playing -------------------------------------------------------------------------------------

  #showNow() {
    [this.moment, this.current, this.piece] = [null, undefined, null];
    this.stage.show();
  }

  goLive = () => {
    this.#showNow();
    this.tell("");
    this.showDay(this.day.today);
    this.update();
  };

  /** @param {Episode} episode */
  playEpisode(episode) {
    const { answer } = this.day;
    const [from, until] = episode.recording;
    [this.current, this.moment] = [episode, episode.start];
    if (answer?.recordings === "ok" && until > from) this.#play({ media: answer.media, from, until, at: from });
    else this.failed(this.words.say(answer?.recordings === "no_permission" ? "card.no_permission" : "card.not_yet"));
  }

  get #picture() {
    return this.current?.picture && this.hass.hassUrl(this.current.picture);
  }

  /** Recorded spans; the newest ones may go on. @returns {readonly Span[]} */
  get #spans() {
    const spans = this.day.answer?.spans ?? [];
    const last = spans.at(-1);
    return last && now() - last[1] < RECENT ? [...spans.slice(0, -1), [last[0], now()]] : spans;
  }

  /** @param {number} moment @param {boolean} [goesOn] whether from this moment on, not from a round time before */
  playAt(moment, goesOn = false) {
    const { recordings, media = "" } = this.day.answer ?? {};
    const found = recordings && time.pieceAt(this.#spans, moment, now() - 2);
    this.current = undefined;
    if (moment > now()) this.goLive();
    else if (found) {
      const [from, until] = [goesOn ? Math.floor(moment) : found[0], found[1]];
      this.moment = moment;
      this.#play({ media, from, until, at: Math.max(moment, from) });
    } else {
      const key = recordings === "no_permission" ? "card.no_permission" : "card.nothing_recorded";
      this.tell(this.words.say(key, { time: this.words.exact(moment) }));
    }
  }

  /** @param {Piece} piece */
  #play(piece) {
    this.piece = piece;
    this.tell(this.words.say("card.preparing"), 0);
    this.stage.play({ ...piece, poster: this.#picture });
  }

  ready() {
    // Cards above have grown meanwhile.
    if (this.#isLinked) this.element.scrollIntoView({ block: "center" });
    this.#isLinked = false;
    this.tell("");
  }

  /** @param {number} moment */
  playsAt(moment) {
    this.moment = moment;
    this.line.follow();
  }

  /** Go on with what was recorded next. @param {number} moment */
  ended(moment) {
    // A piece with a gap in it ends early.
    const next = this.piece && moment > this.piece.until - 3 ? this.piece.until : moment + 1;
    const from = time.recordedFrom(this.#spans, next);
    if (!from || from > now() - 30 || !time.pieceAt(this.#spans, from, now() - 2)) this.goLive();
    else if (from < this.day.bounds[1]) this.playAt(from, true);
  }

  /** Show the event's picture instead. @param {string} text */
  failed = (text) => {
    this.piece = null;
    this.stage.show(this.#picture);
    this.tell(text);
  };

  /** Open an event that a link names; give whether it is this camera's. @param {string} id */
  async open(id) {
    const [node, began] = time.linked(id, now()) ?? [];
    if (!node || !began || !this.state || (this.#node && this.#node !== node)) return false;
    const day = time.dayOf(began, this.words.zone);
    const answer = await askDay(this.hass, this.entity, time.dayBounds(day, this.words.zone)).catch(() => null);
    this.#node = answer?.node ?? "";
    if (!answer || this.#node !== node || !this.element.isConnected) return false;
    this.day.set(day);
    this.#isLinked = true;
    this.element.scrollIntoView({ block: "center" });
    const episode = answer.episodes.find((each) => each.id === id);
    if (episode) this.playEpisode(episode);
    else this.playAt(began);
    return true;
  }
}
