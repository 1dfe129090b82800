import assert from "node:assert/strict";
import { test } from "node:test";
import { draw, h, memo } from "../../custom_components/netrex/frontend/www/dom.js";

test("an element has the classes of its selector, and those that hold", () => {
  assert.deepEqual(h("button.chip.to-live", { class: { busy: true, near: false } }).given.class, "chip to-live busy");
  assert.equal(h("span").given.class, undefined);
});

test("what is kept is made again only when what it is made of changes", () => {
  let made = 0;
  const kept = memo();
  const get = (/** @type {unknown} */ of) => kept([of], () => ++made);
  assert.deepEqual([get(1), get(1), get(2), get(1)], [1, 1, 2, 3]);
});

/** As much of a page as is drawn on. */
class Page {
  /** @type {any} */ parent;
  /** @type {any[]} */ childNodes = [];
  /** @type {Record<string, string>} */ attributes = {};
  /** @param {string} [nodeValue] */
  constructor(nodeValue) {
    this.nodeValue = nodeValue;
  }
  remove() {
    this.parent?.childNodes.splice(this.parent.childNodes.indexOf(this), 1);
  }
  /** @param {any} node @param {any} before */
  insertBefore(node, before) {
    node.remove();
    node.parent = this;
    this.childNodes.splice(before ? this.childNodes.indexOf(before) : this.childNodes.length, 0, node);
  }
  /** @param {string} name @param {unknown} value */
  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }
  /** @param {string} name */
  removeAttribute(name) {
    delete this.attributes[name];
  }
}
Object.assign(globalThis, {
  Text: Page,
  HTMLVideoElement: class {},
  document: { createElement: () => new Page() },
});

/** @param {...any} children */
const drawn = (...children) => {
  const page = /** @type {any} */ (new Page());
  draw(page, h("div", {}, children));
  return { page, nodes: [...page.childNodes], again: (/** @type {any[]} */ ...all) => draw(page, h("div", {}, all)) };
};

test("an element that stays is the same one, whatever comes and goes beside it", () => {
  const { page, nodes, again } = drawn(h("b", { key: 1 }), h("b", { key: 2 }), "text", h("b", { key: 3 }));
  again(h("i"), h("b", { key: 2 }), "other", h("b", { key: 4 }), h("b", { key: 3 }));
  assert.deepEqual(
    [1, 2, 4].map((each) => page.childNodes[each] === nodes[each > 2 ? 3 : each]),
    [true, true, true],
  );
  assert.deepEqual([page.childNodes.length, nodes[2].nodeValue], [5, "other"]);
});

test("nothing is left of what an element was before", () => {
  const { nodes, again } = drawn(h("b.old", { click: () => 1, title: "old", hidden: true, "aria-busy": true }));
  again(h("b", { alt: "", hidden: false, "aria-pressed": false, tabindex: 0 }));
  assert.deepEqual(nodes[0].attributes, { alt: "", "aria-pressed": "false", tabindex: "0" });
  assert.equal(nodes[0].onclick ?? null, null);
});

test("a handler that gives false keeps the browser from nothing", () => {
  const { nodes } = drawn(h("b", { keydown: () => false }));
  assert.equal(nodes[0].onkeydown({}), undefined);
});
