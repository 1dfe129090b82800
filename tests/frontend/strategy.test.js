import assert from "node:assert/strict";
import { test } from "node:test";
import { createSuggestions } from "../../custom_components/netrex/frontend/www/strategy.js";

test("a new dashboard has a title", async () => {
  const hass = /** @type {Hass} */ (
    /** @type {unknown} */ ({ localize: (/** @type {string} */ key) => key, loadBackendTranslation: async () => {} })
  );
  assert.equal((await createSuggestions(hass)).title, "component.netrex.config_panel.dashboard.title");
});
