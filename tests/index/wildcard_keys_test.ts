import assert from "node:assert/strict";
import { UNDEFINED } from "../../src/bson/value.ts";
import { compareKeys, encodeKey } from "../../src/index/key_encoding.ts";
import type { IndexField } from "../../src/index/key_paths.ts";
import { pathKey, WildcardKeyGenerator } from "../../src/index/wildcard_keys.ts";
import { WildcardPaths } from "../../src/index/wildcard_paths.ts";
import { type Literal, raw, rawValue } from "../bson/literal.ts";

const ALL: readonly IndexField[] = [{ path: "$**", direction: 1 }];

function generator(fields = ALL, place = 0): WildcardKeyGenerator {
  return new WildcardKeyGenerator(fields, place, new WildcardPaths(fields[place].path));
}

function expectedKeys(rows: ReadonlyArray<readonly Literal[]>): Uint8Array[] {
  return rows.map((values) => encodeKey(values.map(rawValue))).sort(compareKeys);
}

const ROWS: ReadonlyArray<readonly [Record<string, Literal>, Literal[][], boolean]> = [
  [{ _id: 1, a: 5 }, [["a", 5]], false],
  [{ a: { b: { c: "x" } }, d: null }, [["a.b.c", "x"], ["d", null]], false],
  [{ a: {}, b: [] }, [["a", {}], ["b", UNDEFINED]], true],
  [{ a: [1, { b: 2 }, 1, {}] }, [["a", 1], ["a", {}], ["a.b", 2]], true],
  [{ a: [[1, 2], [{ b: 1 }], []] }, [["a", [1, 2]], ["a", [{ b: 1 }]], ["a", []]], true],
  [{ a: [{ b: [{ c: 1 }, 2] }] }, [["a.b", 2], ["a.b.c", 1]], true],
  [{ "a.b": 1 }, [["a.b", 1]], false],
  [{ _id: { x: 1 } }, [], false],
  [{}, [], false],
];

for (const [document, rows, multikey] of ROWS) {
  Deno.test(`wildcard keys of ${JSON.stringify(document)}`, () => {
    const set = generator().keys(raw(document));
    assert.deepEqual(set.keys, expectedKeys(rows));
    assert.equal(set.multikey, multikey);
    assert.deepEqual(set.multikeyParts, [multikey ? 1 : 0]);
  });
}

Deno.test("compound: the other fields stand before and behind every path", () => {
  const fields: IndexField[] = [
    { path: "t", direction: 1 },
    { path: "a.$**", direction: 1 },
    { path: "z", direction: 1 },
  ];
  const set = generator(fields, 1).keys(raw({ t: [1, 2], a: { b: 5, c: 6 }, d: 0 }));
  assert.deepEqual(
    set.keys,
    expectedKeys([[1, "a.b", 5, null], [1, "a.c", 6, null], [2, "a.b", 5, null], [
      2,
      "a.c",
      6,
      null,
    ]]),
  );
  assert.deepEqual(set.multikeyParts, [1, 0, 0]);
  assert.deepEqual(generator(fields, 1).keys(raw({ t: 1 })).keys, []);
});

Deno.test("pathKey is the key of the string", () => {
  assert.deepEqual(pathKey("a.b"), encodeKey([rawValue("a.b")]));
  assert.equal(generator().scalarKey(), null);
});
