// What leads through the days beside the line: the row with days and events, the kinds to choose from, and the pictures.

import { h, icon, iconButton, memo } from "./dom.js";
import { colorOf, iconOf, KINDS } from "./kinds.js";
import * as time from "./time.js";

/** Pictures that are in the row at most. */
const MOST = 120;

/** @param {View} view */
export const dayBar = (view) => {
  const { config, day, line, moment, words } = view;
  const { say } = words;
  const { day: shown, today } = day;
  const go = (/** @type {number} */ days) => () => view.showDay(time.shiftDay(shown, days));
  const change = (/** @type {any} */ { target }) => target.value && view.showDay(target.value);
  const pick = (/** @type {any} */ { currentTarget }) => currentTarget.previousSibling.showPicker?.();
  const live = { type: "button", click: view.goLive, "aria-pressed": moment === null };
  return h(
    "div.days",
    {},
    iconButton("mdi:chevron-left", say("card.previous_day"), go(-1)),
    h(
      "div.day",
      {},
      h("input", { type: "date", tabindex: "-1", "aria-hidden": true, max: today, ".value": shown, change }),
      h("button", { type: "button", title: say("card.choose_day"), click: pick }, words.day(shown, today)),
    ),
    iconButton("mdi:chevron-right", say("card.next_day"), go(1), { disabled: shown >= today }),
    h("span.space"),
    iconButton("mdi:magnify-plus-outline", say("card.zoom"), line.zoom, { class: { zoom: true } }),
    iconButton("mdi:skip-previous", say("card.previous_event"), () => view.step(-1)),
    iconButton("mdi:skip-next", say("card.next_event"), () => view.step(1)),
    h(
      "button.chip.to-live",
      live,
      icon("mdi:record-circle-outline"),
      say(config.view === false || config.live === false ? "card.now" : "card.live"),
    ),
  );
};

/** Which kinds of events are shown: chosen by the configuration, and among those by the person, who finds the choice again. */
export class Filter {
  #view;
  #key;
  #found = memo();
  /** @type {readonly string[]} */
  #chosen = [];
  /** @type {string[]} */
  #offered = [];

  /** @param {View} view */
  constructor(view) {
    this.#view = view;
    this.#key = `netrex-card:${view.entity}`;
    try {
      this.#chosen = KINDS.filter((each) => localStorage.getItem(this.#key)?.includes(`"${each}"`));
    } catch {
      // Some browsers keep nothing.
    }
  }

  /** What of a day is shown. @param {readonly Episode[]} [episodes] @returns {readonly Episode[]} */
  of(episodes) {
    return this.#found([episodes, this.#chosen], () => {
      const among = this.#view.config.kinds?.length ? this.#view.config.kinds : KINDS;
      const has = (/** @type {readonly string[]} */ kinds) => (/** @type {Episode} */ episode) =>
        episode.kinds.some((each) => kinds.includes(each));
      const found = episodes?.filter(has(among)) ?? [];
      const present = found.flatMap((each) => each.kinds).filter((each) => among.includes(each));
      this.#offered = KINDS.filter((each) => present.includes(each) || this.#chosen.includes(each));
      return this.#chosen.length ? found.filter(has(this.#chosen)) : found;
    });
  }

  get part() {
    const { say, kind: nameOf } = this.#view.words;
    const hidden = this.#offered.length < 2 && !this.#chosen.length;
    const chips = this.#offered.map((kind) => {
      const looks = { type: "button", "data-kind": kind, style: `--kind: ${colorOf(kind)}` };
      const chosen = { click: () => this.#choose(kind), "aria-pressed": this.#chosen.includes(kind) };
      return h("button.chip", { key: kind, ...looks, ...chosen }, icon(iconOf(kind)), nameOf(kind));
    });
    return h("div.chips", { role: "group", "aria-label": say("card.filter"), hidden }, chips);
  }

  /** @param {string} kind */
  #choose(kind) {
    const others = this.#chosen.filter((each) => each !== kind);
    this.#chosen = others.length < this.#chosen.length ? others : [...others, kind];
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#chosen));
    } catch {
      // It holds for this page.
    }
    this.#view.draw();
  }
}

/** The pictures of a day's events in a row: those nearest to the finger are in sight. */
export class Thumbs {
  #view;
  /** Those that are in the row. @type {readonly Episode[]} */
  #shown = [];
  /** What is made of them, by their ids. @type {Map<string, ReturnType<typeof memo>>} */
  #made = new Map();
  /** Those whose picture can't be shown. @type {WeakSet<Episode>} */
  #broken = new WeakSet();
  #near = "";
  #centered = "";

  /** @param {View} view */
  constructor(view) {
    this.#view = view;
  }

  /** Follow the day once its line is on the screen: pictures take longer. */
  update() {
    const { episodes, current, at } = this.#view;
    const shown = time.around(episodes, current?.start ?? at, MOST);
    const isOther = shown.length !== this.#shown.length || shown.some((each, index) => each !== this.#shown[index]);
    if (isOther) {
      this.#shown = shown;
      this.#made = new Map(shown.map(({ id }) => [id, this.#made.get(id) ?? memo()]));
      this.#view.draw();
    }
    this.#center();
  }

  get part() {
    const { current, at, line, stage, words } = this.#view;
    const near = (line.pointed === null && current) || time.nearest(this.#shown, line.pointed ?? at);
    this.#near = near?.id ?? "";
    const thumbs = this.#shown.map((each) => {
      const isCurrent = each.id === current?.id;
      const states = [each, this.#broken.has(each), each.id === this.#near, isCurrent, isCurrent && stage.isBusy];
      return this.#made.get(each.id)?.(states, () => this.#thumb(each, isCurrent, isCurrent && stage.isBusy));
    });
    const given = { role: "group", "aria-label": words.say("card.events"), hidden: !thumbs.length };
    return h("div.thumbs", given, thumbs);
  }

  /** @param {Episode} episode @param {boolean} isCurrent @param {boolean} busy */
  #thumb(episode, isCurrent, busy) {
    const { hass, words } = this.#view;
    const { id: key, kinds, scenarios, start, picture, ongoing } = episode;
    const title = [words.kinds(kinds), ...scenarios].join(", ");
    const states = { "aria-current": isCurrent || undefined, "aria-busy": busy || undefined };
    const given = {
      ...{ key, type: "button", title, "aria-label": `${words.exact(start)}, ${title}`, ...states },
      class: { near: key === this.#near, ongoing, busy },
      style: `--kind: ${colorOf(kinds[0])}`,
      click: () => this.#view.playEpisode(episode),
    };
    const sign = icon(iconOf(kinds[0]));
    const error = () => {
      this.#broken.add(episode);
      this.#view.draw();
    };
    const image = { alt: "", loading: "lazy", decoding: "async", src: hass.hassUrl(`${picture}&width=320`), error };
    const shown = picture && !this.#broken.has(episode) ? h("img", image) : sign;
    return h("button.thumb", given, shown, h("span", {}, sign, words.time(start)));
  }

  /** Bring the nearest one to the middle. */
  #center() {
    const wanted = `${this.#near} ${this.#view.width}`;
    if (wanted === this.#centered) return;
    const row = this.#view.element.querySelector(".thumbs");
    const near = /** @type {HTMLElement | null | undefined} */ (row?.querySelector(".near"));
    if (!row?.clientWidth || !near) return;
    this.#centered = wanted;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const left = near.offsetLeft - (row.clientWidth - near.offsetWidth) / 2;
    row.scrollTo({ left, behavior: isCalm ? "auto" : "smooth" });
  }
}
