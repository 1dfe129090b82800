import assert from "node:assert/strict";
import { test } from "node:test";
import { WatchedDay } from "../../custom_components/netrex/frontend/www/day.js";

const EVENING = Date.parse("2026-11-29T21:00:00Z");
const NIGHT = Date.parse("2026-11-29T23:00:10Z");
const ZONE = "Europe/Prague";

/** A day of a camera that isn't there, so that nothing is asked. */
const watched = () => {
  const camera = /** @type {any} */ ({ entity: "camera.door", words: { zone: ZONE } });
  return new WatchedDay(camera);
};

test("today ends at midnight, in the person's zone", ({ mock }) => {
  mock.timers.enable({ apis: ["Date"], now: EVENING });
  const day = watched();
  assert.equal(day.hasEnded, false);
  mock.timers.setTime(NIGHT);
  assert.equal(day.hasEnded, true);
  day.set(day.today);
  assert.deepEqual([day.day, day.hasEnded], ["2026-11-30", false]);
});

test("a day that was chosen stays, also after midnight", ({ mock }) => {
  mock.timers.enable({ apis: ["Date"], now: EVENING });
  const day = watched();
  day.set("2026-11-28");
  assert.equal(day.hasEnded, false);
  mock.timers.setTime(NIGHT);
  assert.equal(day.hasEnded, false);
});
