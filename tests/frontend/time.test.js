import assert from "node:assert/strict";
import { test } from "node:test";
import * as time from "../../custom_components/netrex/frontend/www/time.js";

const PRAGUE = "Europe/Prague";
const HOUR = 3600;

/** @param {string} text */
const at = (text) => Date.parse(text) / 1000;

/** @param {string} day @param {string} zone */
const hoursOf = (day, zone) => {
  const [begin, end] = time.dayBounds(day, zone);
  return (end - begin) / HOUR;
};

/** @param {string} id @param {number} start @param {number} [end] @param {string[]} [kinds] */
const episode = (id, start, end = start + 5, kinds = ["person"]) => ({ id, start, end, kinds });

test("a day begins at midnight in the zone, not in that of the machine", () => {
  assert.deepEqual(time.dayBounds("2026-11-29", PRAGUE), [at("2026-11-28T23:00Z"), at("2026-11-29T23:00Z")]);
  assert.deepEqual(time.dayBounds("2026-11-29", "Asia/Kolkata"), [at("2026-11-28T18:30Z"), at("2026-11-29T18:30Z")]);
  assert.deepEqual(time.dayBounds("2026-11-29", "Pacific/Auckland"), [
    at("2026-11-28T11:00Z"),
    at("2026-11-29T11:00Z"),
  ]);
});

test("days on which clocks change are shorter or longer", () => {
  assert.equal(hoursOf("2026-03-29", PRAGUE), 23);
  assert.equal(hoursOf("2026-10-25", PRAGUE), 25);
  assert.equal(hoursOf("2026-04-05", "Australia/Lord_Howe"), 24.5);
  assert.equal(hoursOf("2026-11-29", PRAGUE), 24);
});

test("where clocks change at midnight, the day begins with its first moment", () => {
  // In Havana the hour after midnight does not exist on one day in spring, and comes twice on one in autumn.
  assert.deepEqual(time.dayBounds("2026-03-08", "America/Havana"), [at("2026-03-08T05:00Z"), at("2026-03-09T04:00Z")]);
  assert.deepEqual(time.dayBounds("2026-11-01", "America/Havana"), [at("2026-11-01T04:00Z"), at("2026-11-02T05:00Z")]);
});

test("days follow each other without a gap for years", () => {
  for (const zone of [PRAGUE, "America/Santiago", "Africa/Cairo", "Asia/Tehran"]) {
    let day = "2025-01-01";
    while (day < "2027-01-01") {
      const next = time.shiftDay(day, 1);
      const [begin, end] = time.dayBounds(day, zone);
      assert.equal(end, time.dayBounds(next, zone)[0], `${zone} ${day}`);
      assert.equal(time.dayOf(begin, zone), day);
      assert.equal(time.dayOf(end - 1, zone), day);
      day = next;
    }
  }
});

test("a day is shifted through months and leap days", () => {
  assert.equal(time.shiftDay("2026-03-01", -1), "2026-02-28");
  assert.equal(time.shiftDay("2028-02-28", 1), "2028-02-29");
  assert.equal(time.shiftDay("2026-12-31", 1), "2027-01-01");
});

test("hours are written as many as there is space for, on round times of the clock", () => {
  const day = time.dayBounds("2026-11-29", PRAGUE);
  const hours = (/** @type {number} */ width) =>
    time.labels(day, PRAGUE, width, 50).map((each) => (each - day[0]) / HOUR);
  assert.deepEqual(hours(358), [0, 4, 8, 12, 16, 20]);
  assert.deepEqual(hours(120), [0, 12]);
  assert.equal(hours(2500).length, 48);
  // A 25-hour day: the clock shows 4 o'clock five hours after midnight.
  const long = time.dayBounds("2026-10-25", PRAGUE);
  assert.deepEqual(
    time.labels(long, PRAGUE, 358, 50).map((each) => (each - long[0]) / HOUR),
    [0, 5, 9, 13, 17, 21],
  );
});

test("hours are round where the zone is half an hour off", () => {
  const day = time.dayBounds("2026-11-29", "Asia/Kolkata");
  assert.equal(time.labels(day, "Asia/Kolkata", 400, 50)[1], day[0] + 3 * HOUR);
});

test("a place on the line and its moment belong together, within the view", () => {
  assert.equal(time.placeOf(150, [100, 200]), 0.5);
  assert.equal(time.momentAt(0.25, [100, 200]), 125);
  assert.equal(time.placeOf(50, [100, 200]), 0);
  assert.equal(time.momentAt(3, [100, 200]), 200);
});

