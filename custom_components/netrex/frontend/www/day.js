// The day that a card shows: what Netrex answers about it, and what happens while it is looked at.

import * as time from "./time.js";
import { textOf } from "./words.js";

/** Answers that are kept, and for how many seconds: the signed addresses in them work for a day. */
const MOST = 24;
const GOOD_FOR = 12 * 3600;
const ATTEMPTS = 6;
/** Seconds before the first new attempt, and until a day's recordings are asked for again. */
const SOON = 1;
const OLD = 300;
/** By camera and day; outside of cards, as a page makes new ones whenever it is opened. @type {Map<string, Answer>} */
const kept = new Map();

export const now = () => Date.now() / 1000;

/** @param {string} key @param {Answer} answer */
const keep = (key, answer) => {
  kept.delete(key);
  kept.set(key, answer);
  if (kept.size > MOST) kept.delete([...kept.keys()][0] ?? "");
  return answer;
};

/** @param {string} key */
const keptAnswer = (key) => {
  const found = kept.get(key);
  return found && now() - found.at < GOOD_FOR ? found : undefined;
};

/** @param {string} entity @param {Span} bounds */
const keyOf = (entity, [start, end]) => `${entity} ${start} ${end}`;

/** Ask about a day. Pictures have the addresses that this page got before: Home Assistant sees to that. @param {Hass} hass @param {string} entity @param {Span} bounds */
export const askDay = async (hass, entity, bounds) => {
  const [start, end] = bounds;
  /** @type {Timeline} */
  const answer = await hass.callWS({ type: "netrex/timeline", entity_id: entity, start, end });
  return keep(keyOf(entity, bounds), { ...answer, at: now() });
};

export class WatchedDay {
  #view;
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
  /** @type {Answer | undefined} */
  answer;

  /** @param {View} view */
  constructor(view) {
    this.#view = view;
    this.set(this.today);
  }

  get today() {
    return time.dayOf(now(), this.#view.words.zone);
  }

  get isToday() {
    return this.day === this.today;
  }

  /** Whether it was today when it was shown, and midnight is over. A day that was chosen stays. */
  get hasEnded() {
    return this.#wasToday && !this.isToday;
  }

  get #key() {
    return keyOf(this.#view.entity, this.bounds);
  }

  /** Be about a day, with the answer that is known of it. @param {string} day */
  set(day) {
    this.day = day;
    this.#wasToday = this.isToday;
    this.bounds = time.dayBounds(day, this.#view.words.zone);
    this.answer = keptAnswer(this.#key);
    this.#questions += 1;
    this.#news = [];
  }

  /** Home Assistant was away, and may have restarted: then no signed address is good any more. */
  reconnect() {
    kept.clear();
    this.sleep();
    this.ask();
  }

  sleep() {
    this.#questions += 1;
    clearTimeout(this.#retry);
    this.#events?.then((stop) => stop()).catch(() => undefined);
    this.#events = null;
  }

  /** What goes on today comes soon; of other days, the addresses of pictures end. */
  refresh() {
    if (now() - this.#askedAt > (this.isToday ? OLD : GOOD_FOR)) this.ask();
  }

  /** Ask about the day, and listen to what happens; again if that fails, as after a restart, but not for ever. @param {number} [attempt] */
  async ask(attempt = 0) {
    clearTimeout(this.#retry);
    const { config, hass, entity, state, isAwake, words } = this.#view;
    if (!isAwake || !state || config.timeline === false) return;
    const question = ++this.#questions;
    this.#askedAt = now();
    this.#news = [];
    try {
      this.#events ??= this.#listen();
      const [answer] = await Promise.all([askDay(hass, entity, this.bounds), this.#events]);
      if (question !== this.#questions) return;
      this.#take(answer, this.#news);
      this.#view.answered();
    } catch (error) {
      if (question !== this.#questions) return;
      this.sleep();
      const isStarting = ["not_found", "unknown_command"].includes(/** @type {HassError} */ (error).code);
      if (attempt < ATTEMPTS) this.#retry = window.setTimeout(() => this.ask(attempt + 1), SOON * 1000 * 2 ** attempt);
      else this.#view.tell(isStarting ? words.say("card.not_ready") : textOf(error));
    }
  }

  /** Hear of what happens; if it fails, the next question tries again. */
  #listen() {
    const { hass, entity } = this.#view;
    const message = { type: "netrex/events/subscribe", entity_ids: [entity] };
    const events = hass.connection.subscribeMessage(this.#happened, message, { resubscribe: false });
    events.catch(() => {
      if (this.#events === events) this.#events = null;
    });
    return events;
  }

  /** @param {Answer} answer @param {Episode[]} news */
  #take(answer, news) {
    this.answer = keep(this.#key, { ...answer, episodes: news.reduce(time.withChanged, [...answer.episodes]) });
    this.#view.draw();
  }

  /** @param {{episode: Episode}} message */
  #happened = ({ episode }) => {
    if (episode.start < this.bounds[0] || episode.start >= this.bounds[1]) return;
    this.#news.push(episode);
    if (!this.answer) return;
    const isNew = !this.answer.episodes.some((each) => each.id === episode.id);
    this.#take(this.answer, [episode]);
    if (isNew) this.#view.began(episode);
  };
}
