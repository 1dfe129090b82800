// A Home Assistant with what a test gives it. Words are their keys.

/**
 * @typedef {{area?: string, hidden?: boolean, platform?: string, attributes?: Record<string, unknown>}} More
 * @typedef {[id: string, key: string, device: string, more?: More]} Row an entity: its id, translation key and device
 */

/**
 * @param {Row[]} rows
 * @param {{unseen?: string[], areas?: string[], devices?: Record<string, string>, admin?: boolean}} [more]
 * unseen: entities that the person may not see; areas: in their order; devices: the area of each
 * @returns {Hass}
 */
export function hassWith(rows, { unseen = [], areas = [], devices = {}, admin = true } = {}) {
  const entities = rows.map(([entity_id, translation_key, device_id, { area, hidden, platform } = {}]) => [
    entity_id,
    { entity_id, translation_key, device_id, platform: platform ?? "netrex", area_id: area, hidden },
  ]);
  const states = rows
    .filter(([id]) => !unseen.includes(id))
    .map(([id, , , { attributes } = {}]) => [id, { entity_id: id, state: "on", attributes: attributes ?? {} }]);
  const registered = new Set(rows.map(([, , device]) => device));
  const localize = (/** @type {string} */ key) => key.replace("component.netrex.config_panel.", "");
  return /** @type {Hass} */ (
    /** @type {unknown} */ ({
      states: Object.fromEntries(states),
      entities: Object.fromEntries(entities),
      devices: Object.fromEntries([...registered].map((id) => [id, { id, name: id, area_id: devices[id] ?? null }])),
      areas: Object.fromEntries(areas.map((id) => [id, { area_id: id, name: `The ${id}`, icon: null }])),
      floors: {},
      language: "en",
      user: { id: "x", is_admin: admin },
      config: { components: ["logbook", "media_source", "recorder"], state: "RUNNING", time_zone: "Europe/Prague" },
      // Words come later, in what is promised.
      localize: () => "",
      loadBackendTranslation: async () => localize,
    })
  );
}
