// What else a camera has: it moves, and has lights, a siren and a speaker.

import { fire, h, iconButton } from "./dom.js";

/** Milliseconds after which a press is one that holds on, and between two orders to go on. */
const HELD = 300;
const AGAIN = 1500;
/** Seconds that a camera moves for a short press, and after an order if no other comes: Netrex stops it then. */
const SHORT = 0.4;
const SAFE = 3;
const SPEED = 50;
const CONFIRM_WITHIN = 4000;
const ANNOUNCES = 1048576;
/** @type {Record<string, string>} by what they are translated by; others are as below */
const ICONS = {
  infrared_light: "mdi:weather-night",
  strobe: "mdi:alarm-light",
  light: "mdi:lightbulb",
  siren: "mdi:bullhorn",
};
const SHOWN = /^((light|media_player|siren)\..*|(button|select)\.\S+ (home|preset)(_of_channel)?)$/;

/** Whether the state of an entity of the camera is shown. @param {EntityRegistryDisplayEntry} entity */
export const isShown = ({ entity_id, translation_key }) => SHOWN.test(`${entity_id} ${translation_key}`);

/** Find the entities of a camera that exist for this user. Ids can't be built: they hold the area, and are renamed. @param {Hass} hass @param {string} entity @returns {Related} */
export const relatedOf = (hass, entity) => {
  const own = hass.entities[entity];
  const all = Object.values(hass.entities).flatMap((each) => {
    const isOwn = own?.device_id && each?.device_id === own.device_id && each.platform === "netrex";
    return isOwn && hass.states[each.entity_id] ? [each] : [];
  });
  const of = (/** @type {string} */ domain) => all.filter((each) => each.entity_id.startsWith(`${domain}.`));
  // A channel's own entities are called after it, those of the camera's first picture are not.
  const isFirst = !own?.name || of("camera").length === 1;
  const moving = (/** @type {string} */ domain, /** @type {string} */ wanted) =>
    of(domain).find(({ translation_key: key, name }) =>
      isFirst ? key === wanted : key === `${wanted}_of_channel` && name?.startsWith(`${own.name} `),
    )?.entity_id;
  return {
    home: moving("button", "home"),
    preset: moving("select", "preset"),
    lights: of("light").map((each) => each.entity_id),
    sirens: of("siren").map((each) => each.entity_id),
    speaker: of("media_player")[0]?.entity_id,
    speech: Object.keys(hass.states).find((each) => each.startsWith("tts.")),
  };
};

export class Controls {
  #view;
  /** @type {Related} */
  #related = { lights: [], sirens: [] };
  #timer = 0;
  #isLong = false;
  #armed = "";
  #armedAt = 0;
  #isMoving = false;
  #isSpeaking = false;

  /** @param {View} view */
  constructor(view) {
    this.#view = view;
  }

  /** Find out what there is. */
  update() {
    this.#related = relatedOf(this.#view.hass, this.#view.entity);
  }

