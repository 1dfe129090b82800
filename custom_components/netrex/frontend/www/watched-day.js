// The day that a card shows: what Netrex answers about it, and what happens while it is looked at.

import { askDay, forgetDays, keepDay, keptDay } from "./answers.js";
import * as time from "./time.js";

/** @typedef {{changed: () => void, began: (episode: Episode) => void, failed: (error: HassError) => void}} Told */

const ATTEMPTS = 6;
/** Milliseconds before the first new attempt, and until a day's recordings are asked for again. */
const SOON = 1000;
const OLD = 300000;

export const now = () => Date.now() / 1000;

export class WatchedDay {
  #camera;
  #told;
  #isAwake = false;
  /** @type {Promise<() => void> | null} */
  #events = null;
  #retry = 0;
  #askedAt = 0;
  /** Counts the questions: an answer to an earlier one comes too late. */
  #questions = 0;
  /** What happened since the question: the answer may not know of it. @type {Episode[]} */
  #news = [];
  #wasToday = false;
  day = "";
  /** @type {Span} */
  bounds = [0, 1];
  /** @type {Timeline | undefined} */
  answer;

  /** @param {CameraOfCard} camera @param {Told} told */
  constructor(camera, told) {
    this.#camera = camera;
    this.#told = told;
    this.set(this.today);
  }

  get today() {
    return time.dayOf(now(), this.#camera.words.zone);
  }

  get isToday() {
    return this.day === this.today;
  }

  /** Whether it was today when it was shown, and midnight is over. A day that was chosen stays. */
  get hasEnded() {
    return this.#wasToday && !this.isToday;
  }

  /** Be about a day, with the answer that is known of it. @param {string} day */
  set(day) {
    this.day = day;
    this.#wasToday = this.isToday;
    this.bounds = time.dayBounds(day, this.#camera.words.zone);
    this.answer = keptDay(this.#camera.entity, this.bounds);
    this.#news = [];
  }

  /** @param {string} day */
  show(day) {
    this.set(day);
    this.ask();
  }

  wake() {
    this.#isAwake = true;
    this.ask();
  }

  sleep() {
    this.#isAwake = false;
    this.#questions += 1;
    clearTimeout(this.#retry);
    this.#listenNoMore();
  }

  /** Home Assistant was away, and may have restarted. */
  reconnect() {
    forgetDays();
    this.#listenNoMore();
    this.ask();
  }

  refresh() {
    if (this.isToday && Date.now() - this.#askedAt > OLD) this.ask();
  }

  /** Ask about the day, and listen to what happens; again if that fails, as after a restart, but not for ever. @param {number} [attempt] */
  async ask(attempt = 0) {
    clearTimeout(this.#retry);
    const { hass, entity, state } = this.#camera;
    if (!this.#isAwake || !state) return;
    const question = ++this.#questions;
    this.#askedAt = Date.now();
    this.#news = [];
    try {
      const message = { type: "netrex/events/subscribe", entity_ids: [entity] };
      this.#events ??= hass.connection.subscribeMessage(this.#happened, message, { resubscribe: false });
      const [answer] = await Promise.all([askDay(hass, entity, this.bounds), this.#events]);
      if (question === this.#questions) this.#take(answer, this.#news);
    } catch (error) {
      if (question !== this.#questions) return;
      this.#listenNoMore();
      if (attempt < ATTEMPTS) this.#retry = window.setTimeout(() => this.ask(attempt + 1), SOON * 2 ** attempt);
      else this.#told.failed(/** @type {HassError} */ (error));
    }
  }

  /** @param {Timeline} answer @param {Episode[]} news */
  #take(answer, news) {
    this.answer = { ...answer, episodes: news.reduce(time.withChanged, [...answer.episodes]) };
    keepDay(this.#camera.entity, this.bounds, this.answer);
    this.#told.changed();
  }

  /** @param {{episode: Episode}} message */
  #happened = ({ episode }) => {
    if (episode.start < this.bounds[0] || episode.start >= this.bounds[1]) return;
    this.#news.push(episode);
    if (!this.answer) return;
    const isNew = !this.answer.episodes.some((each) => each.id === episode.id);
    this.#take(this.answer, [episode]);
    if (isNew) this.#told.began(episode);
  };

  #listenNoMore() {
    this.#events?.then((stop) => stop()).catch(() => undefined);
    this.#events = null;
  }
}
