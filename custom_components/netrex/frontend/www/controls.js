// What else a camera has: it moves, and has lights, a siren and a speaker.

import { fire, h, iconButton, Part } from "./dom.js";

/** Milliseconds after which a press is one that holds on, and between two orders to go on. */
const HELD = 300;
const AGAIN = 1500;
/** Seconds that a camera moves for a short press, and after an order if no other comes: Netrex stops it then. */
const SHORT = 0.4;
const SAFE = 3;
const SPEED = 50;

export class Controls extends Part {
  /** @type {Related} */
  #related = { lights: [], sirens: [] };
  #timer = 0;
  #isLong = false;
  #isMoving = false;
  #isSpeaking = false;

  /** Find out what there is. Entities can't be told by their ids, which are renamed. */
  async ask() {
    const { draw, hass, entity, isAwake } = this.view;
    if (!isAwake) return;
    this.#related = await hass.callWS({ type: "netrex/controls", entity_id: entity }).catch(() => this.#related);
    const { preset, lights, sirens } = this.#related;
    this.view.watched = [entity, preset ?? "", ...lights, ...sirens];
    draw();
  }

  /** Do something; Home Assistant says what is refused. @param {string} domain @param {string} action @param {object} data @param {string | null} [entity_id] */
  #act(domain, action, data, entity_id) {
    return this.view.hass.callService(domain, action, data, { entity_id }).catch(() => null);
  }

  get buttons() {
    const { say } = this.view.words;
    const { home, lights, sirens, speaker } = this.#related;
    const move = { "aria-pressed": this.#isMoving, disabled: this.view.playing.moment !== null };
    return h("div.buttons", {}, [
      home && iconButton("mdi:arrow-all", say("card.move"), this.#toggleMoving, move),
      lights.map((each) => this.#switch(each, false)),
      sirens.map((each) => this.#switch(each, true)),
      speaker && iconButton("mdi:account-voice", say("card.speak"), this.#toggleSpeaking),
    ]);
  }

  /** @param {string} entity @param {boolean} isLoud whether to ask first: it is not for a finger that slips */
  #switch(entity, isLoud) {
    const { element, hass, words } = this.view;
    const stateObj = hass.states[entity];
    const name = String(stateObj?.attributes.friendly_name ?? entity);
    const isOn = stateObj?.state === "on";
    const confirmation = isLoud && !isOn && { text: words.say("card.turn_on", { name }) };
    const config = { entity, tap_action: { action: "toggle", confirmation } };
    const click = () => fire(element, "hass-action", { action: "tap", config });
    const disabled = (stateObj?.state ?? "unavailable") === "unavailable";
    const sign = h("ha-state-icon", { ".hass": hass, ".stateObj": stateObj, "aria-hidden": true });
    return iconButton(sign, name, click, { key: entity, "data-entity": entity, "aria-pressed": isOn, disabled });
  }

  // --- speech --------------------------------------------------------------------------------------

  #toggleSpeaking = () => {
    const { speaker: entityId, speech } = this.#related;
    this.#isSpeaking = Boolean(speech) && !this.#isSpeaking;
    // Its own dialog has the sounds that lie in the camera.
    if (!speech) fire(this.view.element, "hass-more-info", { entityId });
    this.view.draw();
    // Once it is there.
    if (this.#isSpeaking) queueMicrotask(() => this.view.element.querySelector("input")?.focus());
  };

  get speech() {
    const { say } = this.view.words;
    const text = { placeholder: say("card.speak_text"), "aria-label": say("card.speak_text"), maxlength: 500 };
    return h("form.speech", { hidden: !this.#isSpeaking, submit: this.#speak }, [
      h("input", { name: "text", autocomplete: "off", ...text }),
      iconButton("mdi:send", say("card.send"), undefined, { type: "submit" }),
    ]);
  }

  #speak = async (/** @type {any} */ event) => {
    event.preventDefault();
    const { text } = event.target.elements;
    const { speaker, speech } = this.#related;
    const data = { media_player_entity_id: speaker, message: text.value.trim() };
    if (data.message && (await this.#act("tts", "speak", data, speech))) text.value = "";
  };

  // --- movement ------------------------------------------------------------------------------------

  #toggleMoving = () => {
    this.#isMoving = !this.#isMoving;
    this.stop();
    this.view.draw();
  };

  get pad() {
    const { say } = this.view.words;
    const { home, preset } = this.#related;
    return h("div.pad", { hidden: !home || !this.#isMoving }, [
      this.#arrow("mdi:magnify-minus-outline", say("card.zoom_out"), { zoom: -SPEED }),
      this.#arrow("mdi:chevron-up", say("card.up"), { tilt: SPEED }),
      this.#arrow("mdi:magnify-plus-outline", say("card.zoom_in"), { zoom: SPEED }),
      this.#arrow("mdi:chevron-left", say("card.left"), { pan: -SPEED }),
      iconButton("mdi:home", say("card.home"), () => this.#act("button", "press", {}, home)),
      this.#arrow("mdi:chevron-right", say("card.right"), { pan: SPEED }),
      this.#arrow("mdi:chevron-down", say("card.down"), { tilt: -SPEED }),
      preset && this.#presets(preset),
    ]);
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

  #presets(/** @type {string} */ entity) {
    const { state = "", attributes } = this.view.hass.states[entity] ?? {};
    const options = /** @type {string[]} */ (attributes?.options ?? []);
    const label = this.view.words.say("card.preset");
    const change = (/** @type {any} */ { target: { value: option } }) =>
      option && this.#act("select", "select_option", { option }, entity);
    const offered = ["", ...options].map((value) => h("option", { ".value": value }, value || label));
    return h("select", { "aria-label": label, change, ".value": options.includes(state) ? state : "" }, offered);
  }

  #begin(/** @type {Record<string, number>} */ speeds) {
    if (this.#timer) return;
    const move = async (/** @type {number} */ duration) => {
      const data = { movement: "continuous", ...speeds, duration };
      if (!(await this.#act("netrex", "ptz_move", data, this.view.entity))) this.stop();
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
    if (this.#timer && this.#isLong) this.#act("netrex", "ptz_move", { movement: "stop" }, this.view.entity);
    [this.#timer, this.#isLong] = [0, false];
  };
}
