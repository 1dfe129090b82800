// The day that a card shows: what Netrex answers about it, and what happens while it is looked at.

import { now, withChanged } from "./time.js";
import { textOf } from "./words.js";

/** How often a question is asked again, and milliseconds before the first time: Home Assistant may be starting. */
const [ATTEMPTS, SOON] = [6, 1000];
/** Seconds after which it is asked again: where it failed, recordings come today, and addresses of pictures work for a day. */
const [OLD_FAILED, OLD_TODAY, OLD] = [30, 300, 12 * 3600];
/** Seconds: what was recorded until then may still go on. */
const RECENT = 900;

/** @type {(view: View) => Day} */
export const watchedDay = (view) => {
  let events = /** @type {Promise<() => void> | undefined} */ (undefined);
  // What happened since the question: the answer may not know of it.
  let news = /** @type {Episode[]} */ ([]);
  // Questions are counted, as an answer to an earlier one comes too late.
  let [questions, askedAt, retry, shownOn] = [0, 0, 0, ""];

  /** @type {(which: object) => Promise<Timeline>} */
  const question = (which) => {
    const { hass, entity, words } = view;
    return hass.callWS({ type: "netrex/timeline", entity_id: entity, time_zone: words.zone, ...which });
  };
  const take = (/** @type {Timeline} */ answer, /** @type {Episode[]} */ more) => {
    const ofDay = more.filter(({ start }) => answer.start <= start && start < answer.end);
    self.answer = { ...answer, episodes: ofDay.reduce(withChanged, [...answer.episodes]) };
    view.draw();
  };
  const happened = (/** @type {{episode: Episode}} */ { episode }) => {
    const { answer } = self;
    news.push(episode);
    if (!answer || episode.start < answer.start || episode.start >= answer.end) return;
    take(answer, [episode]);
    if (!answer.episodes.some((each) => each.id === episode.id)) view.began(episode);
  };

  /** @type {Day} */
  const self = {
    day: "",
    answer: undefined,
    isAsking: () => self.answer?.day !== self.day,
    today: () => view.words.dayOf(now()),
    isToday: () => self.day === self.today(),
    hasEnded: () => self.day === shownOn && !self.isToday(),
    bounds: () => (self.answer ? [self.answer.start, self.answer.end] : [0, 1]),
    spans() {
      const spans = self.answer?.spans ?? [];
      const [from, until] = spans.at(-1) ?? [0, 0];
      return now() - until < RECENT ? spans.with(-1, [from, now() - 2]) : spans;
    },
    set(day) {
      [self.day, shownOn] = [day, self.today()];
      questions += 1;
    },
    async ask(attempt = 0) {
      clearTimeout(retry);
      const { config, hass, entity, state, isAwake, words, tell } = view;
      if (!isAwake || hass.connected === false || !state() || config.timeline === false) return;
      const number = ++questions;
      [askedAt, news] = [now(), []];
      try {
        const message = { type: "netrex/events/subscribe", entity_ids: [entity] };
        events ??= hass.connection.subscribeMessage(happened, message, { resubscribe: false });
        const [answer] = await Promise.all([question({ day: self.day }), events]);
        if (number !== questions) return;
        take(answer, news);
        view.answered();
      } catch (error) {
        if (number !== questions) return;
        self.sleep();
        askedAt = now();
        const isStarting = ["not_found", "unknown_command"].includes(/** @type {HassError} */ (error).code);
        if (attempt < ATTEMPTS) retry = window.setTimeout(self.ask, SOON * 2 ** attempt, attempt + 1);
        else tell(isStarting ? words.say("card.not_ready") : textOf(error));
      }
    },
    refresh() {
      const isFailed = self.answer?.recordings === "failed";
      if (now() - askedAt > (isFailed ? OLD_FAILED : self.isToday() || self.isAsking() ? OLD_TODAY : OLD)) self.ask();
    },
    async find(episode) {
      const answer = await question({ episode }).catch(() => undefined);
      if (!answer) return false;
      self.set(answer.day);
      take(answer, []);
      return true;
    },
    sleep() {
      questions += 1;
      askedAt = 0;
      clearTimeout(retry);
      events?.then((stop) => stop()).catch(() => undefined);
      events = undefined;
    },
  };
  self.set(self.today());
  return self;
};
