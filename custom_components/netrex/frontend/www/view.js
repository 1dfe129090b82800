// What the card shows of one camera: its picture, its controls, and a day of it.

import { askDay } from "./answers.js";
import { Controls, relatedOf } from "./controls.js";
import { DayBar } from "./day-bar.js";
import { make } from "./dom.js";
import { Filter } from "./filter.js";
import { Saving } from "./saving.js";
import { Stage } from "./stage.js";
import { Thumbs } from "./thumbs.js";
import * as time from "./time.js";
import { DayLine } from "./timeline.js";
import { now, WatchedDay } from "./watched-day.js";
import { textOf } from "./words.js";

/** Milliseconds between two looks at the clock, and that a text stays. */
const TICK = 20000;
const SAID = 8000;
const ATTEMPTS = 4;
/** Seconds: what was recorded until shortly before now may go on. */
const RECENT = 900;

export class CameraView {
  #config;
  #getHass;
  #isAwake = false;
  #ticking = 0;
  #isLinked = false;
  #saying = 0;
  /** @type {Episode[]} those that are shown */
  #episodes = [];
  /** The moment that is shown; null: now. @type {number | null} */
  #moment = null;
  /** @type {Episode | undefined} */
  #current;
  /** @type {Piece | null} */
  #piece = null;
  /** Whether to go to the first (1) or last (-1) event of a day once it is there. */
  #pending = 0;

