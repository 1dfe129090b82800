// Elements in one expression.

/**
 * Make an element: functions become listeners of the event they are named after, all else attributes.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [given]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const make = (tag, given = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
};

/** @param {string} name */
export const icon = (name) => make("ha-icon", { icon: name, "aria-hidden": "true" });

/** A button that shows an icon. @param {string} shown @param {string} label @param {Record<string, any>} [given] */
export const iconButton = (shown, label, given = {}) =>
  make("button", { type: "button", class: "icon", "aria-label": label, title: label, ...given }, icon(shown));

/** Tell the page something, as its own elements do. @param {HTMLElement} from @param {string} type @param {any} detail */
export const fire = (from, type, detail) =>
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
