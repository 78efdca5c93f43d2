import assert from "node:assert/strict";
import { intervalTexts } from "../../src/index/interval.ts";
import { boundIndex } from "../../src/plan/index_bounds.ts";
import { collectPredicates, conjunctsOf } from "../../src/plan/predicates.ts";
import { expressionOf, index } from "./fixture.ts";

function bounds(
  pattern: Record<string, 1 | -1>,
  filter: Record<string, unknown>,
  multikey?: number[],
) {
  const predicates = collectPredicates(conjunctsOf(expressionOf(filter)));
  return boundIndex(
    index(pattern, multikey === undefined ? {} : { multikey }),
    predicates,
    undefined,
  );
}

const texts = (found: ReturnType<typeof bounds>): string[] =>
  found.fields.map(({ intervals }) => intervalTexts(intervals).join(" "));

Deno.test("boundIndex counts points, bounded fields and what bounds answer", () => {
  const found = bounds({ a: 1, b: 1, c: 1 }, { a: 1, b: { $in: [1, 2] }, c: { $gt: 1 }, d: 5 });
  assert.deepEqual(texts(found), ["[1, 1]", "[1, 1] [2, 2]", "(1, inf.0]"]);
  assert.equal(found.pointFields, 2);
  assert.equal(found.boundedFields, 3);
  assert.equal(found.ranges.length, 2);
  assert.deepEqual([...found.covered].sort(), [0, 1, 2]);
});

Deno.test("boundIndex has a field behind a range tested on keys", () => {
  const found = bounds({ a: 1, b: 1 }, { a: { $gt: 1 }, b: 2 });
  assert.deepEqual([...found.covered], [0, 1]);
  assert.equal(found.ranges.length, 1);
  assert.ok(found.keyBounds !== undefined);
  assert.equal(bounds({ a: 1, b: 1 }, { a: 1, b: { $gt: 2 } }).keyBounds, undefined);
  assert.equal(bounds({ a: 1, b: 1 }, { a: { $gt: 1 }, b: { $in: [] } }).ranges.length, 0);
});

Deno.test("boundIndex uses one predicate of a field on an array path, the narrowest", () => {
  const found = bounds({ a: 1 }, { $and: [{ a: { $gt: 1 } }, { a: 5 }, { a: { $lt: 9 } }] }, [1]);
  assert.deepEqual(texts(found), ["[5, 5]"]);
  assert.deepEqual([...found.covered], [1]);
});

Deno.test("boundIndex ties predicates of one $elemMatch together, not those of two", () => {
  const one = bounds({ "d.x": 1 }, { d: { $elemMatch: { x: { $gt: 1, $lt: 5 } } } }, [1]);
  assert.deepEqual(texts(one), ["(1, 5)"]);
  const two = bounds(
    { "d.x": 1 },
    { $and: [{ d: { $elemMatch: { x: { $gt: 1 } } } }, { d: { $elemMatch: { x: { $lt: 5 } } } }] },
    [1],
  );
  assert.deepEqual(texts(two), ["(1, inf.0]"]);
  assert.equal(two.covered.size, 0);
});

Deno.test("boundIndex does not tie an array below the $elemMatch", () => {
  const found = bounds({ "d.x": 1 }, { d: { $elemMatch: { x: { $gt: 1, $lt: 5 } } } }, [3]);
  assert.deepEqual(texts(found), ["(1, inf.0]"]);
});
