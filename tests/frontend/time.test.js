import assert from "node:assert/strict";
import { test } from "node:test";
import * as time from "../../custom_components/netrex/frontend/www/time.js";

/** @param {string} id @param {number} start @param {number} [end] @param {string[]} [kinds] */
const episode = (id, start, end = start + 5, kinds = ["person"]) => ({ id, start, end, kinds });

test("a day is shifted through months and leap days", () => {
  assert.equal(time.shiftDay("2026-03-01", -1), "2026-02-28");
  assert.equal(time.shiftDay("2028-02-28", 1), "2028-02-29");
  assert.equal(time.shiftDay("2026-12-31", 1), "2027-01-01");
});

test("a moment has its place on the line, within the day", () => {
  assert.deepEqual(
    [50, 150, 300].map((each) => time.placeOf(each, [100, 200])),
    [0, 0.5, 1],
  );
});

test("what is asked for is the same for all moments of ten minutes", () => {
  const spans = /** @type {[number, number][]} */ ([[1000, 5000.5]]);
  assert.deepEqual(time.pieceAt(spans, 1900), [1800, 2400]);
  assert.deepEqual(time.pieceAt(spans, 2300), [1800, 2400]);
  assert.deepEqual(time.pieceAt(spans, 1100), [1000, 1200]);
  assert.deepEqual(time.pieceAt(spans, 4999), [4800, 5000]);
});

test("where nothing is recorded there is nothing to ask for, and what comes next is found", () => {
  const spans = /** @type {[number, number][]} */ ([
    [1000, 2000],
    [3000, 4000],
  ]);
  assert.equal(time.pieceAt(spans, 2500), undefined);
  assert.equal(time.recordedFrom(spans, 2500), 3000);
  assert.equal(time.recordedFrom(spans, 1500), 1500);
  assert.equal(time.recordedFrom(spans, 1999.5), 3000);
  assert.equal(time.recordedFrom(spans, 4000), undefined);
});

test("an event that is told again takes its own place", () => {
  const first = episode("a", 10);
  const second = episode("b", 20);
  const changed = { ...first, end: 50 };
  assert.deepEqual(time.withChanged([first, second], changed), [changed, second]);
  assert.deepEqual(time.withChanged([second], first), [first, second]);
});

test("the nearest is the one that is going on, or whose begin or end is near", () => {
  const long = episode("long", 0, 100);
  const short = episode("short", 130, 135);
  assert.equal(time.nearest([long, short], 90), long);
  assert.equal(time.nearest([long, short], 114), long);
  assert.equal(time.nearest([long, short], 120), short);
  assert.equal(time.nearest([long, episode("in it", 50, 60)], 55)?.id, "in it");
  assert.equal(time.nearest([], 55), undefined);
  assert.deepEqual([time.nearest([short], 120, 10), time.nearest([short], 121, 10)], [undefined, short]);
});

test("one goes from event to event, from what is shown or from a moment", () => {
  const all = [10, 20, 30].map((start) => episode(String(start), start));
  assert.equal(time.neighbor(all, 25, 1)?.id, "30");
  assert.equal(time.neighbor(all, 25, -1)?.id, "20");
  assert.equal(time.neighbor(all, 10, 1, "20")?.id, "30");
  assert.equal(time.neighbor(all, 10, -1, "20")?.id, "10");
  assert.equal(time.neighbor(all, 10, -1, "10"), undefined);
  assert.equal(time.neighbor(all, 40, 1), undefined);
});
