import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { getField, type RawValue } from "../../src/bson/read.ts";
import { metaKey, normalizedMeta } from "../../src/timeseries/meta.ts";

const valueOf = (m: unknown): RawValue => getField(new Uint8Array(BSON.serialize({ m })), "m")!;

function shown(value: RawValue): unknown {
  const { bytes, type, at } = value;
  if (type !== 3 && type !== 4) return BSON.deserialize(bytes).m;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getInt32(at, true);
  return BSON.deserialize(bytes.subarray(at, at + length));
}

/** [two values, same group?] */
const CASES: readonly (readonly [unknown, unknown, boolean])[] = [
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: { d: 1, c: 2 } }, { a: { c: 2, d: 1 } }, true],
  [[{ d: 1, c: 2 }], [{ c: 2, d: 1 }], true],
  [[1, 2], [2, 1], false],
  ["a", "b", false],
  [1, "1", false],
  [null, undefined, false],
  [{}, null, false],
];

Deno.test("groups are equal values, whatever the order of their fields", () => {
  for (const [a, b, isSame] of CASES) {
    const key = (value: unknown): string =>
      metaKey(value === undefined ? undefined : normalizedMeta(valueOf(value)));
    assert.equal(key(a) === key(b), isSame, JSON.stringify([a, b]));
  }
});

Deno.test("the stored value has its fields sorted", () => {
  const value = normalizedMeta(valueOf({ b: [{ y: 1, x: 2 }], a: { q: 1, p: 2 } }));
  assert.equal(JSON.stringify(shown(value)), '{"a":{"p":2,"q":1},"b":[{"x":2,"y":1}]}');
  const sorted: Document = { a: 1, b: { c: [3] } };
  const given = valueOf(sorted);
  assert.equal(normalizedMeta(given), given);
});
