import assert from "node:assert/strict";
import { test } from "node:test";
import { filterOf as made } from "../../custom_components/netrex/frontend/www/past.js";

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
  const filter = made(/** @type {any} */ ({ entity, words, config: { kinds }, draw() {} }));
  const chips = () => /** @type {any[]} */ (filter.part().children[0]);
  return {
    shown: () => filter.of(EPISODES).map((each) => EPISODES.indexOf(each)),
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
