import assert from "node:assert/strict";
import { test } from "node:test";
import { h, memo } from "../../custom_components/netrex/frontend/www/dom.js";

test("an element has the classes of its selector, and those that hold", () => {
  assert.deepEqual(h("button.chip.to-live", { class: { busy: true, near: false } }).given.class, "chip to-live busy");
  assert.equal(h("span").given.class, undefined);
});

test("what is kept is made again only when what it is made of changes", () => {
  let made = 0;
  const kept = memo();
  const get = (/** @type {unknown} */ of) => kept([of], () => ++made);
  assert.deepEqual([get(1), get(1), get(2), get(1)], [1, 1, 2, 3]);
});
