// What the card shows of one camera: its picture, its controls, and a day of it.

import { askDay, forgetDays, keepDay, keptDay, textOf } from "./answers.js";
import { Controls, relatedOf } from "./controls.js";
import { DayBar } from "./day-bar.js";
import { icon, iconButton, make } from "./dom.js";
import { Filter } from "./filter.js";
import { fileName, saveFile } from "./saving.js";
import { Stage } from "./stage.js";
import { Thumbs } from "./thumbs.js";
import * as time from "./time.js";
import { DayLine } from "./timeline.js";

/** @typedef {import("./format.js").Words} Words */

/** Milliseconds between two looks at the clock, and until a day's recordings are asked for again. */
const TICK = 20000;
const OLD = 300000;
const ATTEMPTS = 6;
/** Seconds: what was recorded until shortly before now may go on. */
const RECENT = 900;

const now = () => Date.now() / 1000;

export class CameraView {
  #config;
  #getHass;
  #words;
  #entity;
  #isAwake = false;
  /** @type {Promise<() => void> | null} */
  #events = null;
  #ticking = 0;
  #retry = 0;
  #askedAt = 0;
  /** Counts the questions: an answer to an earlier one comes too late. */
  #questions = 0;
  #day = "";
  /** @type {Timeline | undefined} */
  #answer;
  /** @type {Episode[]} those that are shown */
  #episodes = [];
  /** The moment that is shown; null: now. @type {number | null} */
  #moment = null;
  /** @type {Episode | undefined} */
  #current;
  /** @type {import("./stage.js").Piece | null} */
  #piece = null;
  /** Whether to go to the first (1) or last (-1) event of a day once it is there. */
  #pending = 0;