  /** @param {CardConfig} config @param {() => Hass} getHass @param {Words} words */
  constructor(config, getHass, words) {
    this.#config = config;
    this.#getHass = getHass;
    this.words = words;
    this.entity = config.entity;
    const { say } = words;
    this.name = make("div", { class: "name" });
    this.badge = make("div", { class: "badge" });
    this.said = make("div", { class: "said", role: "status", "aria-live": "polite" });
    this.note = make("div", { class: "note", hidden: true });
    this.controls = new Controls(this);
    const told = { time: this.#playsAt, ready: this.#ready, ended: this.#ended, failed: this.#failed };
    this.stage = new Stage(this, told, this.badge, this.controls.pad);
    this.saving = new Saving(this, this.stage);
    this.day = new WatchedDay(this, {
      changed: this.#answered,
      began: this.#began,
      failed: (error) => {
        const isStarting = ["not_found", "unknown_command"].includes(error.code);
        this.tell(isStarting ? say("card.not_ready") : textOf(error));
      },
    });
    this.dayBar = new DayBar(words, {
      day: (day) => this.#showDay(day),
      step: this.#step,
      live: this.#goLive,
      zoom: () => this.timeline.zoom(),
    });
    this.filter = new Filter(this, config.kinds, () => this.#drawDay());
    this.timeline = new DayLine(this.#scrubbed, (moment, episode) =>
      episode ? this.#playEpisode(episode) : this.#playAt(moment),
    );
    this.thumbs = new Thumbs(this, (episode) => this.#playEpisode(episode));
    this.element = make(
      "ha-card",
      {},
      this.stage.element,
      make("div", { class: "bar" }, this.name, this.saving.element, this.controls.buttons),
      this.controls.speech,
      ...(config.timeline === false
        ? []
        : [this.dayBar.element, this.filter.element, this.timeline.element, this.thumbs.element, this.note]),
      this.said,
    );
    this.#drawDay();
    this.update();
  }

  // --- life ----------------------------------------------------------------------------------------

  get hass() {
    return this.#getHass();
  }

  get state() {
    return this.hass.states[this.entity];
  }

  /** Begin to look: the live picture, the day, and what happens. */
  wake() {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.timeline.watch(true);
    this.#ticking = window.setInterval(() => this.#tick(), TICK);
    this.update();
    if (this.#config.timeline !== false) this.day.wake();
  }

  /** Ask and stream nothing any more. @param {boolean} isGone whether it is on the page no longer */
  sleep(isGone) {
    this.#isAwake = false;
    this.timeline.watch(false);
    this.controls.stop();
    clearInterval(this.#ticking);
    this.day.sleep();
    if (isGone || this.stage.isLive) this.stage.clear();
    else this.stage.pause();
    if (isGone) [this.#moment, this.#current, this.#piece] = [null, undefined, null];
  }

  /** Show what has changed of the camera and what belongs to it. @param {Hass} [before] */
  update(before) {
    const { hass, state } = this;
    this.controls.update(relatedOf(hass, this.entity));
    this.element.classList.toggle("missing", !state);
    this.name.textContent = String(state?.attributes.friendly_name ?? "");
    const isOff = !state || state.state === "unavailable";
    if (!state) this.tell(this.words.say("card.not_available"), true);
    else if (before && !before.states[this.entity]) this.tell("");
    if (!isOff && !this.stage.isLive && (this.#isAwake || !this.stage.hasStill)) this.#drawStill();
    this.element.classList.toggle("off", isOff);
    if (this.#moment === null && this.#isAwake) {
      if (isOff || this.#config.live === false) this.stage.clear();
      else this.stage.showLive(state);
    }
    this.#drawStage();
    if (!before || !hass.connected || !state) return;
    const wasOff = (before.states[this.entity]?.state ?? "unavailable") === "unavailable";
    if (!before.connected) this.day.reconnect();
    else if ((wasOff && !isOff) || before.config.state !== hass.config.state) this.day.ask();
  }

  #tick() {
    if (this.#moment === null && this.day.hasEnded) this.#showDay(this.day.today);
    else this.#drawDay();
    this.day.refresh();
    if (this.#config.live === false) this.#drawStill(`&at=${Date.now()}`);
  }

  #drawStill(more = "") {
    const still = this.state?.attributes.entity_picture;
    if (still) this.stage.setStill(this.hass.hassUrl(`${still}&width=640&height=360${more}`));
  }

  // --- days ----------------------------------------------------------------------------------------

  #answered = () => {
    this.#drawDay();
    const episode = this.#episodes.at(this.#pending < 0 ? -1 : 0);
    if (this.#pending && episode) this.#playEpisode(episode);
    this.#pending = 0;
  };

  /** @param {Episode} episode */
  #began = (episode) => {
    if (!this.#episodes.includes(episode)) return;
    const { say, exact, kinds } = this.words;
    this.tell(say("card.event", { time: exact(episode.start), kinds: kinds(episode.kinds) }));
  };

  /** @param {string} day */
  #showDay(day) {
    if (day > this.day.today || day === this.day.day) return;
    this.tell("");
    this.day.show(day);
    this.#drawDay();
  }

  #drawDay() {
    const { bounds: day, answer } = this.day;
    const { say } = this.words;
    const moment = this.#moment ?? now();
    this.#episodes = this.filter.of(answer?.episodes ?? []);
    this.element.classList.toggle("asking", !answer);
    this.dayBar.show(this.day.day, this.day.today, this.#moment === null);
    const shown = { day, spans: answer?.spans ?? [], episodes: this.#episodes, now: now(), words: this.words };
    this.timeline.show(shown, moment);
    this.thumbs.show(this.#episodes, moment, this.#current?.id);
    const { recordings, message, kept_since: since = 0 } = answer ?? {};
    const notes = [
      recordings === "no_permission" && say("card.no_permission"),
      recordings === "failed" && (message ?? say("card.failed")),
      answer && !this.#episodes.length && say(day[1] <= since ? "card.not_kept" : "card.no_events"),
    ].filter(Boolean);
    this.note.textContent = notes.join(" ");
    this.note.hidden = !notes.length;
  }

  /** @param {number | null} moment */
  #scrubbed = (moment) => this.thumbs.center(time.nearest(this.#episodes, moment ?? this.#moment ?? now()));

  /** @param {number} direction */
  #step = (direction) => {
    const { bounds: day } = this.day;
    const moment = this.#moment ?? now();
    const from = moment >= day[0] && moment < day[1] ? moment : day[direction > 0 ? 0 : 1];
    const found = time.neighbor(this.#episodes, from, direction, this.#current?.id);
    if (found) this.#playEpisode(found);
    else if (direction > 0 && this.day.isToday) this.#goLive();
    else {
      this.#showDay(time.shiftDay(this.day.day, direction));
      this.#pending = direction;
    }
  };

  // --- playing -------------------------------------------------------------------------------------

  #goLive = () => {
    [this.#moment, this.#current, this.#piece] = [null, undefined, null];
    this.tell("");
    this.thumbs.setBusy(undefined);
    this.stage.clear();
    this.#showDay(this.day.today);
    this.#drawDay();
    this.update();
  };

  /** @param {Episode} episode */
  #playEpisode(episode) {
    const [from, until] = episode.recording;
    this.#current = episode;
    this.#moment = episode.start;
    if (this.day.answer?.recordings === "ok" && until > from) {
      this.#play({ media: this.day.answer.media, from, until, at: from, poster: this.#addressOf(episode) });
      return;
    }
    this.#piece = null;
    this.stage.clear();
    const isForbidden = this.day.answer?.recordings === "no_permission";
    this.#failed(this.words.say(isForbidden ? "card.no_permission" : "card.not_yet"));
    this.#drawDay();
  }

  /** @param {Episode} episode */
  #addressOf({ picture }) {
    return picture ? this.hass.hassUrl(picture) : null;
  }

  /** Recorded spans; the newest ones may go on. @returns {readonly Span[]} */
  get #spans() {
    const spans = this.day.answer?.spans ?? [];
    const last = spans.at(-1);
    return last && now() - last[1] < RECENT ? [...spans.slice(0, -1), [last[0], now()]] : spans;
  }

  /** @param {number} moment @param {boolean} [goesOn] whether from this moment on, not from a round time before */
  #playAt(moment, goesOn = false) {
    const found = time.pieceAt(this.#spans, moment, now() - 2);
    this.#current = undefined;
    if (moment > now()) this.#goLive();
    else if (!found || !this.day.answer) {
      const key = this.day.answer?.recordings === "no_permission" ? "card.no_permission" : "card.nothing_recorded";
      this.tell(this.words.say(key, { time: this.words.exact(moment) }));
    } else {
      const [from, until] = [goesOn ? Math.floor(moment) : found[0], found[1]];
      this.#moment = moment;
      this.#play({ media: this.day.answer.media, from, until, at: Math.max(moment, from) });
    }
  }

  /** @param {Piece} piece */
  #play(piece) {
    this.#piece = piece;
    this.tell(this.words.say("card.preparing"), true);
    this.#drawDay();
    this.thumbs.setBusy(this.#current?.id);
    this.stage.play(piece);
    this.#drawStage();
  }

  #ready = () => {
    // Cards above have grown meanwhile.
    if (this.#isLinked) this.element.scrollIntoView({ block: "center" });
    this.#isLinked = false;
    this.thumbs.setBusy(undefined);
    this.tell("");
  };

  /** @param {number} moment */
  #playsAt = (moment) => {
    this.#moment = moment;
    this.timeline.setCursor(moment);
    if (!this.#current) this.thumbs.center(time.nearest(this.#episodes, moment));
    this.#drawStage();
  };

  /** Go on with what was recorded next. @param {number} moment */
  #ended = (moment) => {
    const piece = this.#piece;
    // A piece with a gap in it ends early.
    const from = piece && time.recordedFrom(this.#spans, moment > piece.until - 3 ? piece.until : moment + 1);
    if (!from || from > now() - 30 || !time.pieceAt(this.#spans, from, now() - 2)) this.#goLive();
    else if (from < this.day.bounds[1]) this.#playAt(from, true);
  };

  /** @param {string} text */
  #failed = (text) => {
    this.thumbs.setBusy(undefined);
    this.tell(text);
    const address = this.#current && this.#addressOf(this.#current);
    if (address) this.stage.showPicture(address);
    this.#piece = null;
    this.#drawStage();
  };

  /** Ask about a day, a few times if need be: a link may be followed while Home Assistant starts. @param {Span} bounds */
  async #askSoon(bounds) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const answer = await askDay(this.hass, this.entity, bounds).catch(() => null);
      if (answer || !this.state) return answer;
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** attempt));
    }
    return null;
  }

  /** Open an event that a link names; give whether it is this camera's. @param {string} id */
  async open(id) {
    const began = Number(id.split("/")[2]) / 1000;
    if (!(began > 0) || !this.state) return false;
    const day = time.dayOf(began, this.words.zone);
    const answer = await this.#askSoon(time.dayBounds(day, this.words.zone));
    if (answer?.node !== id.slice(0, id.lastIndexOf("/"))) return false;
    this.day.set(day);
    this.day.answer = answer;
    this.#isLinked = true;
    this.element.scrollIntoView({ block: "center" });
    const episode = answer.episodes.find((each) => each.id === id);
    if (episode) this.#playEpisode(episode);
    else this.#playAt(began);
    return true;
  }

  // --- what is said and saved ----------------------------------------------------------------------

  #drawStage() {
    const isLive = this.#moment === null;
    const isOff = this.element.classList.contains("off");
    const { say, exact } = this.words;
    const day = isLive ? "" : this.words.day(time.dayOf(this.#moment ?? 0, this.words.zone), this.day.today);
    this.badge.textContent = isLive ? say(isOff ? "card.off" : "card.live") : `${day} ${exact(this.#moment ?? 0)}`;
    this.badge.classList.toggle("is-live", isLive && !isOff);
    // A still picture is not live.
    this.badge.hidden = isLive && !isOff && !this.stage.isLive;
    this.stage.element.classList.toggle("past", !isLive);
    this.saving.offer(this.#piece, this.day.answer?.can_export);
  }

  /** Say something, for a while unless it goes on. @param {string} text @param {boolean} [stays] */
  tell = (text, stays = false) => {
    clearTimeout(this.#saying);
    if (this.said.textContent !== text) this.said.textContent = text;
    if (!stays) this.#saying = window.setTimeout(() => this.tell("", true), SAID);
  };
}
