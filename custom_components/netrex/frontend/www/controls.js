// What else a camera has: it moves, and has lights, a siren and a speaker.

import { fire, h, iconButton } from "./dom.js";

/** Milliseconds after which a press is one that holds on, and between two orders to go on. */
const [HELD, AGAIN] = [300, 1500];
/** Seconds that a camera moves for a short press, and after an order if no other comes: Netrex stops it then; and how fast. */
const [SHORT, SAFE, SPEED] = [0.4, 3, 50];

/** What cameras have, as pages make new cards whenever they are opened. @type {Map<string, Related>} */
const known = new Map();

/** @type {(view: View) => Controls} */
export const controlsOf = (view) => {
  let related = known.get(view.entity) ?? /** @type {Related} */ ({ lights: [], sirens: [] });
  let timer = 0;
  let [isLong, isMoving, isOpen] = [false, false, false];

  /** Do something; Home Assistant says what is refused. @type {(domain: string, action: string, data: object, entity_id?: string | null) => Promise<unknown>} */
  const act = (domain, action, data, entity_id) =>
    view.hass.callService(domain, action, data, { entity_id }).catch(() => null);

  /** Something that is on or off, which it may be asked about: a siren is not for a finger that slips. @type {(entity: string, isAsked: boolean) => Described} */
  const onOff = (entity, isAsked) => {
    const { element, hass, words } = view;
    const stateObj = hass.states[entity];
    const name = String(stateObj?.attributes.friendly_name ?? entity);
    const isOn = stateObj?.state === "on";
    const confirmation = isAsked && !isOn && { text: words.say("card.turn_on", { name }) };
    const config = { entity, tap_action: { action: "toggle", confirmation } };
    const click = () => fire(element, "hass-action", { action: "tap", config });
    const disabled = (stateObj?.state ?? "unavailable") === "unavailable";
    const sign = h("ha-state-icon", { ".hass": hass, ".stateObj": stateObj, "aria-hidden": true });
    return iconButton(sign, name, click, { key: entity, "data-entity": entity, "aria-pressed": isOn, disabled });
  };

  const toggleSpeaking = () => {
    const { speaker: entityId, speech } = related;
    isOpen = Boolean(speech) && !isOpen;
    // Its own dialog has the sounds that lie in the camera.
    if (!speech) fire(view.element, "hass-more-info", { entityId });
    view.draw();
    // Once it is there.
    if (isOpen) queueMicrotask(() => view.element.querySelector("input")?.focus());
  };
  const speak = async (/** @type {any} */ event) => {
    event.preventDefault();
    const { text } = event.target.elements;
    const data = { media_player_entity_id: related.speaker, message: text.value.trim() };
    if (!data.message) return;
    event.submitter.disabled = true;
    if (await act("tts", "speak", data, related.speech)) text.value = "";
    event.submitter.disabled = false;
  };

  const begin = (/** @type {Record<string, number>} */ speeds) => {
    const move = async (/** @type {number} */ duration) => {
      const data = { movement: "continuous", ...speeds, duration };
      if (!(await act("netrex", "ptz_move", data, view.entity))) stop();
    };
    const goOn = () => {
      isLong = true;
      move(SAFE);
      timer = window.setTimeout(goOn, AGAIN);
    };
    if (timer) return;
    move(SHORT);
    timer = window.setTimeout(goOn, HELD);
  };
  // A short movement ends by itself.
  const stop = () => {
    clearTimeout(timer);
    if (timer && isLong) act("netrex", "ptz_move", { movement: "stop" }, view.entity);
    [timer, isLong] = [0, false];
  };
  const toggleMoving = () => {
    isMoving = !isMoving;
    stop();
    view.draw();
  };
  /** @type {(shown: string, label: string, speeds: Record<string, number>) => Described} */
  const arrow = (shown, label, speeds) => {
    const contextmenu = (/** @type {Event} */ event) => event.preventDefault();
    const pointerdown = (/** @type {Event} */ event) => {
      event.preventDefault();
      begin(speeds);
    };
    const keydown = (/** @type {KeyboardEvent} */ event) => ["Enter", " "].includes(event.key) && pointerdown(event);
    const ends = { pointerup: stop, pointercancel: stop, pointerleave: stop, blur: stop, keyup: stop };
    return iconButton(shown, view.words.say(label), undefined, { pointerdown, keydown, contextmenu, ...ends });
  };
  const presets = (/** @type {string} */ entity) => {
    const { state = "", attributes } = view.hass.states[entity] ?? {};
    const options = /** @type {string[]} */ (attributes?.options ?? []);
    const label = view.words.say("card.preset");
    const change = (/** @type {any} */ { target: { value: option } }) =>
      option && act("select", "select_option", { option }, entity);
    const offered = ["", ...options].map((value) => h("option", { ".value": value }, value || label));
    return h("select", { "aria-label": label, change, ".value": options.includes(state) ? state : "" }, offered);
  };

  /** @type {Controls} */
  const self = {
    stop,
    watched: [view.entity],
    async ask() {
      const message = { type: "netrex/controls", entity_id: view.entity };
      if (view.isAwake) related = await view.hass.callWS(message).catch(() => related);
      known.set(view.entity, related);
      self.watched = [view.entity, related.preset ?? "", ...related.lights, ...related.sirens].filter(Boolean);
      view.draw();
    },
    buttons() {
      const { playing, words } = view;
      const move = { "aria-pressed": isMoving, disabled: playing.moment !== null };
      return h("div.buttons", {}, [
        related.home && iconButton("mdi:arrow-all", words.say("card.move"), toggleMoving, move),
        related.lights.map((each) => onOff(each, false)),
        related.sirens.map((each) => onOff(each, true)),
        related.speaker && iconButton("mdi:account-voice", words.say("card.speak"), toggleSpeaking),
      ]);
    },
    speech() {
      const { say } = view.words;
      const text = { placeholder: say("card.speak_text"), "aria-label": say("card.speak_text"), maxlength: 500 };
      return h("form.speech", { hidden: !isOpen, submit: speak }, [
        h("input", { name: "text", autocomplete: "off", ...text }),
        iconButton("mdi:send", say("card.send"), undefined, { type: "submit" }),
      ]);
    },
    pad() {
      const { home, preset } = related;
      return h("div.pad", { hidden: !home || !isMoving }, [
        arrow("mdi:magnify-minus-outline", "card.zoom_out", { zoom: -SPEED }),
        arrow("mdi:chevron-up", "card.up", { tilt: SPEED }),
        arrow("mdi:magnify-plus-outline", "card.zoom_in", { zoom: SPEED }),
        arrow("mdi:chevron-left", "card.left", { pan: -SPEED }),
        iconButton("mdi:home", view.words.say("card.home"), () => act("button", "press", {}, home)),
        arrow("mdi:chevron-right", "card.right", { pan: SPEED }),
        arrow("mdi:chevron-down", "card.down", { tilt: -SPEED }),
        preset && presets(preset),
      ]);
    },
  };
  return self;
};
