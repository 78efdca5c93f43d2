import assert from "node:assert/strict";
import { isWildcardPath, WildcardPaths } from "../../src/index/wildcard_paths.ts";
import { type Literal, raw } from "../bson/literal.ts";

Deno.test("isWildcardPath", () => {
  assert.deepEqual(
    ["$**", "a.$**", "a", "a$**", "$**.a"].map(isWildcardPath),
    [true, true, false, false, false],
  );
});

const ROWS: ReadonlyArray<readonly [string, Record<string, Literal> | undefined, string, string]> =
  [
    // wildcard, projection, held, not held
    ["$**", undefined, "a a.b c", "_id _id.x"],
    ["a.$**", undefined, "a a.b a.b.c", "ab b _id"],
    ["$**", { a: 1 }, "a a.x", "b _id ab"],
    ["$**", { "a.b": true, c: 1 }, "a.b a.b.x c", "a a.c d"],
    ["$**", { a: { b: 1 } }, "a.b", "a a.c"],
    ["$**", { a: 0 }, "b b.a", "a a.b _id"],
    ["$**", { "a.b": false, _id: 1 }, "_id a a.c", "a.b a.b.c"],
    ["$**", { _id: 1 }, "_id", "a"],
    ["$**", { _id: 1, a: 1 }, "_id a", "b"],
    ["$**", { _id: 0 }, "a", "_id"],
    ["$**", { _id: 0, a: 1 }, "a", "_id b"],
  ];

for (const [wildcard, projection, held, left] of ROWS) {
  Deno.test(`${wildcard} ${JSON.stringify(projection)} holds ${held}`, () => {
    const paths = new WildcardPaths(wildcard, projection && raw(projection));
    for (const path of held.split(" ")) assert.equal(paths.holds(path), true, path);
    for (const path of left.split(" ")) assert.equal(paths.holds(path), false, path);
  });
}

Deno.test("descends and holdsAllBelow", () => {
  const included = new WildcardPaths("$**", raw({ "a.b": 1 }));
  assert.deepEqual(["a", "a.b", "a.b.c", "a.c", "b"].map((path) => included.descends(path)), [
    true,
    true,
    true,
    false,
    false,
  ]);
  assert.equal(included.holdsAllBelow("a.b"), true);
  const excluded = new WildcardPaths("$**", raw({ "a.b": 0 }));
  assert.equal(excluded.holds("a"), true);
  assert.equal(excluded.holdsAllBelow("a"), false);
  assert.equal(excluded.holdsAllBelow("c"), true);
});
