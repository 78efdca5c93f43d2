import assert from "node:assert/strict";
import { sizeOf, StateMemory } from "../../../src/aggregation/accumulators/memory.ts";
import { MISSING } from "../../../src/bson/value.ts";
import { throwsCode } from "../../expression/evaluation.ts";

Deno.test("a state that outgrows its limit is refused (146), and counts in its stage's meter", () => {
  const meter = { bytes: 10 };
  const memory = new StateMemory("$push", meter, 100);
  memory.add(60);
  memory.add(-20);
  assert.equal(meter.bytes, 50);
  throwsCode(
    () => memory.add(61),
    146,
    "$push used too much memory and cannot spill to disk. Memory limit: 100 bytes",
  );
});

Deno.test("sizes grow with the values", () => {
  assert.ok(sizeOf("x".repeat(100)) > sizeOf("x"));
  assert.ok(sizeOf([1, 2, 3]) > sizeOf([1]));
  assert.ok(sizeOf(new Map([["a", "x".repeat(50)]])) > sizeOf(new Map()));
  assert.equal(sizeOf(MISSING), sizeOf(null));
});
