import assert from "node:assert/strict";
import { test } from "node:test";
import { filterOf as made, thumbsOf } from "../../custom_components/netrex/frontend/www/past.js";

/** @type {Record<string, string>} */
const remembered = {};
Object.assign(globalThis, {
  localStorage: {
    getItem: (/** @type {string} */ key) => remembered[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
      remembered[key] = value;
    },
  },
});
const EPISODES = [["person", "motion"], ["vehicle"], ["motion"]].map((kinds) => /** @type {any} */ ({ kinds }));

/** @param {string} entity @param {string[]} [kinds] */
const filterOf = (entity, kinds) => {
  const words = { say: () => "", kind: (/** @type {string} */ kind) => kind };
  const filter = made(
    /** @type {any} */ ({ entity, words, config: { kinds }, day: { answer: { episodes: EPISODES } }, draw() {} }),
  );
  const chips = () => /** @type {any[]} */ (filter.part().children[0]);
  return {
    shown: () => filter.of(EPISODES).episodes.map((each) => EPISODES.indexOf(each)),
    chips: () => chips().map((each) => each.given.key),
    press: (/** @type {string} */ kind) =>
      chips()
        .find((each) => each.given.key === kind)
        ?.given.click(),
    hidden: () => filter.part().given.hidden,
  };
};

test("everything is shown, and the day's kinds are offered, the most important first", () => {
  const filter = filterOf("camera.a");
  assert.deepEqual(
    [filter.shown(), filter.chips()],
    [
      [0, 1, 2],
      ["person", "vehicle", "motion"],
    ],
  );
});

test("what is configured is all there is to choose from", () => {
  const filter = filterOf("camera.b", ["vehicle", "motion"]);
  assert.deepEqual(
    [filter.shown(), filter.chips()],
    [
      [0, 1, 2],
      ["vehicle", "motion"],
    ],
  );
  const one = filterOf("camera.b", ["person"]);
  assert.deepEqual([one.shown(), one.hidden()], [[0], true]);
});

test("a choice is found again, for its camera, until it is taken back", () => {
  const filter = filterOf("camera.c");
  filter.shown();
  filter.press("vehicle");
  assert.deepEqual(filter.shown(), [1]);
  const later = filterOf("camera.c");
  assert.deepEqual([later.shown(), filterOf("camera.d").shown()], [[1], [0, 1, 2]]);
  later.press("vehicle");
  assert.deepEqual(
    [later.shown(), filterOf("camera.c").shown()],
    [
      [0, 1, 2],
      [0, 1, 2],
    ],
  );
});

test("what a browser has kept that is none of ours is no choice", () => {
  remembered["netrex-card:camera.e"] = '{"unknown": [';
  assert.deepEqual(filterOf("camera.e").shown(), [0, 1, 2]);
});

test("nothing is drawn again while there is no answer, or nothing new in it", () => {
  let drawn = 0;
  const element = { isConnected: true, querySelector: () => null };
  const view = /** @type {any} */ ({ entity: "camera.f", config: {}, element, draw: () => drawn++ });
  const filter = made(view);
  /** @type {any} */
  let answer;
  view.episodes = () => filter.of(answer).episodes;
  const thumbs = thumbsOf(view);
  for (let frame = 0; frame < 3; frame++) thumbs.settle();
  answer = EPISODES;
  for (let frame = 0; frame < 3; frame++) thumbs.settle();
  element.isConnected = false;
  answer = [...EPISODES];
  thumbs.settle();
  // Once for each answer, and for none.
  assert.equal(drawn, 2);
});