test("what is asked for is the same for all moments of ten minutes", () => {
  const spans = /** @type {[number, number][]} */ ([[1000, 5000.5]]);
  assert.deepEqual(time.pieceAt(spans, 1900, 9000), [1800, 2400]);
  assert.deepEqual(time.pieceAt(spans, 2300, 9000), [1800, 2400]);
  assert.deepEqual(time.pieceAt(spans, 1100, 9000), [1000, 1200]);
  assert.deepEqual(time.pieceAt(spans, 4999, 9000), [4800, 5000]);
  assert.deepEqual(time.pieceAt(spans, 2300, 2350), [1800, 2350]);
});

test("where nothing is recorded there is nothing to ask for, and what comes next is found", () => {
  const spans = /** @type {[number, number][]} */ ([
    [1000, 2000],
    [3000, 4000],
  ]);
  assert.equal(time.pieceAt(spans, 2500, 9000), null);
  assert.equal(time.pieceAt(spans, 3500, 3000), null);
  assert.equal(time.recordedFrom(spans, 2500), 3000);
  assert.equal(time.recordedFrom(spans, 1500), 1500);
  assert.equal(time.recordedFrom(spans, 1999.5), 3000);
  assert.equal(time.recordedFrom(spans, 4000), undefined);
});

test("a smaller part is viewed round a moment, and never more than the day", () => {
  const day = /** @type {[number, number]} */ ([0, 86400]);
  assert.deepEqual(time.zoomed(day, day, 0.25, 43200), [32400, 54000]);
  assert.deepEqual(time.zoomed(day, day, 0.25, 0), [0, 21600]);
  assert.deepEqual(time.zoomed([32400, 54000], day, 100, 40000), [0, 86400]);
  assert.deepEqual(time.zoomed([32400, 54000], day, 0.0001, 32400), [32400, 33000]);
});

test("the view follows what is looked at, and stops at midnight", () => {
  const day = /** @type {[number, number]} */ ([0, 86400]);
  const view = /** @type {[number, number]} */ ([40000, 42000]);
  assert.equal(time.followed(view, day, 41000), view);
  assert.deepEqual(time.followed(view, day, 50000), [48100, 50100]);
  assert.deepEqual(time.followed(view, day, 0), [0, 2000]);
  assert.deepEqual(time.moved(view, day, 1e6), [84400, 86400]);
});

test("an event that is told again takes its own place", () => {
  const first = episode("a", 10);
  const second = episode("b", 20);
  const changed = { ...first, end: 50 };
  assert.deepEqual(time.withChanged([first, second], changed), [changed, second]);
  assert.deepEqual(time.withChanged([second], first), [first, second]);
});

test("those round a moment are found, as many as are wanted", () => {
  const all = [10, 20, 30, 40, 50].map((start) => episode(String(start), start));
  const ids = (/** @type {number} */ moment, /** @type {number} */ count) =>
    time.around(all, moment, count).map((each) => each.id);
  assert.deepEqual(ids(31, 2), ["30", "40"]);
  assert.deepEqual(ids(0, 2), ["10", "20"]);
  assert.deepEqual(ids(99, 2), ["40", "50"]);
  assert.deepEqual(ids(25, 9), ["10", "20", "30", "40", "50"]);
});

test("the nearest is the one that is going on, or whose begin or end is near", () => {
  const long = episode("long", 0, 100);
  const short = episode("short", 130, 135);
  assert.equal(time.nearest([long, short], 90), long);
  assert.equal(time.nearest([long, short], 114), long);
  assert.equal(time.nearest([long, short], 120), short);
  assert.equal(time.nearest([long, episode("in it", 50, 60)], 55)?.id, "in it");
  assert.equal(time.nearest([], 55), undefined);
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

test("a link names an event that there can be", () => {
  const now = Date.parse("2026-11-29T17:00:00Z") / 1000;
  assert.deepEqual(time.linked("01ABC/12/1795970000123", now), ["01ABC/12", 1795970000.123]);
  for (const moment of [
    "",
    "0",
    "1",
    "-5",
    "1e12",
    "1e300",
    "Infinity",
    "0x1a226f29c1f",
    "9000000000000",
    "8640000000000001",
  ]) {
    assert.equal(time.linked(`01ABC/12/${moment}`, now), null, moment);
  }
  for (const link of ["", "/", "a/b/1795970000123", "01ABC/12/1795970000123/1", "../12/1795970000123"]) {
    assert.equal(time.linked(link, now), null, link);
  }
});
