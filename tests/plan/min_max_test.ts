import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { intervalTexts } from "../../src/index/interval.ts";
import { checkHintForMinMax, minMaxRange } from "../../src/plan/min_max.ts";
import { bson, index } from "./fixture.ts";

const AB = index({ a: 1, b: -1 });
const code = (expected: number) => (error: unknown) =>
  error instanceof CommandError && error.code === expected;

Deno.test("minMaxRange shows its ends per field and orders them by the index", () => {
  const range = minMaxRange(AB, bson({ a: 1, b: 5 }), bson({ a: 1, b: 2 }), "d.c");
  assert.deepEqual(
    range.bounds.map(({ intervals, descending }) => intervalTexts(intervals, descending)[0]),
    ["[1, 1)", "[5, 2)"],
  );
});

Deno.test("minMaxRange takes one end alone", () => {
  assert.equal(minMaxRange(AB, undefined, bson({ a: 1, b: 2 }), "d.c").low.length, 0);
  assert.deepEqual([...minMaxRange(AB, bson({ a: 1, b: 2 }), undefined, "d.c").high], [255]);
});

Deno.test("minMaxRange refuses other fields and ends in the wrong order", () => {
  assert.throws(() => minMaxRange(AB, bson({ b: 1, a: 1 }), undefined, "d.c"), code(51174));
  assert.throws(() => minMaxRange(AB, bson({ a: 1 }), undefined, "d.c"), code(51174));
  assert.throws(
    () => minMaxRange(AB, bson({ a: 2, b: 1 }), bson({ a: 1, b: 1 }), "d.c"),
    code(51175),
  );
  assert.throws(
    () => minMaxRange(AB, bson({ a: 1, b: 1 }), bson({ a: 1, b: 1 }), "d.c"),
    code(51175),
  );
});

Deno.test("min and max need a hint, and not a natural one", () => {
  assert.throws(() => checkHintForMinMax(undefined, "d.c"), code(51173));
  assert.throws(() => checkHintForMinMax({ natural: 1 }, "d.c"), code(291));
  checkHintForMinMax({ index: AB }, "d.c");
});