  /** @param {CardConfig} config @param {() => Hass} getHass @param {Words} words */
  constructor(config, getHass, words) {
    this.#config = config;
    this.#getHass = getHass;
    this.#words = words;
    this.#entity = config.entity;
    const { say } = words;
    this.name = make("div", { class: "name" });
    this.badge = make("div", { class: "badge" });
    this.said = make("div", { class: "said", role: "status", "aria-live": "polite" });
    this.note = make("div", { class: "note", hidden: true });
    this.controls = new Controls(this.#entity, getHass, words, this.#tell);
    this.sound = iconButton("mdi:volume-off", say("card.sound"), {
      click: () => this.#toggleSound(),
      "aria-pressed": "false",
    });
    const full = iconButton("mdi:fullscreen", say("card.full_screen"), { click: () => this.stage.toggleFullScreen() });
    this.stage = new Stage(
      { time: this.#playsAt, ready: () => this.thumbs.setBusy(undefined), ended: this.#ended, failed: this.#failed },
      this.badge,
      make("div", { class: "wait" }),
      make("div", { class: "corner" }, this.sound, full),
      this.controls.pad,
    );
    this.download = iconButton("mdi:download", say("card.download"), { click: () => this.#download(), hidden: true });
    this.keep = iconButton("mdi:content-save-outline", say("card.save"), { click: () => this.#export(), hidden: true });
    const snapshot = iconButton("mdi:camera-outline", say("card.snapshot"), { click: () => this.#snapshot() });
    this.dayBar = new DayBar(words, {
      day: (day) => this.#showDay(day),
      step: this.#step,
      live: this.#goLive,
      zoom: () => this.timeline.zoom(),
    });
    this.filter = new Filter(this.#entity, config.kinds, words, () => this.#drawDay());
    this.timeline = new DayLine(this.#scrubbed, (moment, episode) =>
      episode ? this.#playEpisode(episode) : this.#playAt(moment),
    );
    this.thumbs = new Thumbs((episode) => this.#playEpisode(episode));
    this.thumbs.element.setAttribute("aria-label", say("card.events"));
    this.element = make(
      /** @type {any} */ ("ha-card"),
      {},
      this.stage.element,
      make(
        "div",
        { class: "bar" },
        this.name,
        make("div", { class: "buttons" }, this.download, this.keep, snapshot),
        this.controls.buttons,
      ),
      this.controls.speech,
      ...(config.timeline === false
        ? []
        : [this.dayBar.element, this.filter.element, this.timeline.element, this.thumbs.element, this.note]),
      this.said,
    );
    this.#setDay(time.dayOf(now(), words.zone));
    this.update();
  }

  // --- life ----------------------------------------------------------------------------------------

  get #state() {
    return this.#getHass().states[this.#entity];
  }

  /** Begin to look: the live picture, the day, and what happens. */
  wake() {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.timeline.watch(true);
    this.#ticking = window.setInterval(() => this.#tick(), TICK);
    this.update();
    this.#ask();
  }

  /** Ask and stream nothing any more. @param {boolean} isGone whether it is on the page no longer */
  sleep(isGone) {
    this.#isAwake = false;
    this.timeline.watch(false);
    this.controls.stop();
    clearInterval(this.#ticking);
    clearTimeout(this.#retry);
    this.#questions += 1;
    this.#listenNoMore();
    if (isGone || this.stage.isLive) this.stage.clear();
    else this.stage.pause();
    if (isGone) [this.#moment, this.#current, this.#piece] = [null, undefined, null];
  }

  /** Show what has changed of the camera and what belongs to it. @param {Hass} [before] */
  update(before) {
    const hass = this.#getHass();
    const state = this.#state;
    this.controls.update(relatedOf(hass, this.#entity));
    this.element.classList.toggle("missing", !state);
    this.name.textContent = String(state?.attributes.friendly_name ?? "");
    const isOff = !state || state.state === "unavailable";
    if (!state) this.#tell(this.#words.say("card.not_available"));
    else if (before && !before.states[this.#entity]) this.#tell("");
    const { entity_picture: still } = state?.attributes ?? {};
    if (!isOff && still && !this.stage.isLive && (this.#isAwake || !this.stage.hasStill))
      this.stage.setStill(hass.hassUrl(`${still}&width=640&height=360`));
    this.element.classList.toggle("off", isOff);
    if (this.#moment === null && this.#isAwake) {
      if (isOff || this.#config.live === false) this.stage.clear();
      else this.stage.showLive(state);
    }
    this.#drawStage();
    const isBack =
      before &&
      (!before.connected ||
        before.config.state !== hass.config.state ||
        before.states[this.#entity]?.state === "unavailable");
    if (before && !before.connected && hass.connected) {
      forgetDays();
      this.#listenNoMore();
    }
    if (isBack && hass.connected && this.#isAwake) this.#ask();
  }

  #tick() {
    const today = time.dayOf(now(), this.#words.zone);
    if (this.#moment === null && this.#day !== today) this.#showDay(today);
    else if (this.#day === today && Date.now() - this.#askedAt > OLD) this.#ask();
    else this.#drawDay();
    const still = this.#state?.attributes.entity_picture;
    if (this.#config.live === false && still)
      this.stage.setStill(this.#getHass().hassUrl(`${still}&width=640&height=360&at=${Date.now()}`));
  }

  /** Ask about the day, and listen to what happens; again if that fails, as after a restart, but not for ever. @param {number} [attempt] */
  async #ask(attempt = 0) {
    clearTimeout(this.#retry);
    if (!this.#isAwake || this.#config.timeline === false || !this.#state) return;
    const question = ++this.#questions;
    const hass = this.#getHass();
    this.#askedAt = Date.now();
    try {
      this.#events ??= hass.connection.subscribeMessage(
        this.#happened,
        { type: "netrex/events/subscribe", entity_ids: [this.#entity] },
        { resubscribe: false },
      );
      const [answer] = await Promise.all([askDay(hass, this.#entity, this.#bounds), this.#events]);
      if (question !== this.#questions) return;
      this.#answer = answer;
      this.element.classList.remove("asking");
      this.#drawDay();
      this.#goToPending();
    } catch (error) {
      if (question !== this.#questions) return;
      this.#listenNoMore();
      const isEarly = ["not_found", "unknown_command"].includes(/** @type {any} */ (error).code);
      if (attempt < ATTEMPTS) this.#retry = window.setTimeout(() => this.#ask(attempt + 1), 1000 * 2 ** attempt);
      else this.#tell(isEarly ? this.#words.say("card.not_ready") : textOf(error));
    }
  }

  #listenNoMore() {
    this.#events?.then((stop) => stop()).catch(() => undefined);
    this.#events = null;
  }

  /** @param {{episode: Episode}} message */
  #happened = ({ episode }) => {
    const [begin, end] = this.#bounds;
    if (!this.#answer || episode.start < begin || episode.start >= end) return;
    const isNew = !this.#answer.episodes.some((each) => each.id === episode.id);
    this.#answer = { ...this.#answer, episodes: time.withChanged(this.#answer.episodes, episode) };
    keepDay(this.#entity, this.#bounds, this.#answer);
    this.#drawDay();
    if (isNew && this.#episodes.includes(episode))
      this.#tell(
        this.#words.say("card.event", {
          time: this.#words.exact(episode.start),
          kinds: this.#words.kinds(episode.kinds),
        }),
      );
  };

  // --- days ----------------------------------------------------------------------------------------

  get #bounds() {
    return time.dayBounds(this.#day, this.#words.zone);
  }

  /** @param {string} day */
  #setDay(day) {
    this.#day = day;
    this.#answer = keptDay(this.#entity, this.#bounds);
    this.element.classList.toggle("asking", !this.#answer);
    this.#drawDay();
  }

  /** @param {string} day */
  #showDay(day) {
    const today = time.dayOf(now(), this.#words.zone);
    if (day > today || day === this.#day) return;
    this.#tell("");
    this.#setDay(day);
    this.#ask();
  }

  #drawDay() {
    const day = this.#bounds;
    const { say, zone } = this.#words;
    const moment = this.#moment ?? Math.min(now(), day[1] - 1);
    this.#episodes = this.filter.of(this.#answer?.episodes ?? []);
    this.dayBar.show(this.#day, time.dayOf(now(), zone), this.#moment === null);
    const shown = { day, spans: this.#answer?.spans ?? [], episodes: this.#episodes, now: now(), words: this.#words };
    this.timeline.show(shown, moment);
    this.thumbs.show(this.#getHass(), this.#words, this.#episodes, moment, this.#current?.id);
    const { recordings, message, kept_since: since = 0 } = this.#answer ?? {};
    const notes = [
      recordings === "no_permission" && say("card.no_permission"),
      recordings === "failed" && (message ?? say("card.failed")),
      this.#answer && !this.#episodes.length && say(day[1] <= since ? "card.not_kept" : "card.no_events"),
    ].filter(Boolean);
    this.note.textContent = notes.join(" ");
    this.note.hidden = !notes.length;
  }

  /** @param {number | null} moment */
  #scrubbed = (moment) => this.thumbs.center(time.nearest(this.#episodes, moment ?? this.#moment ?? now()));

  /** @param {number} direction */
  #step = (direction) => {
    const found = time.neighbor(this.#episodes, this.#moment ?? now(), direction, this.#current?.id);
    if (found) this.#playEpisode(found);
    else if (direction > 0 && this.#day === time.dayOf(now(), this.#words.zone)) this.#goLive();
    else {
      this.#showDay(time.shiftDay(this.#day, direction));
      this.#pending = direction;
    }
  };

  #goToPending() {
    const episode = this.#episodes.at(this.#pending < 0 ? -1 : 0);
    if (this.#pending && episode) this.#playEpisode(episode);
    this.#pending = 0;
  }

  // --- playing -------------------------------------------------------------------------------------

  #goLive = () => {
    [this.#moment, this.#current, this.#piece] = [null, undefined, null];
    this.#tell("");
    this.thumbs.setBusy(undefined);
    this.stage.clear();
    this.#showDay(time.dayOf(now(), this.#words.zone));
    this.#drawDay();
    this.update();
  };

  /** @param {Episode} episode */
  #playEpisode(episode) {
    const [from, until] = episode.recording;
    this.#current = episode;
    this.#moment = episode.start;
    if (this.#answer?.recordings === "ok" && until > from) {
      this.#play({ media: this.#answer.media, from, until, at: from, poster: this.#addressOf(episode) });
      return;
    }
    this.#piece = null;
    this.stage.clear();
    this.#failed(this.#words.say(this.#answer?.recordings === "no_permission" ? "card.no_permission" : "card.not_yet"));
    this.#drawDay();
  }

  /** @param {Episode} episode */
  #addressOf({ picture, thumbnail }) {
    const path = picture ?? thumbnail;
    return path ? this.#getHass().hassUrl(path) : null;
  }

  /** Recorded spans; the newest ones may go on. */
  get #spans() {
    const spans = this.#answer?.spans ?? [];
    const last = spans.at(-1);
    return last && now() - last[1] < RECENT ? time.merged([...spans, [last[0], now()]], 0) : spans;
  }

  /** @param {number} moment @param {boolean} [goesOn] whether from this moment on, not from a round time before */
  #playAt(moment, goesOn = false) {
    const found = time.pieceAt(this.#spans, moment, now() - 2);
    this.#current = undefined;
    if (moment > now()) this.#goLive();
    else if (!found || !this.#answer) {
      const key = this.#answer?.recordings === "no_permission" ? "card.no_permission" : "card.nothing_recorded";
      this.#tell(this.#words.say(key, { time: this.#words.exact(moment) }));
    } else {
      const [from, until] = [goesOn ? Math.floor(moment) : found[0], found[1]];
      this.#moment = moment;
      this.#play({ media: this.#answer.media, from, until, at: Math.max(moment, from) });
    }
  }

  /** @param {import("./stage.js").Piece} piece */
  #play(piece) {
    this.#piece = piece;
    this.#tell(this.#words.say("card.preparing"));
    this.#drawDay();
    this.thumbs.setBusy(this.#current?.id);
    this.#drawStage();
    this.stage.play(this.#getHass(), piece, this.#words.say("card.not_played"));
  }

  /** @param {number} moment */
  #playsAt = (moment) => {
    if (this.said.textContent === this.#words.say("card.preparing")) this.#tell("");
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
    else if (from < this.#bounds[1]) this.#playAt(from, true);
  };

  /** @param {string} text */
  #failed = (text) => {
    this.thumbs.setBusy(undefined);
    this.#tell(text);
    const address = this.#current && this.#addressOf(this.#current);
    if (address) this.stage.showPicture(address);
    this.#piece = null;
    this.#drawStage();
  };

  /** Open an event that a link names; give whether it is this camera's. @param {string} id */
  async open(id) {
    const began = Number(id.split("/")[2]) / 1000;
    if (!(began > 0) || !this.#state) return false;
    const day = time.dayOf(began, this.#words.zone);
    const answer = await askDay(this.#getHass(), this.#entity, time.dayBounds(day, this.#words.zone)).catch(() => null);
    if (answer?.node !== id.slice(0, id.lastIndexOf("/"))) return false;
    this.#setDay(day);
    this.#answer = answer;
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
    const { say, exact } = this.#words;
    const day = isLive
      ? ""
      : this.#words.day(time.dayOf(this.#moment ?? 0, this.#words.zone), time.dayOf(now(), this.#words.zone));
    this.badge.textContent = isLive ? say(isOff ? "card.off" : "card.live") : `${day} ${exact(this.#moment ?? 0)}`;
    this.badge.classList.toggle("is-live", isLive && !isOff);
    this.download.hidden = !this.#piece;
    this.keep.hidden = !this.#piece || !this.#answer?.can_export;
    this.sound.hidden = !this.stage.isLive;
  }

  #tell = (/** @type {string} */ text) => {
    if (this.said.textContent !== text) this.said.textContent = text;
  };

  #toggleSound() {
    const isOn = this.stage.toggleSound();
    this.sound.setAttribute("aria-pressed", String(isOn));
    this.sound.replaceChildren(icon(isOn ? "mdi:volume-high" : "mdi:volume-off"));
  }

  #nameOfFile(/** @type {string} */ ending, at = this.#moment ?? now()) {
    return fileName(this.name.textContent ?? "", at, ending);
  }

  #download() {
    const { address } = this.stage;
    if (address && this.#piece) saveFile(address, this.#nameOfFile("mp4", this.#piece.from));
  }

  async #snapshot() {
    try {
      const still = this.#getHass().hassUrl(String(this.#state?.attributes.entity_picture ?? ""));
      const picture =
        (await this.stage.snapshot()) ?? (await fetch(still).then((answer) => (answer.ok ? answer.blob() : null)));
      if (picture) saveFile(picture, this.#nameOfFile("jpg"));
      else this.#tell(this.#words.say("card.no_picture"));
    } catch {
      this.#tell(this.#words.say("card.no_picture"));
    }
  }

  async #export() {
    if (!this.#piece) return;
    const [start, end] = [this.#piece.from, this.#piece.until].map((each) => new Date(each * 1000).toISOString());
    this.keep.disabled = true;
    this.#tell(this.#words.say("card.saving"));
    try {
      const { response } = await this.#getHass().callService(
        "netrex",
        "export_recording",
        { start, end },
        { entity_id: this.#entity },
        false,
        true,
      );
      this.#tell(this.#words.say("card.saved", { path: /** @type {any} */ (response)?.[this.#entity]?.path ?? "" }));
    } catch (error) {
      this.#tell(textOf(error));
    }
    this.keep.disabled = false;
  }
}
