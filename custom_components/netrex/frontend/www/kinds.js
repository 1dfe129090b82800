// How kinds of events look, and what they are called.

/** @type {Record<string, [color: string, icon: string]>} the most important first */
const LOOKS = {
  doorbell: ["amber", "mdi:doorbell"],
  person: ["light-blue", "mdi:account"],
  vehicle: ["purple", "mdi:car"],
  object: ["teal", "mdi:shape"],
  line_crossed: ["light-green", "mdi:vector-line"],
  loitering: ["deep-orange", "mdi:account-clock"],
  license_plate: ["indigo", "mdi:car-info"],
  tampering: ["red", "mdi:shield-alert"],
  glass_break: ["red", "mdi:glass-fragile"],
  scream: ["pink", "mdi:account-alert"],
  shout: ["pink", "mdi:bullhorn"],
  speech: ["cyan", "mdi:account-voice"],
  sound: ["cyan", "mdi:volume-high"],
  scene_changed: ["brown", "mdi:image-edit"],
  motion: ["blue-grey", "mdi:motion-sensor"],
};

export const KINDS = Object.keys(LOOKS);

/** Sorts the most important ones last. @param {Episode} one @param {Episode} other */
export const byImportance = (one, other) => KINDS.indexOf(other.kinds[0] ?? "") - KINDS.indexOf(one.kinds[0] ?? "");

/** @param {string} [kind] */
export const colorOf = (kind = "") => `var(--${LOOKS[kind]?.[0] ?? "grey"}-color)`;

/** @param {string} [kind] */
export const iconOf = (kind = "") => LOOKS[kind]?.[1] ?? "mdi:bell";

/** A kind's name, as its event entity has it. @param {Hass} hass @param {string} kind */
export const nameOf = ({ localize }, kind) =>
  localize(`component.netrex.entity.event.${kind}.name`) ||
  localize(`component.netrex.entity.event.detection.state_attributes.event_type.state.${kind}`) ||
  kind;
