import assert from "node:assert/strict";
import { test } from "node:test";
import { createSuggestions, generate } from "../../custom_components/netrex/frontend/www/strategy.js";
import { hassWith } from "./hass.js";

/** @typedef {import("./hass.js").Row} Row */

const CONFIG = { type: "custom:netrex" };

/**
 * The dashboard as paths of views, each with its headings and what is below them.
 * @param {Hass} hass
 */
async function shown(hass) {
  const { views } = await generate(CONFIG, hass);
  return Object.fromEntries(
    views.map((view) => [
      view.path,
      view.sections.map((section) => {
        const [first, ...rest] = /** @type {any} */ (section).cards;
        return first.type === "heading" ? [first.heading, ...rest.map(nameOf)] : [nameOf(first)];
      }),
    ]),
  );
}

/** @param {Record<string, any>} card */
const nameOf = (card) => card.entity ?? card.content ?? card.entities?.[0] ?? card.type;

/** @type {Row[]} */
const HOUSEHOLD = [
  ["camera.door", "camera", "Door"],
  ["event.door_detection", "detection", "Door"],
  ["event.door_doorbell", "doorbell", "Door"],
  ["event.door_button", "button", "Door"],
  ["image.door", "last_event", "Door"],
  ["camera.yard", "camera", "Yard"],
  ["select.yard_preset", "preset", "Yard"],
  ["button.yard_home", "home", "Yard"],
  ["light.yard_ir", "infrared_light", "Yard", { attributes: { supported_color_modes: ["brightness"] } }],
  ["siren.yard", "alarm", "Yard"],
  ["button.yard_restart", "restart", "Yard"],
  ["sensor.shop_visitors", "place_visitors", "Account", { attributes: { statistic_id: "netrex:a_1_visitors" } }],
  ["sensor.shop_conversion", "place_conversion", "Account", { attributes: { statistic_id: "netrex:a_1_conversion" } }],
  ["sensor.account_status", "status", "Account"],
];

test("a new dashboard has a title and an icon", async () => {
  assert.deepEqual(await createSuggestions(hassWith([])), { title: "dashboard.title", icon: "mdi:cctv" });
});

test("all that an account has", async () => {
  const hass = hassWith(HOUSEHOLD, { areas: ["garden", "house"], devices: { Door: "house", Yard: "garden" } });
  assert.deepEqual(await shown(hass), {
    cameras: [
      ["The garden", "camera.yard"],
      ["The house", "camera.door"],
    ],
    happened: [
      ["dashboard.activity", "logbook"],
      ["dashboard.last_events", "image.door"],
      ["dashboard.recordings", "button"],
    ],
    control: [["Yard", "camera.yard", "select.yard_preset", "button.yard_home", "light.yard_ir", "siren.yard"]],
    people: [
      ["dashboard.today", "sensor.shop_visitors", "sensor.shop_conversion"],
      ["dashboard.per_day", "netrex:a_1_visitors"],
    ],
  });
  const { views } = await generate(CONFIG, hass);
  const [, log] = /** @type {any} */ (views[1]).sections[0].cards;
  assert.deepEqual(log.target.entity_id, ["event.door_detection", "event.door_doorbell"]);
});

test("cameras alone are one view, and the activity of nothing isn't shown", async () => {
  const found = await shown(hassWith([["camera.door", "camera", "Door"]]));
  assert.deepEqual(found, {
    cameras: [["dashboard.other_cameras", "camera.door"]],
    happened: [["dashboard.recordings", "button"]],
  });
});

test("of many cameras in an area, several stand in a row", async () => {
  /** @type {Row[]} */
  const rows = [1, 2, 10, 3, 4].map((number) => [`camera.c${number}`, "camera", `Camera ${number}`, { area: "hall" }]);
  const hass = hassWith(rows, { areas: ["hall"] });
  assert.deepEqual((await shown(hass)).cameras, [
    ["The hall", "camera.c1", "camera.c2", "camera.c3", "camera.c4", "camera.c10"],
  ]);
  const { views } = await generate(CONFIG, hass);
  assert.equal(/** @type {any} */ (views[0]).sections[0].column_span, 4);
});

test("a camera at which nothing has happened yet leaves no gap among the images", async () => {
  const { views } = await generate(CONFIG, hassWith(HOUSEHOLD));
  const happened = views.find((view) => view.path === "happened");
  const images = /** @type {any} */ (happened?.sections.find((each) => "visibility" in each));
  const seen = { condition: "state", entity: "image.door", state_not: "unknown" };
  assert.deepEqual(images.cards[1].visibility, [seen]);
  assert.deepEqual(images.visibility, [{ condition: "or", conditions: [seen] }]);
});

test("the area of an entity comes before that of its device", async () => {
  const more = { area: "attic" };
  const hass = hassWith([["camera.door", "camera", "Door", more]], {
    areas: ["attic", "house"],
    devices: { Door: "house" },
  });
  assert.deepEqual((await shown(hass)).cameras, [["The attic", "camera.door"]]);
});

test("what a person may not see, has hidden, or has from others is not shown", async () => {
  /** @type {Row[]} */
  const rows = [
    ["camera.door", "camera", "Door"],
    ["camera.vault", "camera", "Vault"],
    ["siren.vault", "alarm", "Vault"],
    ["camera.hidden", "camera", "Hidden", { hidden: true }],
    ["camera.other", "camera", "Other", { platform: "axis" }],
  ];
  const found = await shown(hassWith(rows, { unseen: ["camera.vault", "siren.vault"] }));
  assert.deepEqual(Object.keys(found), ["cameras", "happened"]);
  assert.deepEqual(found.cameras, [["dashboard.other_cameras", "camera.door"]]);
});

test("without a camera, one view says what is missing", async () => {
  const unseen = HOUSEHOLD.map(([id]) => id);
  assert.deepEqual(await shown(hassWith([])), { cameras: [["dashboard.none_for_admin"]] });
  assert.deepEqual(await shown(hassWith(HOUSEHOLD, { unseen, admin: false })), {
    cameras: [["dashboard.none_for_user"]],
  });
});

test("what Home Assistant doesn't have is left out", async () => {
  const hass = { ...hassWith(HOUSEHOLD), config: { components: [], state: "RUNNING", time_zone: "UTC" } };
  const found = await shown(hass);
  assert.deepEqual(found.happened, [["dashboard.last_events", "image.door"]]);
  assert.deepEqual(found.people?.length, 1);
});

test("a light that can't be dimmed has no slider", async () => {
  const hass = hassWith([
    ["camera.door", "camera", "Door"],
    ["light.door", "strobe", "Door", { attributes: { supported_color_modes: ["onoff"] } }],
  ]);
  const { views } = await generate(CONFIG, hass);
  const control = /** @type {any} */ (views.find((view) => view.path === "control"));
  assert.deepEqual(control.sections[0].cards[1].features, []);
});
