import assert from "node:assert/strict";
import { test } from "node:test";
import { isShown, relatedOf } from "../../custom_components/netrex/frontend/www/controls.js";

/** @param {...[id: string, key?: string, more?: object]} all entities, each with a state unless it says that it has none */
const home = (...all) => {
  const entity = (
    /** @type {string} */ entity_id,
    /** @type {string} */ translation_key,
    /** @type {object} */ more,
  ) => ({
    ...{ entity_id, translation_key, device_id: "door", platform: "netrex" },
    ...more,
  });
  const entities = Object.fromEntries(all.map(([id, key = "", more = {}]) => [id, entity(id, key, more)]));
  const states = Object.fromEntries(
    all.filter(([, , more]) => !Object.hasOwn(more ?? {}, "gone")).map(([id]) => [id, {}]),
  );
  return /** @type {any} */ ({ entities, states });
};

test("what a camera has is found by its device, whatever it is called", () => {
  const hass = home(
    ["camera.a"],
    ["button.anything", "home"],
    ["select.b", "preset"],
    ["light.c"],
    ["siren.d"],
    ["media_player.e"],
    ["light.of_another_device", "", { device_id: "till" }],
    ["light.of_another_integration", "", { platform: "hue" }],
    ["tts.voice", "", { device_id: null, platform: "cloud" }],
  );
  assert.deepEqual(relatedOf(hass, "camera.a"), {
    home: "button.anything",
    preset: "select.b",
    lights: ["light.c"],
    sirens: ["siren.d"],
    speaker: "media_player.e",
    speech: "tts.voice",
  });
});

test("what a person may not see is not there, nor is anything of an unknown camera", () => {
  const hass = home(["camera.a"], ["light.c", "", { gone: true }]);
  assert.deepEqual(relatedOf(hass, "camera.a").lights, []);
  assert.deepEqual(relatedOf(home(["light.c"]), "camera.a").lights, []);
});

test("each channel moves by its own entities", () => {
  const hass = home(
    ["camera.one"],
    ["camera.two", "", { name: "Right" }],
    ["button.one", "home"],
    ["button.two", "home_of_channel", { name: "Right home position" }],
    ["button.three", "home_of_channel", { name: "Rightmost home position" }],
  );
  assert.deepEqual(
    [relatedOf(hass, "camera.one").home, relatedOf(hass, "camera.two").home],
    ["button.one", "button.two"],
  );
});

test("only states that are shown are watched", () => {
  const shown = (/** @type {string} */ entity_id, /** @type {string} */ translation_key) =>
    isShown(/** @type {any} */ ({ entity_id, translation_key }));
  assert.ok(shown("light.a", "") && shown("siren.a", "strobe") && shown("select.a", "preset_of_channel"));
  assert.ok(
    !shown("sensor.light", "") && !shown("button.a", "restart") && !shown("select.a", "") && !shown("camera.a", "home"),
  );
});
