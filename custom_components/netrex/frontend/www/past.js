// What leads through the days beside the line: the row with days and events, the kinds to choose from, and the pictures.

import { h, icon, iconButton, memo } from "./dom.js";
import { colorOf, iconOf, KINDS } from "./kinds.js";
import { nearest, shiftDay } from "./time.js";

/** Pictures of a third of the row. */
const STEP = 120;

/** @param {View} view */
export const dayBar = ({ config, day, line, playing, showDay, step, words }) => {
  const { say } = words;
  const today = day.today();
  const go = (/** @type {number} */ days) => () => showDay(shiftDay(day.day, days));
  const change = (/** @type {any} */ { target }) => target.value && showDay(target.value);
  const pick = (/** @type {any} */ { currentTarget }) => currentTarget.previousSibling.showPicker?.();
  // Netrex answers about no day before.
  const days = { min: "2012-01-01", max: today, ".value": day.day, change };
  const live = { type: "button", click: playing.goLive, "aria-pressed": playing.moment === null };
  const zoom = say(line.isWidest() ? "card.whole_day" : "card.zoom");
  const isStill = config.view === false || config.live === false;
  return h("div.days", {}, [
    iconButton("mdi:chevron-left", say("card.previous_day"), go(-1)),
    h("div.day", {}, [
      h("input", { type: "date", tabindex: "-1", "aria-hidden": true, ...days }),
      h("button", { type: "button", title: say("card.choose_day"), click: pick }, words.day(day.day, today)),
    ]),
    iconButton("mdi:chevron-right", say("card.next_day"), go(1), { disabled: day.day >= today }),
    h("span.space"),
    iconButton(`mdi:magnify-${line.isWidest() ? "minus" : "plus"}-outline`, zoom, line.zoom, { class: { zoom: true } }),
    iconButton("mdi:skip-previous", say("card.previous_event"), () => step(-1)),
    iconButton("mdi:skip-next", say("card.next_event"), () => step(1)),
    h("button.chip.to-live", live, [icon("mdi:record-circle-outline"), say(isStill ? "card.now" : "card.live")]),
  ]);
};

/** What the browser keeps; some keep nothing, and say so. @param {string} key @param {string} [value] to keep instead */
const remembered = (key, value) => {
  try {
    if (value) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

/** @type {readonly Episode[]} */
const NONE = [];

/** @type {(view: View) => Filter} */
export const filterOf = (view) => {
  const key = `netrex-card:${view.entity}`;
  const found = memo();
  let chosen = KINDS.filter((each) => remembered(key)?.includes(`"${each}"`));

  const having = (/** @type {readonly string[]} */ wanted) => (/** @type {Episode} */ episode) =>
    episode.kinds.some((each) => wanted.includes(each));
  const choose = (/** @type {string} */ kind) => {
    chosen = chosen.includes(kind) ? chosen.filter((each) => each !== kind) : [...chosen, kind];
    remembered(key, JSON.stringify(chosen));
    view.draw();
  };

  /** @type {Filter} */
  const self = {
    of: (episodes = NONE) =>
      found([episodes, chosen], () => {
        const among = view.config.kinds?.length ? view.config.kinds : KINDS;
        const all = episodes.filter(having(among));
        const isThere = (/** @type {string} */ kind) => among.includes(kind) && all.some(having([kind]));
        const offered = KINDS.filter((each) => isThere(each) || chosen.includes(each));
        return { offered, episodes: chosen.length ? all.filter(having(chosen)) : all };
      }),
    part() {
      const { day, words } = view;
      const { offered } = self.of(day.answer?.episodes);
      const hidden = offered.length < 2 && !chosen.length;
      const chips = offered.map((kind) => {
        const looks = { type: "button", key: kind, "data-kind": kind, style: `--kind: ${colorOf(kind)}` };
        const given = { ...looks, click: () => choose(kind), "aria-pressed": chosen.includes(kind) };
        return h("button.chip", given, [icon(iconOf(kind)), words.kind(kind)]);
      });
      return h("div.chips", { role: "group", "aria-label": words.say("card.filter"), hidden }, chips);
    },
  };
  return self;
};

/** @type {(view: View) => Thumbs} */
export const thumbsOf = (view) => {
  const row = memo();
  /** Those whose marks are on the screen. */
  let episodes = NONE;
  let near = "";
  let centered = "";

  const thumb = (/** @type {Episode} */ episode) => {
    const { hass, playing, words } = view;
    const { id: key, kinds, scenarios, start, picture, ongoing } = episode;
    const title = [words.kinds(kinds), ...scenarios].join(", ");
    const isCurrent = key === playing.episode?.id;
    const busy = isCurrent && playing.isBusy;
    const states = { "aria-current": isCurrent || undefined, "aria-busy": busy || undefined };
    const given = { key, type: "button", title, "aria-label": `${words.exact(start)}, ${title}`, ...states };
    const looks = { class: { near: key === near, ongoing, busy }, style: `--kind: ${colorOf(kinds[0])}` };
    // When this is drawn again, it is tried again.
    const error = (/** @type {any} */ { target }) => target.remove();
    const image = { src: hass.hassUrl(`${picture}&width=320`), alt: "", loading: "lazy", decoding: "async", error };
    const sign = icon(iconOf(kinds[0]));
    return h("button.thumb", { ...given, ...looks, click: () => playing.playEpisode(episode) }, [
      sign,
      picture && h("img", image),
      h("span", {}, sign, words.time(start)),
    ]);
  };

  return {
    settle() {
      const { draw, element } = view;
      if (!element.isConnected) return;
      if (episodes !== view.episodes()) draw();
      episodes = view.episodes();
      const thumbs = element.querySelector(".thumbs");
      const middle = /** @type {HTMLElement | null | undefined} */ (thumbs?.querySelector(".near"));
      const wanted = `${near} ${thumbs?.clientWidth}`;
      if (!thumbs?.clientWidth || !middle || wanted === centered) return;
      thumbs.scrollLeft = middle.offsetLeft - (thumbs.clientWidth - middle.offsetWidth) / 2;
      centered = wanted;
    },
    part() {
      const { line, playing, words } = view;
      const wanted = line.pointed ?? line.middle();
      const current = wanted === null && episodes.find((each) => each.id === playing.episode?.id);
      near = (current || nearest(episodes, wanted ?? playing.at()))?.id ?? "";
      return row([episodes, near, playing.episode, playing.isBusy, line.pointed !== null], () => {
        // In steps: while the finger moves, few come and go.
        const step = Math.floor(episodes.findIndex((each) => each.id === near) / STEP);
        const shown = episodes.slice(Math.max(0, step - 1) * STEP, (step + 2) * STEP);
        const given = { role: "group", "aria-label": words.say("card.events"), hidden: !shown.length };
        return h("div.thumbs", { ...given, class: { pointed: line.pointed !== null } }, shown.map(thumb));
      });
    },
  };
};
