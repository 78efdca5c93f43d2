import assert from "node:assert/strict";
import { boundIndex } from "../../src/plan/index_bounds.ts";
import { collectPredicates, conjunctsOf } from "../../src/plan/predicates.ts";
import { providesSort, providesSortWhenSplit } from "../../src/plan/sort_order.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { bson, expressionOf, index } from "./fixture.ts";

type Pattern = Record<string, 1 | -1>;
type Row = readonly [Pattern, Record<string, unknown>, Pattern, boolean | undefined, number[]?];

const ROWS: readonly Row[] = [
  [{ a: 1 }, {}, { a: 1 }, true],
  [{ a: 1 }, {}, { a: -1 }, false],
  [{ a: -1 }, {}, { a: -1 }, true],
  [{ a: 1, b: 1 }, {}, { b: 1 }, undefined],
  [{ a: 1, b: 1 }, { a: 5 }, { b: 1 }, true],
  [{ a: 1, b: 1 }, { a: 5 }, { a: 1, b: -1 }, false],
  [{ a: 1, b: 1 }, { a: 5 }, { b: -1, a: 1 }, false],
  [{ a: 1, b: 1 }, { a: { $gt: 5 } }, { b: 1 }, undefined],
  [{ a: 1, b: 1, c: 1 }, { b: 5 }, { a: 1, c: 1 }, true],
  [{ a: 1, b: -1 }, {}, { a: 1, b: -1 }, true],
  [{ a: 1, b: -1 }, {}, { a: 1, b: 1 }, undefined],
  [{ a: 1 }, {}, { a: 1, b: 1 }, undefined],
  [{ a: 1 }, {}, { a: 1 }, true, [1]],
  [{ a: 1 }, { a: { $gt: 1 } }, { a: 1 }, undefined, [1]],
  [{ a: 1, b: 1 }, { a: 5 }, { b: 1 }, true, [1, 0]],
  [{ "d.x": 1, "d.y": 1 }, { "d.x": 5 }, { "d.y": 1 }, undefined, [1, 1]],
];

for (const [pattern, filter, sort, expected, multikey] of ROWS) {
  const name = `${JSON.stringify(pattern)} bounded by ${JSON.stringify(filter)} gives ${
    JSON.stringify(sort)
  }: ${expected}${multikey === undefined ? "" : ` (arrays ${multikey})`}`;
  Deno.test(name, () => {
    const of = index(pattern, multikey === undefined ? {} : { multikey });
    const predicates = collectPredicates(conjunctsOf(expressionOf(filter)));
    const { fields } = boundIndex(of, predicates, undefined);
    assert.equal(providesSort(of, fields, parseSort(bson(sort))), expected);
  });
}

Deno.test("a split scan gives the order behind lists of values", () => {
  const of = index({ a: 1, b: 1 });
  const predicates = collectPredicates(conjunctsOf(expressionOf({ a: { $in: [1, 2] } })));
  const { fields } = boundIndex(of, predicates, undefined);
  assert.deepEqual(providesSortWhenSplit(of, fields, parseSort(bson({ b: -1 }))), {
    forward: false,
    splitFields: 1,
  });
  assert.equal(providesSortWhenSplit(of, fields, parseSort(bson({ c: 1 }))), undefined);
});

Deno.test("a sparse index with arrays gives no order: elements without the field have no entries", () => {
  const sort = parseSort(bson({ "d.x": 1 }));
  const given = (multikey: number[] | undefined): boolean | undefined => {
    const sparse = index({ "d.x": 1 }, {
      sparse: true,
      ...(multikey === undefined ? {} : { multikey }),
    });
    return providesSort(sparse, boundIndex(sparse, [], undefined).fields, sort);
  };
  assert.deepEqual([given(undefined), given([1])], [true, undefined]);
});
