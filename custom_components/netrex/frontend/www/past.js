// What leads through the days beside the line: the row with days and events, the kinds to choose from, and the pictures.

import { center, h, hide, icon, iconButton, memo } from "./dom.js";
import { colorOf, iconOf, KINDS } from "./kinds.js";
import { nearest, shiftDay } from "./time.js";

/** Pictures that are in the row on each side. */
const MOST = 120;

/** @param {View} view */
export const dayBar = ({ config, day, line, playing, showDay, step, words }) => {
  const { say } = words;
  const today = day.today();
  const go = (/** @type {number} */ days) => () => showDay(shiftDay(day.day, days));
  const change = (/** @type {any} */ { target }) => target.value && showDay(target.value);
  const pick = (/** @type {any} */ { currentTarget }) => currentTarget.previousSibling.showPicker?.();
  const input = { type: "date", tabindex: "-1", "aria-hidden": true, max: today, ".value": day.day, change };
  const live = { type: "button", click: playing.goLive, "aria-pressed": playing.moment === null };
  const isStill = config.view === false || config.live === false;
  return h("div.days", {}, [
    iconButton("mdi:chevron-left", say("card.previous_day"), go(-1)),
    h("div.day", {}, [
      h("input", input),
      h("button", { type: "button", title: say("card.choose_day"), click: pick }, words.day(day.day, today)),
    ]),
    iconButton("mdi:chevron-right", say("card.next_day"), go(1), { disabled: day.day >= today }),
    h("span.space"),
    iconButton("mdi:magnify-plus-outline", say("card.zoom"), line.zoom, { class: { zoom: true } }),
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

/** @type {(view: View) => Filter} */
export const filterOf = (view) => {
  const [key, found] = [`netrex-card:${view.entity}`, memo()];
  let chosen = KINDS.filter((each) => remembered(key)?.includes(`"${each}"`));
  let offered = /** @type {string[]} */ ([]);

  const having = (/** @type {readonly string[]} */ wanted) => (/** @type {Episode} */ episode) =>
    episode.kinds.some((each) => wanted.includes(each));
  const choose = (/** @type {string} */ kind) => {
    const others = chosen.filter((each) => each !== kind);
    chosen = others.length < chosen.length ? others : [...others, kind];
    remembered(key, JSON.stringify(chosen));
    view.draw();
  };

  return {
    of: (episodes = []) =>
      found([episodes, chosen], () => {
        const among = view.config.kinds?.length ? view.config.kinds : KINDS;
        const all = episodes.filter(having(among));
        const isThere = (/** @type {string} */ kind) => among.includes(kind) && all.some(having([kind]));
        offered = KINDS.filter((each) => isThere(each) || chosen.includes(each));
        return chosen.length ? all.filter(having(chosen)) : all;
      }),
    part() {
      const { say, kind: nameOf } = view.words;
      const hidden = offered.length < 2 && !chosen.length;
      const chips = offered.map((kind) => {
        const looks = { type: "button", key: kind, "data-kind": kind, style: `--kind: ${colorOf(kind)}` };
        const given = { ...looks, click: () => choose(kind), "aria-pressed": chosen.includes(kind) };
        return h("button.chip", given, [icon(iconOf(kind)), nameOf(kind)]);
      });
      return h("div.chips", { role: "group", "aria-label": say("card.filter"), hidden }, chips);
    },
  };
};

/** @type {(view: View) => Thumbs} */
export const thumbsOf = (view) => {
  const row = memo();
  // Those whose marks are on the screen.
  let episodes = /** @type {readonly Episode[]} */ ([]);
  let [near, centered] = ["", ""];

  const thumb = (/** @type {Episode} */ episode) => {
    const { hass, playing, words } = view;
    const { id: key, kinds, scenarios, start, picture, ongoing } = episode;
    const title = [words.kinds(kinds), ...scenarios].join(", ");
    const isCurrent = key === playing.episode?.id;
    const busy = isCurrent && playing.isBusy;
    const states = { "aria-current": isCurrent || undefined, "aria-busy": busy || undefined };
    const given = { key, type: "button", title, "aria-label": `${words.exact(start)}, ${title}`, ...states };
    const looks = { class: { near: key === near, ongoing, busy }, style: `--kind: ${colorOf(kinds[0])}` };
    const image = { alt: "", loading: "lazy", decoding: "async", error: hide };
    const sign = icon(iconOf(kinds[0]));
    return h("button.thumb", { ...given, ...looks, click: () => playing.playEpisode(episode) }, [
      sign,
      picture && h("img", { src: hass.hassUrl(`${picture}&width=320`), ...image }),
      h("span", {}, sign, words.time(start)),
    ]);
  };

  return {
    update() {
      if (episodes !== view.episodes()) view.draw();
      episodes = view.episodes();
      if (near !== centered && center(".thumbs", view.element.querySelector(".near"))) centered = near;
    },
    part() {
      const { line, playing, words } = view;
      near = ((line.pointed === null && playing.episode) || nearest(episodes, line.pointed ?? playing.at()))?.id ?? "";
      return row([episodes, near, playing.episode, playing.isBusy], () => {
        const index = episodes.findIndex((each) => each.id === near);
        const shown = episodes.slice(Math.max(0, index - MOST), index + MOST);
        const given = { role: "group", "aria-label": words.say("card.events"), hidden: !shown.length };
        return h("div.thumbs", given, shown.map(thumb));
      });
    },
  };
};
