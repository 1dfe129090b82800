// What else a camera has: it moves, and has lights, a siren and a speaker.

import { fire, iconButton, make } from "./dom.js";

/** @typedef {{home?: string, preset?: string, lights: string[], sirens: string[], speaker?: string, speech?: string}} Related */

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

/** Whether the state of an entity of the camera is shown. @param {EntityRegistryDisplayEntry} entity */
export const isShown = ({ entity_id, translation_key = "" }) =>
  /^(light|media_player|siren)\./.test(entity_id) ||
  (/^(button|select)\./.test(entity_id) && /^(home|preset)(_of_channel)?$/.test(translation_key));

/** Find the entities of a camera that exist for this user. Ids can't be built: they hold the area, and are renamed. @param {Hass} hass @param {string} entity @returns {Related} */
export const relatedOf = (hass, entity) => {
  const own = hass.entities[entity];
  const all = /** @type {EntityRegistryDisplayEntry[]} */ (Object.values(hass.entities)).filter(
    (each) =>
      own?.device_id && each.device_id === own.device_id && each.platform === "netrex" && hass.states[each.entity_id],
  );
  const of = (/** @type {string} */ domain) => all.filter((each) => each.entity_id.startsWith(`${domain}.`));
  // A channel's own entities are called after it, those of the camera's first picture are not.
  const isFirst = !own?.name || of("camera").length === 1;
  /** @param {string} domain @param {string} key */
  const moving = (domain, key) =>
    of(domain).find(({ translation_key, name }) =>
      isFirst ? translation_key === key : translation_key === `${key}_of_channel` && name?.startsWith(`${own.name} `),
    )?.entity_id;
  const idsOf = (/** @type {string} */ domain) => of(domain).map((each) => each.entity_id);
  return {
    home: moving("button", "home"),
    preset: moving("select", "preset"),
    lights: idsOf("light"),
    sirens: idsOf("siren"),
    speaker: idsOf("media_player")[0],
    speech: Object.keys(hass.states).find((each) => each.startsWith("tts.")),
  };
};

