import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { KINDS, nameOf } from "../../custom_components/netrex/frontend/www/kinds.js";

const COMPONENT = new URL("../../custom_components/netrex/", import.meta.url);

/** @param {string} path */
const read = (path) => readFileSync(new URL(path, COMPONENT), "utf8");

test("the kinds are those of episodes, the most important first", () => {
  const body = read("episodes/episode.py").split("class EpisodeKind(StrEnum):")[1]?.split("_BY_IMPORTANCE")[0] ?? "";
  const kinds = [...body.matchAll(/^ {4}[A-Z_]+ = "(\w+)"$/gm)].map((found) => found[1]);
  assert.deepEqual(KINDS, kinds);
});

for (const language of ["en", "cs"]) {
  test(`each kind has a name: ${language}`, () => {
    const texts = JSON.parse(read(`translations/${language}.json`));
    /** @param {string} key */
    const localize = (key) =>
      key
        .split(".")
        .slice(2)
        .reduce((found, part) => found?.[part], texts) ?? "";
    const names = KINDS.map((kind) => nameOf(/** @type {any} */ ({ localize }), kind));
    assert.deepEqual(
      names.filter((name, index) => !name || name === KINDS[index]),
      [],
    );
    assert.equal(new Set(names).size, KINDS.length);
  });
}
