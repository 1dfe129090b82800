import assert from "node:assert/strict";
import { test } from "node:test";
import { watchedDay } from "../../custom_components/netrex/frontend/www/day.js";
import { wordsOf } from "../../custom_components/netrex/frontend/www/words.js";

const EVENING = Date.parse("2026-11-29T21:00:00Z");
const NIGHT = Date.parse("2026-11-29T23:00:10Z");
const words = wordsOf(
  /** @type {any} */ ({
    locale: { language: "en", time_format: "24", time_zone: "server" },
    config: { time_zone: "Europe/Prague" },
  }),
);

/** A day of a camera that isn't there, so that nothing is asked. */
const watched = () => {
  const camera = /** @type {any} */ ({ entity: "camera.door", words });
  return watchedDay(camera);
};

test("today ends at midnight, in the person's zone", ({ mock }) => {
  mock.timers.enable({ apis: ["Date"], now: EVENING });
  const day = watched();
  assert.equal(day.hasEnded(), false);
  mock.timers.setTime(NIGHT);
  assert.equal(day.hasEnded(), true);
  day.set(day.today());
  assert.deepEqual([day.day, day.hasEnded()], ["2026-11-30", false]);
});

test("a day that was chosen stays, also after midnight", ({ mock }) => {
  mock.timers.enable({ apis: ["Date"], now: EVENING });
  const day = watched();
  day.set("2026-11-28");
  assert.equal(day.hasEnded(), false);
  mock.timers.setTime(NIGHT);
  assert.equal(day.hasEnded(), false);
});

/** A camera whose questions are answered when the test says so. @param {string} entity @param {(told: (message: any) => void) => void} [subscribed] @param {object} [config] */
const asked = (entity, subscribed = () => {}, config = {}) => {
  /** @type {((answer: object) => void)[]} */
  const waiting = [];
  /** @type {string[]} */
  const told = [];
  const hass = {
    callWS: () => new Promise((resolve) => waiting.push(resolve)),
    connection: {
      subscribeMessage: async (/** @type {any} */ told) => {
        subscribed(told);
        return async () => {};
      },
    },
  };
  const view = {
    config,
    entity,
    words,
    hass,
    state: () => ({}),
    isAwake: true,
    draw() {},
    answered() {},
    began: (/** @type {any} */ { id }) => told.push(id),
  };
  return {
    day: watchedDay(/** @type {any} */ (view)),
    answer: (/** @type {object} */ it) => waiting.shift()?.(it),
    questions: () => waiting.length,
    hass: /** @type {any} */ (hass),
    told,
  };
};
const [START, END] = ["2026-11-28T23:00Z", "2026-11-29T23:00Z"].map((each) => Date.parse(each) / 1000);
const ANSWER = { day: "2026-11-29", start: START, end: END, spans: [], episodes: [], recordings: "ok" };

test("an answer that comes when another day is shown is not taken for that day's", async () => {
  const { day, answer } = asked("camera.garage");
  const question = day.ask();
  day.set("2026-11-27");
  answer(ANSWER);
  await question;
  assert.equal(day.answer, undefined);
});

test("what happens while a question is open is not lost, and is not doubled", async () => {
  /** @type {(message: any) => void} */
  let tell = () => {};
  const { day, answer } = asked("camera.till", (told) => {
    tell = told;
  });
  const question = day.ask();
  const start = Number(START) + 60;
  tell({ episode: { id: "a/1/1", start, end: start + 9, ongoing: true } });
  answer({ ...ANSWER, episodes: [{ id: "a/1/1", start, end: start + 1, ongoing: true }] });
  await question;
  assert.deepEqual(
    day.answer?.episodes.map((each) => each.end),
    [start + 9],
  );
});

test("without its line a card asks nothing, and listens to nothing", async () => {
  let heard = 0;
  const { day, questions } = asked("camera.yard", () => heard++, { timeline: false });
  await day.ask();
  day.refresh();
  assert.deepEqual([questions(), heard], [0, 0]);
});

test("a day in the past is asked about again before the addresses of its pictures end", async ({ mock }) => {
  mock.timers.enable({ apis: ["Date"], now: EVENING });
  const { day, answer, questions } = asked("camera.attic");
  day.set("2026-11-20");
  const question = day.ask();
  answer({ ...ANSWER, day: "2026-11-20" });
  await question;
  mock.timers.setTime(EVENING + 11 * 3600000);
  day.refresh();
  assert.equal(questions(), 0);
  mock.timers.setTime(EVENING + 13 * 3600000);
  day.refresh();
  assert.equal(questions(), 1);
});

test("what happens on another day than the one that is shown is not among its events", async () => {
  /** @type {(message: any) => void} */
  let tell = () => {};
  const { day, answer } = asked("camera.gate", (heard) => {
    tell = heard;
  });
  const question = day.ask();
  answer(ANSWER);
  await question;
  for (const start of [Number(START) - 1, Number(START), Number(END)]) tell({ episode: { id: `a/1/${start}`, start } });
  assert.deepEqual(
    day.answer?.episodes.map((each) => each.start),
    [START],
  );
});

test("what was recorded until shortly before now goes on, and what ended long ago doesn't", ({ mock }) => {
  mock.timers.enable({ apis: ["Date"], now: EVENING });
  const { day } = asked("camera.cellar");
  const now = EVENING / 1000;
  const spansAfter = (/** @type {number} */ seconds) => {
    day.answer = /** @type {any} */ ({ ...ANSWER, spans: [[START, now - seconds]] });
    return day.spans();
  };
  assert.deepEqual([spansAfter(60), spansAfter(1000)], [[[START, now - 2]], [[START, now - 1000]]]);
});

test("an event of another camera is none to be shown", async () => {
  const { day, hass } = asked("camera.shed");
  hass.callWS = () => Promise.reject({ code: "not_found" });
  assert.equal(await day.find("a/2/1795970000123"), false);
  hass.callWS = async (/** @type {any} */ { episode }) => ({ ...ANSWER, day: "2026-11-28", asked: episode });
  assert.equal(await day.find("a/1/1795970000123"), true);
  assert.equal(day.day, "2026-11-28");
});

test("a question that fails is asked again a few times, then it is said, and asked again later", async ({ mock }) => {
  mock.timers.enable({ apis: ["Date", "setTimeout"], now: EVENING });
  /** @type {any} */ (globalThis).window = globalThis;
  let [questions, said] = [0, ""];
  const hass = {
    callWS: () => Promise.reject({ message: `no ${++questions}` }),
    connection: { subscribeMessage: async () => async () => {} },
  };
  const tell = (/** @type {string} */ text) => {
    said = text;
  };
  const day = watchedDay(
    /** @type {any} */ ({ entity: "camera.porch", words, hass, tell, config: {}, state: () => ({}), isAwake: true }),
  );
  for (let seconds = 0; seconds < 200; seconds += 1) {
    // As a card does that is looked at.
    if (seconds % 20 === 0) day.refresh();
    await new Promise(setImmediate);
    mock.timers.tick(1000);
  }
  assert.deepEqual([questions, said], [7, "no 7"]);
});
