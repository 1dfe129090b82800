// The whole dashboard of an account, of what the person may see: states, and only those, tell what that is.

import { loadWords, wordOf } from "./words.js";

const CARD = "custom:netrex-camera-card";
const RECORDINGS = "/media-browser/browser/app%2Cmedia-source%3A%2F%2Fnetrex";
/** Columns of a view; of cameras, as many as a wide screen has, or a place with two cameras would leave half of it empty. */
const WIDEST = 3;
const WIDEST_CAMERAS = 4;

/** What tells that something happened: the entities in the activity log. */
const HAPPENINGS = ["detection", "doorbell", "license_plate"];

/**
 * What controls a camera, in the order of the dashboard: by domain and translation key, with the features of its tile.
 * @type {readonly (readonly [RegExp, readonly object[]])[]}
 */
const CONTROLS = [
  [/^select\.preset(_of_channel)?$/, [{ type: "select-options" }]],
  [/^(button\.home|switch\.guard_tour)(_of_channel)?$/, []],
  [/^light\./, [{ type: "light-brightness" }]],
  [/^siren\./, [{ type: "toggle" }]],
  [/^switch\.output$/, [{ type: "toggle" }]],
  [/^lock\./, [{ type: "lock-commands" }]],
  [/^cover\./, [{ type: "cover-open-close" }]],
  [/^media_player\./, [{ type: "media-player-volume-slider" }]],
  [/^button\.(output|play_clip)$/, []],
  [/^select\.day_night$/, [{ type: "select-options" }]],
];
const MOVES = /^(select\.preset|button\.home|switch\.guard_tour)/;
const COUNTS = /^(place_)?(visitors|visitors_in|passers_by|sales|refunds|conversion)$/;

/**
 * @typedef {{id: string, kind: string, key: string, device: string, state: HassEntity}} Part
 * An entity of ours; kind: domain and translation key.
 */

/**
 * @param {StrategyConfig} _config
 * @param {Hass} wordless as it was before the words came
 */
export async function generate(_config, wordless) {
  const hass = { ...wordless, localize: await loadWords(wordless) };
  const parts = partsOf(hass);
  const views = [cameras(hass, parts), happened(hass, parts), controls(hass, parts), people(hass, parts)];
  const shown = views.filter((view) => view.sections.length);
  return { views: parts.some((part) => part.kind === "camera.camera") ? shown : [nothing(hass)] };
}

/** @param {Hass} wordless */
export async function createSuggestions(wordless) {
  const hass = { ...wordless, localize: await loadWords(wordless) };
  return { title: wordOf(hass, "dashboard.title"), icon: "mdi:cctv" };
}

/**
 * What there is, sorted by the names of devices, then of entities.
 * @param {Hass} hass
 * @returns {Part[]}
 */
function partsOf(hass) {
  /** @type {Part[]} */
  const parts = [];
  for (const state of Object.values(hass.states)) {
    const entity = state && hass.entities[state.entity_id];
    if (!state || entity?.platform !== "netrex" || entity.hidden || !entity.device_id) continue;
    const key = entity.translation_key ?? "";
    const domain = state.entity_id.split(".", 1)[0];
    parts.push({ id: state.entity_id, kind: `${domain}.${key}`, key, device: entity.device_id, state });
  }
  const { compare } = new Intl.Collator(hass.language, { numeric: true });
  const nameOf = (/** @type {Part} */ part) =>
    `${deviceName(hass, part.device)} ${part.state.attributes.friendly_name ?? ""}`;
  return parts.sort((one, other) => compare(nameOf(one), nameOf(other)));
}

/**
 * @param {Hass} hass
 * @param {string} id
 */
const deviceName = (hass, id) => hass.devices[id]?.name_by_user || hass.devices[id]?.name || "";

/**
 * @param {Part[]} parts
 * @param {(part: Part) => string} keyOf
 */
