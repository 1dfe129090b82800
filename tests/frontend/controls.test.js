import assert from "node:assert/strict";
import { test } from "node:test";
import { controlsOf } from "../../custom_components/netrex/frontend/www/controls.js";

/** A camera with what Netrex answers about it. @param {object} [related] @param {Record<string, string>} [states] */
const camera = async (related = {}, states = {}) => {
  /** @type {any[]} */
  const fired = [];
  /** @type {any[][]} */
  const called = [];
  const view = {
    entity: "camera.door",
    isAwake: true,
    playing: { moment: null },
    words: { say: (/** @type {string} */ key) => key },
    hass: {
      states: Object.fromEntries(Object.entries(states).map(([id, state]) => [id, { state, attributes: {} }])),
      callWS: async () => ({ lights: [], sirens: [], ...related }),
      callService: async (/** @type {any[]} */ ...order) => called.push(order.slice(0, 3)),
    },
    element: { dispatchEvent: (/** @type {any} */ event) => fired.push([event.type, event.detail]) },
    draw() {},
  };
  const controls = controlsOf(/** @type {any} */ (view));
  await controls.ask();
  const buttons = () => /** @type {any[]} */ (controls.buttons().children).flat(3).filter(Boolean);
  return { view: /** @type {any} */ (view), controls, buttons, fired, called };
};
const arrow = (/** @type {any} */ { controls }) =>
  controls
    .pad()
    .children.flat()
    .find((/** @type {any} */ each) => each.given.title === "card.right").given;
const event = () => ({ preventDefault() {}, key: "Enter" });

test("only what Netrex names is offered, and its states are watched", async () => {
  const { controls, buttons } = await camera({ lights: ["light.a"] }, { "light.a": "on" });
  assert.deepEqual(
    buttons().map(({ given }) => [given["data-entity"], given["aria-pressed"], given.disabled]),
    [["light.a", true, false]],
  );
  assert.deepEqual([controls.watched, controls.pad().given.hidden], [["camera.door", "light.a"], true]);
});

test("a siren is asked about before it sounds, and nothing else is", async () => {
  const { buttons, fired } = await camera(
    { lights: ["light.a"], sirens: ["siren.a", "siren.b"] },
    { "light.a": "off", "siren.a": "off", "siren.b": "on" },
  );
  for (const each of buttons()) each.given.click();
  assert.deepEqual(
    fired.map(([type, { config }]) => [type, config.entity, Boolean(config.tap_action.confirmation)]),
    [
      ["hass-action", "light.a", false],
      ["hass-action", "siren.a", true],
      ["hass-action", "siren.b", false],
    ],
  );
});

test("without a voice, the speaker's own dialog opens", async () => {
  const { buttons, controls, fired } = await camera({ speaker: "media_player.a" });
  buttons()[0].given.click();
  assert.deepEqual(
    [fired, controls.speech().given.hidden],
    [[["hass-more-info", { entityId: "media_player.a" }]], true],
  );
});

test("an arrow that is held goes on until it is let go, a short press ends by itself", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { window: globalThis });
  const held = await camera({ home: "button.home" });
  const { pointerdown, pointerup } = arrow(held);
  pointerdown(event());
  mock.timers.tick(100);
  pointerup(event());
  assert.deepEqual(
    held.called.map(([, , data]) => [data.movement, data.duration]),
    [["continuous", 0.4]],
  );
  pointerdown(event());
  mock.timers.tick(300);
  mock.timers.tick(1500);
  pointerup(event());
  assert.deepEqual(
    held.called.slice(1).map(([, , data]) => [data.movement, data.duration]),
    [
      ["continuous", 0.4],
      ["continuous", 3],
      ["continuous", 3],
      ["stop", undefined],
    ],
  );
});

test("a movement that is refused is not asked for again", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { window: globalThis });
  const refused = await camera({ home: "button.home" });
  refused.view.hass.callService = (/** @type {any[]} */ ...order) => {
    refused.called.push(order);
    return Promise.reject({ code: "home_assistant_error" });
  };
  arrow(refused).pointerdown(event());
  await new Promise(setImmediate);
  mock.timers.tick(5000);
  assert.equal(refused.called.length, 1);
});
