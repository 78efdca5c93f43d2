import assert from "node:assert/strict";
import { sizeOf, StateMemory } from "../../../src/aggregation/accumulators/memory.ts";
import { MISSING } from "../../../src/bson/value.ts";
import { DEFAULT_MEMORY_LIMITS } from "../../../src/stream/memory_limits.ts";
import { throwsCode } from "../../expression/evaluation.ts";

for (
  const [name, limit, text] of [
    ["$push", { pushBytes: 100 }, " Used: 101 bytes."],
    ["$addToSet", { addToSetBytes: 100 }, " Used: 101 bytes."],
    ["$concatArrays", { concatArraysBytes: 100 }, " Used: 101 bytes."],
    ["$setUnion", { setUnionBytes: 100 }, " Used: 101 bytes."],
    ["$topN", { topBytes: 100 }, ""],
    ["$percentile", { topBytes: 100 }, ""],
  ] as const
) {
  Deno.test(`${name} that outgrows its limit is refused (146), and counts in its stage's meter`, () => {
    const meter = { bytes: 10, limits: { ...DEFAULT_MEMORY_LIMITS, ...limit } };
    const memory = new StateMemory(name, meter);
    memory.add(60);
    memory.add(-20);
    assert.equal(meter.bytes, 50);
    throwsCode(
      () => memory.add(61),
      146,
      `${name} used too much memory and cannot spill to disk.${text} Memory limit: 100 bytes`,
    );
  });
}

Deno.test("sizes grow with the values", () => {
  assert.ok(sizeOf("x".repeat(100)) > sizeOf("x"));
  assert.ok(sizeOf([1, 2, 3]) > sizeOf([1]));
  assert.ok(sizeOf(new Map([["a", "x".repeat(50)]])) > sizeOf(new Map()));
  assert.equal(sizeOf(MISSING), sizeOf(null));
});