function grouped(parts, keyOf) {
  /** @type {Map<string, Part[]>} */
  const groups = new Map();
  for (const part of parts) {
    const key = keyOf(part);
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  return [...groups];
}

/**
 * The area of each camera: areas come in the order that the person gave them.
 * @param {Hass} hass
 * @param {Part[]} parts
 */
function byArea(hass, parts) {
  const areas = Object.keys(hass.areas);
  const areaOf = (/** @type {Part} */ { id, device }) =>
    hass.entities[id]?.area_id ?? hass.devices[device]?.area_id ?? "";
  const orderOf = (/** @type {string} */ area) => (areas.includes(area) ? areas.indexOf(area) : areas.length);
  return grouped(parts, areaOf).sort(([one], [other]) => orderOf(one) - orderOf(other));
}

/**
 * @param {string} heading
 * @param {string} icon
 * @param {readonly object[]} cards
 * @param {number} [span] columns of the view
 */
const section = (heading, icon, cards, span = 1) => ({
  type: "grid",
  column_span: span,
  cards: [{ type: "heading", heading, icon }, ...cards],
});

/**
 * @param {Hass} hass
 * @param {"cameras" | "happened" | "control" | "people"} path
 * @param {string} icon
 * @param {object[]} sections
 * @param {number} [max_columns]
 */
function view(hass, path, icon, sections, max_columns = WIDEST) {
  const title = wordOf(hass, `dashboard.views.${path}`);
  return { type: "sections", path, title, icon, max_columns, dense_section_placement: true, sections };
}

/**
 * @param {Part} part
 * @param {readonly object[]} features
 * @param {object} [more]
 */
const tile = (part, features = [], more = {}) => ({
  type: "tile",
  entity: part.id,
  // Its device is the heading's.
  name: { type: "entity" },
  features,
  grid_options: { columns: 6, rows: "auto" },
  ...more,
});

/**
 * Every camera with its day, so that a link to an event finds its card in the view that opens.
 * @param {Hass} hass
 * @param {Part[]} parts
 */
function cameras(hass, parts) {
  const all = parts.filter((part) => part.kind === "camera.camera");
  const sections = byArea(hass, all).map(([area, inArea]) =>
    section(
      hass.areas[area]?.name ?? wordOf(hass, "dashboard.other_cameras"),
      hass.areas[area]?.icon ?? "mdi:cctv",
      inArea.map(({ id }) => ({ type: CARD, entity: id, grid_options: { columns: 12, rows: "auto" } })),
      Math.min(inArea.length, WIDEST_CAMERAS),
    ),
  );
  return view(hass, "cameras", "mdi:cctv", sections, WIDEST_CAMERAS);
}

/**
 * @param {Hass} hass
 * @param {Part[]} parts
 */
function happened(hass, parts) {
  const pictures = parts.filter((part) => part.kind === "image.last_event");
  const events = parts.filter((part) => part.id.startsWith("event.") && HAPPENINGS.includes(part.key));
  const sections = [];
  if (events.length && hass.config.components.includes("logbook")) {
    const log = {
      type: "logbook",
      target: { entity_id: events.map((part) => part.id) },
      hours_to_show: 24,
      grid_options: { columns: 12, rows: 10 },
    };
    sections.push(section(wordOf(hass, "dashboard.activity"), "mdi:bell", [log]));
  }
  if (pictures.length) {
    // Where nothing has happened yet, there is no image.
    const isThere = (/** @type {Part} */ { id }) => ({ condition: "state", entity: id, state_not: "unknown" });
    const cards = pictures.map((part) => ({
      type: "picture-entity",
      entity: part.id,
      name: deviceName(hass, part.device),
      show_state: false,
      grid_options: { columns: 6, rows: "auto" },
      visibility: [isThere(part)],
    }));
    const visibility = [{ condition: "or", conditions: pictures.map(isThere) }];
    const images = section(wordOf(hass, "dashboard.last_events"), "mdi:image-multiple", cards, WIDEST - 1);
    sections.push({ ...images, visibility });
  }
  if (hass.config.components.includes("media_source")) {
    const button = {
      type: "button",
      name: wordOf(hass, "dashboard.all_recordings"),
      icon: "mdi:filmstrip",
      tap_action: { action: "navigate", navigation_path: RECORDINGS },
      grid_options: { columns: 12, rows: 2 },
    };
    sections.push(section(wordOf(hass, "dashboard.recordings"), "mdi:history", [button]));
  }
  return view(hass, "happened", "mdi:history", sections);
}

/**
 * A section for each camera that can be controlled; one that moves, with its picture and the arrows in it.
 * @param {Hass} hass
 * @param {Part[]} parts
 */
function controls(hass, parts) {
  const sections = [];
  for (const [device, own] of grouped(parts, (part) => part.device)) {
    const tiles = CONTROLS.flatMap(([kinds, features]) =>
      own.filter((part) => kinds.test(part.kind)).map((part) => controlTile(part, features)),
    );
    const camera = own.find((part) => part.kind === "camera.camera");
    const moves = own.some((part) => MOVES.test(part.kind));
    const picture = camera && moves ? [{ type: CARD, entity: camera.id, timeline: false }] : [];
    if (tiles.length) sections.push(section(deviceName(hass, device), "mdi:cctv", [...picture, ...tiles]));
  }
  return view(hass, "control", "mdi:gesture-tap-button", sections);
}

/**
 * @param {Part} part
 * @param {readonly object[]} features
 */
function controlTile(part, features) {
  const modes = part.state.attributes.supported_color_modes;
  const dims = !part.id.startsWith("light.") || (Array.isArray(modes) && modes.includes("brightness"));
  return tile(
    part,
    dims ? features : [],
    features.length && dims ? { grid_options: { columns: 12, rows: "auto" } } : {},
  );
}

/**
 * What was counted today, and the days before it: of a place, or at a camera.
 * @param {Hass} hass
 * @param {Part[]} parts
 */
function people(hass, parts) {
  const counted = parts.filter((part) => part.id.startsWith("sensor.") && COUNTS.test(part.key));
  const graphs = counted.flatMap((part) => {
    const { statistic_id } = part.state.attributes;
    if (!statistic_id || part.key.endsWith("conversion")) return [];
    return {
      type: "statistics-graph",
      chart_type: "bar",
      period: "day",
      days_to_show: 30,
      stat_types: ["change"],
      entities: [statistic_id],
      grid_options: { columns: 12, rows: "auto" },
    };
  });
  const today = counted.map((part) => tile(part));
  const sections = today.length ? [section(wordOf(hass, "dashboard.today"), "mdi:account-group", today)] : [];
  if (graphs.length && hass.config.components.includes("recorder")) {
    const days = section(wordOf(hass, "dashboard.per_day"), "mdi:chart-bar", graphs, WIDEST - 1);
    sections.push(days);
  }
  return view(hass, "people", "mdi:account-group", sections);
}

/**
 * There is no camera, or none that this person may see.
 * @param {Hass} hass
 */
function nothing(hass) {
  const content = wordOf(hass, hass.user?.is_admin ? "dashboard.none_for_admin" : "dashboard.none_for_user");
  return view(hass, "cameras", "mdi:cctv", [{ type: "grid", cards: [{ type: "markdown", content }] }]);
}
