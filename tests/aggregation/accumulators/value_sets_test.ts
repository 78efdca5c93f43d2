import assert from "node:assert/strict";
import { ValueSets } from "../../../src/aggregation/accumulators/value_sets.ts";
import { parseCollation } from "../../../src/bson/collation.ts";
import { encodeValue } from "../../../src/bson/encode.ts";
import type { BsonValue } from "../../../src/bson/value.ts";
import { bson } from "../fixture.ts";

function isNew(sets: ValueSets, set: number, value: BsonValue): boolean {
  const { bytes, type, at } = encodeValue(value);
  return sets.add(set, bytes, type, at) > 0;
}

Deno.test("sets share a table and know nothing of each other", () => {
  const sets = new ValueSets(undefined);
  const numbers = Array.from({ length: 300 }, () => sets.begin());
  const values: BsonValue[] = [1, "a", null, [1], "x".repeat(500), 2.5];
  for (const value of values) {
    for (const set of numbers) assert.ok(isNew(sets, set, value));
    for (const set of numbers) assert.ok(!isNew(sets, set, value));
  }
  assert.ok(!isNew(sets, numbers[7], 1n));
  assert.ok(isNew(sets, numbers[7], "1"));
});

Deno.test("strings that a collation calls equal are one value", () => {
  const sets = new ValueSets(parseCollation(bson({ locale: "en", strength: 2 })));
  const [first, second] = [sets.begin(), sets.begin()];
  assert.ok(isNew(sets, first, "a"));
  assert.ok(!isNew(sets, first, "A"));
  assert.ok(isNew(sets, second, "A"));
});