  get buttons() {
    const { say } = this.#view.words;
    const { home, lights, sirens, speaker } = this.#related;
    const toggle = (/** @type {string} */ each) => () => this.#act("light", "toggle", {}, each);
    const move = { "aria-pressed": this.#isMoving, disabled: this.#view.moment !== null };
    return h(
      "div.buttons",
      {},
      home && iconButton("mdi:arrow-all", say("card.move"), this.#toggleMoving, move),
      lights.map((each) => this.#button(each, "light", toggle(each))),
      sirens.map((each) => this.#button(each, "siren", () => this.#sound(each))),
      speaker && iconButton("mdi:account-voice", say("card.speak"), this.#toggleSpeaking),
    );
  }

  /** @param {string} key @param {string} kind @param {() => void} click */
  #button(key, kind, click) {
    const { states, entities } = this.#view.hass;
    const { state = "unavailable", attributes } = states[key] ?? {};
    const shown = ICONS[entities[key]?.translation_key ?? ""] ?? ICONS[kind] ?? "";
    const given = { key, "data-entity": key, "aria-pressed": state === "on", disabled: state === "unavailable" };
    return iconButton(shown, String(attributes?.friendly_name ?? key), click, given);
  }

  /** Do something; a refusal is told. @param {string} domain @param {string} action @param {object} data @param {string} entity_id */
  async #act(domain, action, data, entity_id) {
    try {
      await this.#view.hass.callService(domain, action, data, { entity_id }, false);
      return true;
    } catch (error) {
      this.#view.failedTo(error);
      return false;
    }
  }

  /** A siren is not for a finger that slips. @param {string} entity */
  #sound(entity) {
    const isOn = this.#view.hass.states[entity]?.state === "on";
    const isSure = isOn || (this.#armed === entity && Date.now() - this.#armedAt < CONFIRM_WITHIN);
    [this.#armed, this.#armedAt] = isSure ? ["", 0] : [entity, Date.now()];
    this.#view.tell(isSure ? "" : this.#view.words.say("card.siren_again"), CONFIRM_WITHIN);
    if (isSure) this.#act("siren", isOn ? "turn_off" : "turn_on", {}, entity);
  }

  // --- speech --------------------------------------------------------------------------------------

  #toggleSpeaking = () => {
    const { speaker = "", speech } = this.#related;
    const features = Number(this.#view.hass.states[speaker]?.attributes.supported_features);
    this.#isSpeaking = Boolean(speech && features & ANNOUNCES) && !this.#isSpeaking;
    // Its own dialog has the sounds that lie in the camera.
    if (!speech || !(features & ANNOUNCES)) fire(this.#view.element, "hass-more-info", { entityId: speaker });
    this.#view.draw();
    // Once it is there.
    if (this.#isSpeaking) queueMicrotask(() => this.#view.element.querySelector("input")?.focus());
  };

  get speech() {
    const { say } = this.#view.words;
    const label = say("card.speak_text");
    return h(
      "form.speech",
      { hidden: !this.#isSpeaking, submit: this.#speak },
      h("input", { name: "text", placeholder: label, "aria-label": label, maxlength: "500", autocomplete: "off" }),
      iconButton("mdi:send", say("card.send"), undefined, { type: "submit" }),
    );
  }

  #speak = async (/** @type {any} */ event) => {
    event.preventDefault();
    const { text } = event.target.elements;
    const { speaker, speech = "" } = this.#related;
    const data = { media_player_entity_id: speaker, message: text.value.trim() };
    if (data.message && (await this.#act("tts", "speak", data, speech))) text.value = "";
  };

  // --- movement ------------------------------------------------------------------------------------

  #toggleMoving = () => {
    this.#isMoving = !this.#isMoving;
    this.stop();
    this.#view.draw();
  };

  get pad() {
    const { say } = this.#view.words;
    const { home = "", preset = "" } = this.#related;
    const goHome = () => this.#act("button", "press", {}, home);
    return h(
      "div.pad",
      { hidden: !home || !this.#isMoving },
      this.#arrow("mdi:magnify-minus-outline", say("card.zoom_out"), { zoom: -SPEED }),
      this.#arrow("mdi:chevron-up", say("card.up"), { tilt: SPEED }),
      this.#arrow("mdi:magnify-plus-outline", say("card.zoom_in"), { zoom: SPEED }),
      this.#arrow("mdi:chevron-left", say("card.left"), { pan: -SPEED }),
      iconButton("mdi:home", say("card.home"), goHome),
      this.#arrow("mdi:chevron-right", say("card.right"), { pan: SPEED }),
      this.#arrow("mdi:chevron-down", say("card.down"), { tilt: -SPEED }),
      preset && this.#presets(preset),
    );
  }

  /** @param {string} shown @param {string} label @param {Record<string, number>} speeds */
  #arrow(shown, label, speeds) {
    const { stop } = this;
    const contextmenu = (/** @type {Event} */ event) => event.preventDefault();
    const pointerdown = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#begin(speeds);
    };
    const keydown = (/** @type {KeyboardEvent} */ event) => ["Enter", " "].includes(event.key) && pointerdown(event);
    const ends = { pointerup: stop, pointercancel: stop, pointerleave: stop, blur: stop, keyup: stop };
    return iconButton(shown, label, undefined, { pointerdown, keydown, contextmenu, ...ends });
  }

  /** @param {string} entity */
  #presets(entity) {
    const { state = "", attributes } = this.#view.hass.states[entity] ?? {};
    const options = /** @type {string[]} */ (attributes?.options ?? []);
    const label = this.#view.words.say("card.preset");
    const change = (/** @type {any} */ { target: { value: option } }) =>
      option && this.#act("select", "select_option", { option }, entity);
    const given = { "aria-label": label, change, ".value": options.includes(state) ? state : "" };
    const offered = ["", ...options].map((value) => h("option", { ".value": value }, value || label));
    return h("select", given, offered);
  }

  /** @param {Record<string, number>} speeds */
  #begin(speeds) {
    if (this.#timer) return;
    const move = async (/** @type {number} */ duration) => {
      const data = { movement: "continuous", ...speeds, duration };
      if (!(await this.#act("netrex", "ptz_move", data, this.#view.entity))) this.stop();
    };
    const goOn = () => {
      this.#isLong = true;
      move(SAFE);
      this.#timer = window.setTimeout(goOn, AGAIN);
    };
    move(SHORT);
    this.#timer = window.setTimeout(goOn, HELD);
  }

  /** End a movement that goes on while a button is held. A short one ends by itself. */
  stop = () => {
    clearTimeout(this.#timer);
    if (this.#timer && this.#isLong) this.#act("netrex", "ptz_move", { movement: "stop" }, this.#view.entity);
    [this.#timer, this.#isLong] = [0, false];
  };
}
