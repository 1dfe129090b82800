// The day that a card shows: what Netrex answers about it, and what happens while it is looked at.

import { Part } from "./dom.js";
import * as time from "./time.js";
import { textOf } from "./words.js";

/** How often a question is asked again, and milliseconds before the first time: Home Assistant may be starting. */
const ATTEMPTS = 6;
const SOON = 1000;
/** Seconds after which it is asked again: recordings come, and the addresses of pictures work for a day. */
const OLD_TODAY = 300;
const OLD = 12 * 3600;
/** Seconds: what was recorded until then may still go on. */
const RECENT = 900;

export class WatchedDay extends Part {
  /** @type {Promise<() => void> | null} */
  #events = null;
  #retry = 0;
  #askedAt = 0;
  /** Counts the questions: an answer to an earlier one comes too late. */
  #questions = 0;
  /** What happened since the question: the answer may not know of it. @type {Episode[]} */
  #news = [];
  #wasToday = true;
  day = this.today;
  /** @type {Timeline | undefined} */
  answer;

  get today() {
    return this.view.words.dayOf(time.now());
  }

  get isToday() {
    return this.day === this.today;
  }

  /** Whether it was today when it was shown, and midnight is over. A day that was chosen stays. */
  get hasEnded() {
    return this.#wasToday && !this.isToday;
  }

  /** @returns {Span} */
  get bounds() {
    return this.answer ? [this.answer.start, this.answer.end] : [0, 1];
  }

  /** When there are recordings; the latest may go on. @returns {readonly Span[]} */
  get spans() {
    const spans = this.answer?.spans ?? [];
    const [from, until] = spans.at(-1) ?? [0, 0];
    return time.now() - until < RECENT ? spans.with(-1, [from, time.now() - 2]) : spans;
  }

  /** Be about a day; nothing is known of it. @param {string} day */
  set(day) {
    [this.day, this.answer, this.#news] = [day, undefined, []];
    this.#wasToday = this.isToday;
    this.#questions += 1;
  }

  sleep() {
    this.#questions += 1;
    clearTimeout(this.#retry);
    this.#events?.then((stop) => stop()).catch(() => undefined);
    this.#events = null;
  }

  refresh() {
    if (time.now() - this.#askedAt > (this.isToday ? OLD_TODAY : OLD)) this.ask();
  }

  /** Ask about a day of the camera. @param {object} which @returns {Promise<Timeline>} */
  #question(which) {
    const { hass, entity, words } = this.view;
    return hass.callWS({ type: "netrex/timeline", entity_id: entity, time_zone: words.zone, ...which });
  }

  /** Ask about the day, and listen to what happens; again if that fails, as after a restart, but not for ever. @param {number} [attempt] */
  async ask(attempt = 0) {
    clearTimeout(this.#retry);
    const { config, hass, entity, state, isAwake, words, tell } = this.view;
    if (!isAwake || !state || config.timeline === false) return;
    const question = ++this.#questions;
    [this.#askedAt, this.#news] = [time.now(), []];
    try {
      const message = { type: "netrex/events/subscribe", entity_ids: [entity] };
      this.#events ??= hass.connection.subscribeMessage(this.#happened, message, { resubscribe: false });
      const [answer] = await Promise.all([this.#question({ day: this.day }), this.#events]);
      if (question !== this.#questions) return;
      this.#take(answer, this.#news);
      this.view.answered();
    } catch (error) {
      if (question !== this.#questions) return;
      this.sleep();
      const isStarting = ["not_found", "unknown_command"].includes(/** @type {HassError} */ (error).code);
      if (attempt < ATTEMPTS) this.#retry = window.setTimeout(() => this.ask(attempt + 1), SOON * 2 ** attempt);
      else tell(isStarting ? words.say("card.not_ready") : textOf(error));
    }
  }

  /** Be about the day of an event, if it is one of this camera. @param {string} episode its id */
  async find(episode) {
    const answer = await this.#question({ episode }).catch(() => null);
    if (!answer) return false;
    this.set(answer.day);
    this.#take(answer, []);
    return true;
  }

  #take(/** @type {Timeline} */ answer, /** @type {Episode[]} */ news) {
    const ofDay = news.filter(({ start }) => answer.start <= start && start < answer.end);
    this.answer = { ...answer, episodes: ofDay.reduce(time.withChanged, [...answer.episodes]) };
    this.view.draw();
  }

  /** @param {{episode: Episode}} message */
  #happened = ({ episode }) => {
    const { answer } = this;
    this.#news.push(episode);
    if (answer) this.#take(answer, [episode]);
    if (!answer?.episodes.some((each) => each.id === episode.id)) this.view.began(episode);
  };
}
