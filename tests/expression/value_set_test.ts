// The set of values behind set operators and $group.

import assert from "node:assert/strict";
import { Decimal128, Double, ObjectId } from "bson";
import type { BsonValue } from "../../src/bson/value.ts";
import { ValueSet } from "../../src/expression/value_set.ts";

Deno.test("equal values are one element, in order of insertion", () => {
  const set = new ValueSet();
  const id = new ObjectId();
  const values: BsonValue[] = [
    1,
    new Double(1),
    1n,
    Decimal128.fromString("1.0"),
    "1",
    null,
    true,
    id,
    new ObjectId(id.toHexString()),
    [1, "a"],
    [1n, "a"],
    new Map<string, BsonValue>([["x", 1]]),
    new Map<string, BsonValue>([["x", 1n]]),
    new Map<string, BsonValue>([["y", 1]]),
    NaN,
    NaN,
    new Double(-0),
    0,
  ];
  const added = values.map((value) => set.add(value));
  assert.deepEqual(
    added,
    [
      true,
      false,
      false,
      false,
      true,
      true,
      true,
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      true,
      false,
      true,
      false,
    ],
  );
  assert.equal(set.size, 10);
  assert.equal(set.has([1, "a"]), true);
  assert.equal(set.has([1, "b"]), false);
});
