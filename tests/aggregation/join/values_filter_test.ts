import assert from "node:assert/strict";
import { BSON } from "bson";
import { elements } from "../../../src/bson/read.ts";
import { valuesFilter } from "../../../src/aggregation/join/values_filter.ts";
import { bson } from "../fixture.ts";

function filterOf(values: readonly unknown[]) {
  const raw = [...elements(bson({ values }).slice(0))][0];
  const filter = valuesFilter("f", [...elements(raw.bytes, raw.at)]);
  return filter === undefined ? undefined : BSON.deserialize(filter, { bsonRegExp: false });
}

Deno.test("the filter for a list of values", () => {
  assert.deepEqual(filterOf([5]), { f: { $eq: 5 } });
  assert.deepEqual(filterOf([null, "x"]), { f: { $in: [null, "x"] } });
  assert.deepEqual(filterOf([[1, 2]]), { f: { $eq: [1, 2] } });
  // Regular expressions and documents that look like operators are values, not patterns.
  assert.deepEqual(filterOf([/a/, 1]), { $or: [{ f: { $eq: /a/ } }, { f: { $eq: 1 } }] });
  assert.deepEqual(filterOf([{ $gt: 1 }, 1]), {
    $or: [{ f: { $eq: { $gt: 1 } } }, { f: { $eq: 1 } }],
  });
  assert.equal(valuesFilter("f", [{ bytes: bson({}), type: 6, at: 4 }]), undefined);
  assert.equal(filterOf([]), undefined);
});