export class Controls {
  #camera;
  /** @type {Related} */
  #related = { lights: [], sirens: [] };
  #timer = 0;
  #isLong = false;
  #armed = "";
  buttons = make("div", { class: "buttons" });
  pad = make("div", { class: "pad", hidden: true });
  speech = make("form", { class: "speech", hidden: true, submit: (/** @type {Event} */ event) => this.#speak(event) });

  /** @param {CameraOfCard} camera */
  constructor(camera) {
    this.#camera = camera;
  }

  /** @param {Related} related */
  #offer(related) {
    const { say } = this.#camera.words;
    const { home, lights, sirens, speaker } = related;
    const click = () => this.#togglePad(move);
    const move = iconButton("mdi:arrow-all", say("card.move"), { click, "aria-pressed": "false" });
    this.buttons.replaceChildren(
      ...(home ? [move] : []),
      ...lights.map((each) => this.#button(each, "light", () => this.act("light", "toggle", {}, each))),
      ...sirens.map((each) => this.#button(each, "siren", () => this.#sound(each))),
      ...(speaker ? [iconButton("mdi:account-voice", say("card.speak"), { click: () => this.#openSpeech() })] : []),
    );
    this.#fillPad();
    const label = say("card.speak_text");
    this.speech.replaceChildren(
      make("input", { name: "text", placeholder: label, "aria-label": label, maxlength: "500", autocomplete: "off" }),
      iconButton("mdi:send", say("card.send"), { type: "submit" }),
    );
    if (!home) this.pad.hidden = true;
  }

  /** Offer what there is, and show its states. @param {Related} related */
  update(related) {
    const isOther = JSON.stringify(related) !== JSON.stringify(this.#related);
    this.#related = related;
    if (isOther) this.#offer(related);
    const { states } = this.#camera.hass;
    for (const each of this.buttons.querySelectorAll("[data-entity]")) {
      const state = states[/** @type {HTMLElement} */ (each).dataset.entity ?? ""]?.state;
      each.setAttribute("aria-pressed", String(state === "on"));
      each.toggleAttribute("disabled", !state || state === "unavailable");
    }
    const select = this.pad.querySelector("select");
    const preset = states[this.#related.preset ?? ""];
    if (!select || !preset) return;
    const options = ["", .../** @type {string[]} */ (preset.attributes.options ?? [])];
    if (options.join("\n") !== [...select.options].map((each) => each.value).join("\n")) {
      select.replaceChildren(
        ...options.map((each) => make("option", { value: each }, each || this.#camera.words.say("card.preset"))),
      );
    }
    select.value = options.includes(preset.state) ? preset.state : "";
  }

  /** Do something; a refusal is told. @param {string} domain @param {string} action @param {object} data @param {string} entity */
  async act(domain, action, data, entity) {
    try {
      await this.#camera.hass.callService(domain, action, data, { entity_id: entity }, false);
      return true;
    } catch (error) {
      this.#camera.tell(/** @type {any} */ (error).message ?? "");
      fire(this.buttons, "haptic", "failure");
      return false;
    }
  }

  /** @param {string} entity @param {string} kind @param {() => void} click */
  #button(entity, kind, click) {
    const { states, entities } = this.#camera.hass;
    const shown = ICONS[entities[entity]?.translation_key ?? ""] ?? ICONS[kind] ?? "";
    const label = String(states[entity]?.attributes.friendly_name ?? entity);
    return iconButton(shown, label, { click, "data-entity": entity, "aria-pressed": "false" });
  }

  /** A siren is not for a finger that slips. @param {string} entity */
  #sound(entity) {
    const isOn = this.#camera.hass.states[entity]?.state === "on";
    if (isOn || this.#armed === entity) {
      this.#armed = "";
      this.#camera.tell("");
      this.act("siren", isOn ? "turn_off" : "turn_on", {}, entity);
      return;
    }
    this.#armed = entity;
    this.#camera.tell(this.#camera.words.say("card.siren_again"));
    setTimeout(() => {
      if (this.#armed !== entity) return;
      this.#armed = "";
      this.#camera.tell("");
    }, CONFIRM_WITHIN);
  }

  // --- speech --------------------------------------------------------------------------------------

  #openSpeech() {
    const { speaker = "", speech } = this.#related;
    const announces = Number(this.#camera.hass.states[speaker]?.attributes.supported_features) & ANNOUNCES;
    if (!speech || !announces) {
      // Its own dialog has the sounds that lie in the camera.
      fire(this.buttons, "hass-more-info", { entityId: speaker });
      return;
    }
    this.speech.hidden = !this.speech.hidden;
    if (!this.speech.hidden) this.speech.querySelector("input")?.focus();
  }

  /** @param {Event} event */
  async #speak(event) {
    event.preventDefault();
    const input = this.speech.querySelector("input");
    const { speaker, speech = "" } = this.#related;
    if (!input?.value.trim()) return;
    const data = { media_player_entity_id: speaker, message: input.value.trim() };
    if (await this.act("tts", "speak", data, speech)) input.value = "";
  }

  // --- movement ------------------------------------------------------------------------------------

  /** @param {HTMLElement} button */
  #togglePad(button) {
    this.pad.hidden = !this.pad.hidden;
    button.setAttribute("aria-pressed", String(!this.pad.hidden));
    this.stop();
  }

  #fillPad() {
    const { say } = this.#camera.words;
    const { home, preset } = this.#related;
    /** @param {string} shown @param {string} key @param {Record<string, number>} speeds */
    const arrow = (shown, key, speeds) => {
      const begin = (/** @type {Event} */ event) => {
        event.preventDefault();
        this.#begin(speeds);
      };
      return iconButton(shown, say(key), {
        pointerdown: begin,
        pointerup: this.stop,
        pointercancel: this.stop,
        pointerleave: this.stop,
        blur: this.stop,
        contextmenu: (/** @type {Event} */ event) => event.preventDefault(),
        keydown: (/** @type {KeyboardEvent} */ event) => (event.key === "Enter" || event.key === " ") && begin(event),
        keyup: this.stop,
      });
    };
    const choose = (/** @type {Event} */ event) => {
      const option = /** @type {HTMLSelectElement} */ (event.target).value;
      if (option && preset) this.act("select", "select_option", { option }, preset);
    };
    this.pad.replaceChildren(
      arrow("mdi:magnify-minus-outline", "card.zoom_out", { zoom: -SPEED }),
      arrow("mdi:chevron-up", "card.up", { tilt: SPEED }),
      arrow("mdi:magnify-plus-outline", "card.zoom_in", { zoom: SPEED }),
      arrow("mdi:chevron-left", "card.left", { pan: -SPEED }),
      iconButton("mdi:home", say("card.home"), { click: () => home && this.act("button", "press", {}, home) }),
      arrow("mdi:chevron-right", "card.right", { pan: SPEED }),
      arrow("mdi:chevron-down", "card.down", { tilt: -SPEED }),
      ...(preset ? [make("select", { "aria-label": say("card.preset"), change: choose })] : []),
    );
  }

  /** @param {Record<string, number>} speeds */
  #begin(speeds) {
    if (this.#timer) return;
    const go = async (/** @type {number} */ duration) => {
      if (!(await this.act("netrex", "ptz_move", { movement: "continuous", ...speeds, duration }, this.#camera.entity)))
        this.stop();
    };
    const goOn = () => {
      this.#isLong = true;
      go(SAFE);
      this.#timer = window.setTimeout(goOn, AGAIN);
    };
    go(SHORT);
    this.#timer = window.setTimeout(goOn, HELD);
  }

  /** End a movement that goes on while a button is held. A short one ends by itself. */
  stop = () => {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#isLong) this.act("netrex", "ptz_move", { movement: "stop" }, this.#camera.entity);
    this.#isLong = false;
  };
}
