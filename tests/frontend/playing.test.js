import assert from "node:assert/strict";
import { test } from "node:test";
import { playingIn } from "../../custom_components/netrex/frontend/www/playing.js";

const NOW = 1795970000;
const EPISODE = /** @type {any} */ ({
  id: "a/1/1",
  start: NOW - 5000,
  picture: "/p",
  recording: [NOW - 5010, NOW - 4980],
});

/** A day with what was recorded in it. @param {[number, number][]} [spans] @param {string} [recordings] */
const camera = (spans = [[NOW - 9000, NOW]], recordings = "ok") => {
  /** @type {any[]} */
  const asked = [];
  const view = {
    said: "",
    shown: "",
    day: {
      answer: { recordings, media: "media-source://netrex/recording/a/1" },
      bounds: () => [NOW - 9000, NOW + 900],
      spans: () => spans,
      today: () => "today",
    },
    line: { keyed: 1 },
    stage: { drawStill() {} },
    words: { say: (/** @type {string} */ key) => key, exact: String, time: String },
    hass: {
      hassUrl: (/** @type {string} */ path) => path,
      callWS: ({ media_content_id: id = "" }) =>
        new Promise((resolve, reject) => asked.push({ id: id.split("/").slice(-3), resolve, reject })),
    },
    tell: (/** @type {string} */ text) => {
      view.said = text;
    },
    showDay: (/** @type {string} */ day) => {
      view.shown = day;
    },
    draw() {},
    ready() {},
  };
  const playing = playingIn(/** @type {any} */ (view));
  /** Have Netrex answer the last question. @param {string} url */
  const prepared = async (url) => {
    asked.at(-1).resolve({ url });
    await new Promise(setImmediate);
  };
  const video = () => /** @type {any} */ (playing.part()?.given);
  return { playing, view, asked, prepared, video };
};
const set = (/** @type {any} */ { mock }) => mock.timers.enable({ apis: ["Date"], now: NOW * 1000 });

test("an event is played from its begin, with its picture until it is there", async (context) => {
  set(context);
  const { playing, asked, prepared, video } = camera();
  playing.playEpisode(EPISODE);
  assert.deepEqual([playing.isBusy, playing.picture(), playing.moment], [true, "/p", NOW - 5000]);
  assert.deepEqual(asked[0].id, [String(NOW - 5010), String(NOW - 4980), "0"]);
  await prepared("/video");
  const target = { currentTime: 0, duration: 30 };
  video().loadedmetadata({ target });
  assert.deepEqual([video().src, playing.isBusy, target.currentTime], ["/video", false, 0]);
});

test("an answer that comes after something else was chosen is too late", async (context) => {
  set(context);
  const { playing, asked, video } = camera();
  playing.playEpisode(EPISODE);
  playing.goLive();
  asked[0].resolve({ url: "/late" });
  await new Promise(setImmediate);
  assert.deepEqual([playing.address, video(), playing.moment], ["", undefined, null]);
});

test("a refusal is told, and the event's picture stays", async (context) => {
  set(context);
  const { playing, view, asked } = camera();
  playing.playEpisode(EPISODE);
  asked[0].reject({ message: "The camera is away." });
  await new Promise(setImmediate);
  assert.deepEqual([view.said, playing.picture(), playing.isBusy], ["The camera is away.", "/p", false]);
});

test("without a recording there are the event's picture and the reason", (context) => {
  set(context);
  const reasons = ["ok", "no_permission"].map((recordings) => {
    const { playing, view, asked } = camera([], recordings);
    playing.playEpisode({ ...EPISODE, recording: [5, 5] });
    return [view.said, playing.picture(), asked.length];
  });
  assert.deepEqual(reasons, [
    ["card.not_yet", "/p", 0],
    ["card.no_permission", "/p", 0],
  ]);
});

test("where nothing was recorded, what is shown stays", (context) => {
  set(context);
  const { playing, view } = camera([[NOW - 9000, NOW - 8000]]);
  playing.playAt(NOW - 4000);
  assert.deepEqual([view.said, playing.moment], ["card.nothing_recorded", null]);
});

test("a moment to come is now", (context) => {
  set(context);
  const { playing, view } = camera();
  playing.playEpisode(EPISODE);
  playing.playAt(NOW + 60);
  assert.deepEqual([playing.moment, view.shown], [null, "today"]);
});

test("at its end, what was recorded next follows, over gaps, until it is now", async (context) => {
  set(context);
  const { playing, asked, prepared, video } = camera([
    [NOW - 9000, NOW - 7000],
    [NOW - 3000, NOW],
  ]);
  playing.playAt(NOW - 7100);
  await prepared("/one");
  const [from, until] = asked[0].id.map(Number);
  video().ended({ target: { duration: until - from } });
  assert.equal(Number(asked[1].id[0]), NOW - 3000);
  await prepared("/two");
  playing.playAt(NOW - 20);
  await prepared("/three");
  video().ended({ target: { duration: Number(asked.at(-1).id[1]) - Number(asked.at(-1).id[0]) } });
  assert.equal(playing.moment, null);
});

test("a video that fails is prepared once more, at the same place", async (context) => {
  set(context);
  const { playing, view, asked, prepared, video } = camera();
  playing.playEpisode(EPISODE);
  await prepared("/old");
  video().error({ target: { currentTime: 12 } });
  assert.equal(asked.length, 2);
  await prepared("/new");
  const target = { currentTime: 0, duration: 30 };
  video().loadedmetadata({ target });
  assert.equal(target.currentTime, 12);
  video().error({ target });
  assert.deepEqual([asked.length, view.said, playing.picture()], [2, "card.not_played", "/p"]);
});

test("what has ended does not go on in another day that is looked at meanwhile", async (context) => {
  set(context);
  const { playing, view, asked, prepared, video } = camera();
  playing.playAt(NOW - 5000);
  await prepared("/video");
  view.day.bounds = () => [NOW + 900, NOW + 1900];
  video().ended({ target: { duration: 600 } });
  view.day.bounds = () => [NOW - 99000, NOW - 90000];
  video().ended({ target: { duration: 600 } });
  assert.deepEqual([asked.length, view.shown, playing.moment], [1, "", NOW - 5000]);
});
