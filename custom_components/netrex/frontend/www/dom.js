// What is shown, described as a tree. Elements that stay are kept, so that pictures, players and the focus survive.

/** @type {WeakMap<Node, Described>} what elements were made of */
const drawn = new WeakMap();
const keyOf = (/** @type {any} */ each) => each?.given?.key ?? each?.tag ?? "";

/**
 * Describe an element. Of what is given, `class` says which classes it has besides those of the selector, `key` tells
 * it from its siblings, functions handle the event they are named after, `.name` is a property, and all else attributes.
 * @param {string} selector @param {Given} [given] @param {Content[]} children @returns {Described}
 */
export const h = (selector, given = {}, ...children) => {
  const [tag = "", ...names] = selector.split(".");
  const classes = [...names, ...Object.keys(given.class ?? {}).filter((each) => given.class?.[each])].join(" ");
  return { tag, given: { ...given, class: classes || undefined }, children };
};

/** An icon by its name, or another one. @param {string | Described} shown */
export const icon = (shown) => (typeof shown === "string" ? h("ha-icon", { icon: shown, "aria-hidden": true }) : shown);

/** @param {string | Described} shown an icon @param {string} label @param {(event: any) => void} [click] @param {Given} [given] */
export const iconButton = (shown, label, click, given) =>
  h("button.icon", { type: "button", "aria-label": label, title: label, click, ...given }, icon(shown));

/** Show nothing instead of a picture that can't be loaded. @param {any} event */
export const hide = ({ target }) => target.removeAttribute("src");

/** Keep what is made while what it is made of is the same. @returns {<T>(of: unknown[], make: () => T) => T} */
export const memo = () => {
  let [last, kept] = /** @type {[unknown[], any]} */ ([[], undefined]);
  return (of, make) => {
    if (!last.length || of.some((each, index) => each !== last[index])) [last, kept] = [of, make()];
    return kept;
  };
};

/** Make an element what is described. @param {any} element @param {Described} described */
export const draw = (element, described) => {
  const [before, { given }] = [drawn.get(element), described];
  if (before === described) return;
  drawn.set(element, described);
  drawChildren(element, /** @type {any} */ (described.children.flat(3).filter(Boolean)));
  for (const name of Object.keys({ ...before?.given, ...given })) {
    const [old, value] = [before?.given[name], /** @type {any} */ (given[name])];
    if (name.startsWith(".")) {
      if (element[name.slice(1)] !== value) element[name.slice(1)] = value;
    } else if (name === "key" || old === value) continue;
    // What a handler gives is of no account: `false` would keep the browser from its part, such as going on by Tab.
    else if (typeof (value ?? old) === "function")
      element[`on${name}`] = value && ((/** @type {Event} */ event) => void value(event));
    else if (name.startsWith("aria-") && value !== undefined) element.setAttribute(name, value);
    else if (value === undefined || value === null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : value);
  }
};

const drawChildren = (/** @type {Element} */ parent, /** @type {(Described | string)[]} */ children) => {
  const rest = [...parent.childNodes];
  const nodes = children.map((each) => {
    const index = rest.findIndex((node) => keyOf(drawn.get(node)) === keyOf(each));
    const [known] = index < 0 ? [] : rest.splice(index, 1);
    const node = known ?? (typeof each === "string" ? new Text(each) : document.createElement(each.tag));
    if (typeof each !== "string") draw(node, each);
    else if (node.nodeValue !== each) node.nodeValue = each;
    return node;
  });
  for (const each of rest) {
    each.remove();
    // Or a video's connection and its memory would stay.
    if (each instanceof HTMLVideoElement) each.src = "";
  }
  for (const [index, node] of nodes.entries()) {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  }
};

/** Tell the page something, as its own elements do. @param {HTMLElement} from @param {string} type @param {object} detail */
export const fire = (from, type, detail) =>
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
