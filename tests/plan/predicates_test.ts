import assert from "node:assert/strict";
import { collectPredicates, conjunctsOf, residualOf } from "../../src/plan/predicates.ts";
import { expressionOf } from "./fixture.ts";

const paths = (filter: Record<string, unknown>): string[] =>
  collectPredicates(conjunctsOf(expressionOf(filter))).map((
    { path, conjunct, scope, isWholeConjunct },
  ) =>
    `${conjunct}:${path}${scope === undefined ? "" : ` in ${scope.path}`}${
      isWholeConjunct ? "" : " part"
    }`
  );

for (
  const [filter, expected] of [
    [{}, []],
    [{ a: 1, b: { $gt: 1, $lt: 5 } }, ["0:a", "1:b", "2:b"]],
    [{ $and: [{ a: 1 }, { $and: [{ b: 1 }] }] }, ["0:a", "1:b"]],
    [{ d: { $elemMatch: { x: 1, y: 2 } } }, ["0:d.x in d part", "0:d.y in d part"]],
    [{ a: { $elemMatch: { $gt: 1, $lt: 5 } } }, ["0:a in a part", "0:a in a part"]],
    [{ $or: [{ a: 1 }, { a: 2 }] }, ["0:a"]],
    [{ $or: [{ a: 1 }, { b: 2 }] }, []],
    [{ $nor: [{ a: 1 }] }, ["0:a"]],
    [{ $nor: [{ a: 1 }, { b: 1 }] }, ["0:a part", "0:b part"]],
    [{ a: { $not: { $gt: 5 } } }, ["0:a"]],
    [{ $expr: true }, []],
    [{ $expr: { $eq: ["$a.b", 1] } }, ["0:a.b part"]],
    [{ $expr: { $and: [{ $gt: ["$a", 1] }, { $lt: [5, "$b"] }, "$c"] } }, ["0:a part", "0:b part"]],
    [{ $expr: { $or: [{ $gt: ["$a", 1] }, { $lt: ["$a", 0] }] } }, []],
    [{ $expr: { $ne: ["$a", 1] } }, []],
  ] as const
) {
  Deno.test(`predicates of ${JSON.stringify(filter)}`, () =>
    assert.deepEqual(paths(filter), expected));
}

Deno.test("residualOf is the and of what is not covered", () => {
  const conjuncts = conjunctsOf(expressionOf({ a: 1, b: 2, c: 3 }));
  assert.equal(residualOf(conjuncts, new Set([0, 1, 2])), undefined);
  assert.equal(residualOf(conjuncts, new Set([0, 2])), conjuncts[1]);
  assert.deepEqual(residualOf(conjuncts, new Set([1])), {
    kind: "and",
    children: [conjuncts[0], conjuncts[2]],
  });
});
