import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { encodeValue } from "../../src/bson/encode.ts";
import type { RawValue } from "../../src/bson/read.ts";
import { HashedKeyGenerator } from "../../src/index/hashed_keys.ts";
import { encodeKey } from "../../src/index/key_encoding.ts";
import { type Literal, raw, rawValue } from "../bson/literal.ts";

/** A hash that tells what was hashed: the type of the value. */
function typeHash(value: RawValue | undefined): RawValue {
  return encodeValue(BigInt(value?.type ?? -1));
}

const HASHED_IN_THE_MIDDLE = [
  { path: "a", direction: 1 },
  { path: "h.x", direction: 1 },
  { path: "b", direction: -1 },
] as const;

Deno.test("the hashed field is the hash, the others are values", () => {
  const generator = new HashedKeyGenerator(HASHED_IN_THE_MIDDLE, 1, typeHash);
  const rows: ReadonlyArray<readonly [Record<string, Literal>, Literal[]]> = [
    [{ a: 1, h: { x: "s" }, b: 2 }, [1, 2, 2]],
    [{ a: 1, h: 5, b: 2 }, [1, -1, 2]],
    [{ h: { x: null } }, [null, 10, null]],
    [{ h: { x: NaN } }, [null, 1, null]],
    [{}, [null, -1, null]],
  ];
  for (const [document, values] of rows) {
    const expected = encodeKey(values.map(rawValue), [false, false, true]);
    assert.deepEqual(generator.keys(raw(document)).keys, [expected]);
    assert.equal(generator.keys(raw(document)).multikey, false);
  }
});

Deno.test("sparse leaves out documents without any field", () => {
  const generator = new HashedKeyGenerator(HASHED_IN_THE_MIDDLE, 1, typeHash, { sparse: true });
  assert.deepEqual(generator.keys(raw({ c: 1 })).keys, []);
  assert.equal(generator.keys(raw({ b: 1 })).keys.length, 1);
});

Deno.test("arrays are refused wherever they are", () => {
  const generator = new HashedKeyGenerator(HASHED_IN_THE_MIDDLE, 1, typeHash);
  for (
    const [document, path] of [
      [{ h: { x: [] } }, "h.x"],
      [{ h: [{ x: 1 }] }, "h.x"],
      [{ a: [1], h: [] }, "a"],
      [{ b: [[]] }, "b"],
    ] as const
  ) {
    assert.throws(
      () => generator.keys(raw(document as unknown as Record<string, Literal>)),
      (error) =>
        error instanceof CommandError && error.code === 16766 &&
        error.message === "hashed indexes do not currently support array values. " +
            `Found array at path: ${path}`,
    );
  }
});
