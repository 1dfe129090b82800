// What leads through the days beside the line: the row with days and events, the kinds to choose from, and the pictures.

import { center, h, hide, icon, iconButton, memo, Part } from "./dom.js";
import { colorOf, iconOf, KINDS } from "./kinds.js";
import * as time from "./time.js";

/** Pictures that are in the row on each side. */
const MOST = 120;

/** @param {View} view */
export const dayBar = (view) => {
  const { config, day, line, playing, words } = view;
  const { say } = words;
  const go = (/** @type {number} */ days) => () => view.showDay(time.shiftDay(day.day, days));
  const change = (/** @type {any} */ { target }) => target.value && view.showDay(target.value);
  const pick = (/** @type {any} */ { currentTarget }) => currentTarget.previousSibling.showPicker?.();
  const input = { type: "date", tabindex: "-1", "aria-hidden": true, max: day.today, ".value": day.day, change };
  const live = { type: "button", click: playing.goLive, "aria-pressed": playing.moment === null };
  const isStill = config.view === false || config.live === false;
  return h("div.days", {}, [
    iconButton("mdi:chevron-left", say("card.previous_day"), go(-1)),
    h("div.day", {}, [
      h("input", input),
      h("button", { type: "button", title: say("card.choose_day"), click: pick }, words.day(day.day, day.today)),
    ]),
    iconButton("mdi:chevron-right", say("card.next_day"), go(1), { disabled: day.day >= day.today }),
    h("span.space"),
    iconButton("mdi:magnify-plus-outline", say("card.zoom"), line.zoom, { class: { zoom: true } }),
    iconButton("mdi:skip-previous", say("card.previous_event"), () => view.step(-1)),
    iconButton("mdi:skip-next", say("card.next_event"), () => view.step(1)),
    h("button.chip.to-live", live, [icon("mdi:record-circle-outline"), say(isStill ? "card.now" : "card.live")]),
  ]);
};

/** Which kinds of events are shown: chosen by the configuration, and among those by the person, who finds the choice again. */
export class Filter extends Part {
  #key = `netrex-card:${this.view.entity}`;
  #found = memo();
  #chosen = KINDS.filter((each) => remembered(this.#key)?.includes(`"${each}"`));
  /** @type {string[]} */
  #offered = [];

  /** What of a day is shown. @param {readonly Episode[]} [episodes] @returns {readonly Episode[]} */
  of(episodes = []) {
    return this.#found([episodes, this.#chosen], () => {
      const { kinds } = this.view.config;
      const among = kinds?.length ? kinds : KINDS;
      const having = (/** @type {readonly string[]} */ wanted) => (/** @type {Episode} */ episode) =>
        episode.kinds.some((each) => wanted.includes(each));
      const found = episodes.filter(having(among));
      const isThere = (/** @type {string} */ kind) => among.includes(kind) && found.some(having([kind]));
      this.#offered = KINDS.filter((each) => isThere(each) || this.#chosen.includes(each));
      return this.#chosen.length ? found.filter(having(this.#chosen)) : found;
    });
  }

  get part() {
    const { say, kind: nameOf } = this.view.words;
    const hidden = this.#offered.length < 2 && !this.#chosen.length;
    const chips = this.#offered.map((kind) => {
      const looks = { type: "button", key: kind, "data-kind": kind, style: `--kind: ${colorOf(kind)}` };
      const chosen = { click: () => this.#choose(kind), "aria-pressed": this.#chosen.includes(kind) };
      return h("button.chip", { ...looks, ...chosen }, [icon(iconOf(kind)), nameOf(kind)]);
    });
    return h("div.chips", { role: "group", "aria-label": say("card.filter"), hidden }, chips);
  }

  #choose(/** @type {string} */ kind) {
    const others = this.#chosen.filter((each) => each !== kind);
    this.#chosen = others.length < this.#chosen.length ? others : [...others, kind];
    remembered(this.#key, JSON.stringify(this.#chosen));
    this.view.draw();
  }
}

/** What the browser keeps; some keep nothing, and say so. @param {string} key @param {string} [value] to keep instead */
const remembered = (key, value) => {
  try {
    if (value) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

/** The pictures of a day's events in a row: those nearest to the finger are in sight. */
export class Thumbs extends Part {
  #row = memo();
  /** Events of the day as far as the line is on the screen: pictures take longer. @type {readonly Episode[]} */
  #episodes = [];
  #near = "";
  #centered = "";

  update() {
    const { element, episodes } = this.view;
    if (this.#episodes !== episodes) this.view.draw();
    this.#episodes = episodes;
    if (this.#near !== this.#centered && center(".thumbs", element.querySelector(".near"))) this.#centered = this.#near;
  }

  get part() {
    const { line, playing, words } = this.view;
    const near = (line.pointed === null && playing.episode) || time.nearest(this.#episodes, line.pointed ?? playing.at);
    this.#near = near?.id ?? "";
    return this.#row([this.#episodes, this.#near, playing.episode, playing.isBusy], () => {
      const index = this.#episodes.findIndex((each) => each.id === this.#near);
      const shown = this.#episodes.slice(Math.max(0, index - MOST), index + MOST);
      const given = { role: "group", "aria-label": words.say("card.events"), hidden: !shown.length };
      return h(
        "div.thumbs",
        given,
        shown.map((each) => this.#thumb(each)),
      );
    });
  }

  #thumb(/** @type {Episode} */ episode) {
    const { hass, playing, words } = this.view;
    const { id: key, kinds, scenarios, start, picture, ongoing } = episode;
    const title = [words.kinds(kinds), ...scenarios].join(", ");
    const isCurrent = key === playing.episode?.id;
    const busy = isCurrent && playing.isBusy;
    const states = { "aria-current": isCurrent || undefined, "aria-busy": busy || undefined };
    const given = { key, type: "button", title, "aria-label": `${words.exact(start)}, ${title}`, ...states };
    const looks = { class: { near: key === this.#near, ongoing, busy }, style: `--kind: ${colorOf(kinds[0])}` };
    const image = { alt: "", loading: "lazy", decoding: "async", error: hide };
    const sign = icon(iconOf(kinds[0]));
    return h("button.thumb", { ...given, ...looks, click: () => playing.playEpisode(episode) }, [
      sign,
      picture && h("img", { src: hass.hassUrl(`${picture}&width=320`), ...image }),
      h("span", {}, sign, words.time(start)),
    ]);
  }
}
