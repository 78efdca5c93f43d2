// Plans as text, one row per rule: [indexes, question, plan]. The answers themselves are checked by tests/fuzz/plan_law.ts.

import assert from "node:assert/strict";
import { planQuery } from "../../src/plan/choose.ts";
import type { PlannerIndex } from "../../src/plan/planner_index.ts";
import { filterOf, index, plan, planText, type Question } from "./fixture.ts";

const A = index({ a: 1 });
const AB = index({ a: 1, b: 1 });
const A_DESCENDING_B = index({ a: 1, b: -1 });
const ABC = index({ a: 1, b: 1, c: 1 });
const B = index({ b: 1 });
const UNIQUE = index({ u: 1 }, { unique: true });
const SPARSE = index({ a: 1 }, { sparse: true });
const PARTIAL = index({ a: 1 }, { partial: { b: { $gt: 5 } } });
const MULTIKEY = index({ a: 1 }, { multikey: [1] });
const MULTIKEY_A_OF_AB = index({ a: 1, b: 1 }, { multikey: [1, 0] });
const MULTIKEY_NESTED = index({ "d.x": 1, "d.y": 1 }, { multikey: [1, 1] });
const SPEC = new Uint8Array([5, 0, 0, 0, 0]);
const ALL = "[MinKey, MaxKey]";

const ROWS: readonly (readonly [PlannerIndex[], Question, string])[] = [
  // Bounds.
  [[B], { filter: { a: 5 } }, "COLLSCAN"],
  [[A], { filter: { a: 5 } }, "FETCH > IXSCAN a_1 [5, 5]"],
  [[A], { filter: { a: { $gt: 5, $lte: 9 } } }, "FETCH > IXSCAN a_1 (5, 9]"],
  [[A], { filter: { a: { $in: [7, 3, 5] } } }, "FETCH > IXSCAN a_1 [3, 3] [5, 5] [7, 7]"],
  [[A], { filter: { $or: [{ a: 1 }, { a: 2 }] } }, "FETCH > IXSCAN a_1 [1, 1] [2, 2]"],
  [[A], { filter: { a: { $ne: 5 } } }, "FETCH > IXSCAN a_1 [MinKey, 5) (5, MaxKey]"],
  [[A], { filter: { $nor: [{ a: 5 }] } }, "FETCH > IXSCAN a_1 [MinKey, 5) (5, MaxKey]"],
  [[A], { filter: { a: { $exists: true } } }, `FETCH+filter > IXSCAN a_1 ${ALL}`],
  [[A], { filter: { a: /^ab/ } }, 'FETCH > IXSCAN a_1 ["ab", "ac") [/^ab/, /^ab/]'],
  [[A], { filter: { a: { $gt: 5, $lt: 3 } } }, "FETCH > IXSCAN a_1 "],
  [[AB], { filter: { a: 5, b: { $lt: 3 } } }, "FETCH > IXSCAN a_1_b_1 [5, 5] | [-inf.0, 3)"],
  [
    [AB],
    { filter: { a: { $gt: 5 }, b: 3 } },
    "FETCH > IXSCAN a_1_b_1 (5, inf.0] | [3, 3]",
  ],
  [[AB], { filter: { a: 5, c: 1 } }, `FETCH+filter > IXSCAN a_1_b_1 [5, 5] | ${ALL}`],
  [
    [A_DESCENDING_B],
    { filter: { a: 1, b: { $gte: 2, $lt: 4 } } },
    "FETCH > IXSCAN a_1_b_-1 [1, 1] | (4, 2]",
  ],
  // Choice.
  [[A, AB], { filter: { a: 5, b: 3 } }, "FETCH > IXSCAN a_1_b_1 [5, 5] | [3, 3]"],
  [[A, UNIQUE], { filter: { a: 5, u: 7 } }, "FETCH+filter > IXSCAN u_1 [7, 7]"],
  [[A, B], { filter: { a: { $gt: 5 } }, sort: { b: 1 } }, `FETCH+filter > IXSCAN b_1 ${ALL}`],
  [
    [A, B],
    { filter: { a: 5 }, sort: { b: 1 }, skip: 2, limit: 10 },
    "SKIP 2 > SORT limit 12 > FETCH > IXSCAN a_1 [5, 5]",
  ],
  // Order.
  [[A], { sort: { a: 1 } }, `FETCH > IXSCAN a_1 ${ALL}`],
  [[A], { sort: { a: -1 } }, "FETCH > IXSCAN a_1 backward [MaxKey, MinKey]"],
  [[AB], { sort: { a: 1, b: -1 } }, "SORT > COLLSCAN"],
  [
    [A_DESCENDING_B],
    { sort: { a: -1, b: 1 } },
    `FETCH > IXSCAN a_1_b_-1 backward [MaxKey, MinKey] | ${ALL}`,
  ],
  [
    [AB],
    { filter: { a: 5 }, sort: { b: -1 } },
    "FETCH > IXSCAN a_1_b_1 backward [5, 5] | [MaxKey, MinKey]",
  ],
  [
    [ABC],
    { filter: { a: 5, c: { $gt: 1 } }, sort: { b: 1 }, limit: 3 },
    `LIMIT 3 > FETCH > IXSCAN a_1_b_1_c_1 [5, 5] | ${ALL} | (1, inf.0]`,
  ],
  [
    [AB],
    { filter: { a: { $in: [1, 2] } }, sort: { b: 1 } },
    `FETCH > SORT_MERGE > (IXSCAN a_1_b_1 [1, 1] | ${ALL}; IXSCAN a_1_b_1 [2, 2] | ${ALL})`,
  ],
  [
    [AB],
    { filter: { a: { $in: [1, 2] } }, sort: { a: 1, b: 1 } },
    `FETCH > IXSCAN a_1_b_1 [1, 1] [2, 2] | ${ALL}`,
  ],
  // Arrays.
  [[MULTIKEY], { filter: { a: { $gt: 5, $lt: 9 } } }, "FETCH+filter > IXSCAN a_1 (5, inf.0]"],
  [
    [MULTIKEY],
    { filter: { a: { $elemMatch: { $gt: 5, $lt: 9 } } } },
    "FETCH+filter > IXSCAN a_1 (5, 9)",
  ],
  [[MULTIKEY], { sort: { a: 1 } }, `FETCH > IXSCAN a_1 ${ALL}`],
  [
    [MULTIKEY],
    { filter: { a: { $gt: 1 } }, sort: { a: 1 } },
    "SORT > FETCH > IXSCAN a_1 (1, inf.0]",
  ],
  [
    [MULTIKEY_NESTED],
    { filter: { "d.x": 1, "d.y": 2 } },
    `FETCH+filter > IXSCAN d.x_1_d.y_1 [1, 1] | ${ALL}`,
  ],
  [
    [MULTIKEY_NESTED],
    { filter: { d: { $elemMatch: { x: 1, y: 2 } } } },
    "FETCH+filter > IXSCAN d.x_1_d.y_1 [1, 1] | [2, 2]",
  ],
  [
    [MULTIKEY_A_OF_AB],
    { filter: { a: 1, b: { $gt: 2, $lt: 5 } } },
    "FETCH > IXSCAN a_1_b_1 [1, 1] | (2, 5)",
  ],
  // $or by branches.
  [
    [A, B],
    { filter: { $or: [{ a: 1 }, { b: 2 }] } },
    "FETCH > OR > (IXSCAN a_1 [1, 1]; IXSCAN b_1 [2, 2])",
  ],
  [
    [A, B],
    { filter: { $or: [{ a: 1, c: 1 }, { b: 2 }] } },
    "FETCH > OR > (FETCH+filter > IXSCAN a_1 [1, 1]; IXSCAN b_1 [2, 2])",
  ],
  [[A], { filter: { $or: [{ a: 1 }, { b: 2 }] } }, "COLLSCAN"],
  // Indexes that do not hold every document.
  [[SPARSE], { filter: { a: 5 } }, "FETCH > IXSCAN a_1 [5, 5]"],
  [[SPARSE], { sort: { a: 1 } }, "SORT > COLLSCAN"],
  [[PARTIAL], { filter: { a: 5 } }, "COLLSCAN"],
  [[PARTIAL], { filter: { a: 5, b: 9 } }, "FETCH+filter > IXSCAN a_1 [5, 5]"],
  [[index({ a: 1 }, { isUsable: false })], { filter: { a: 5 } }, "COLLSCAN"],
  // A collation the index does not have.
  [[index({ a: 1 }, { collation: { locale: "de" } })], { filter: { a: "x" } }, "COLLSCAN"],
  [
    [index({ a: 1 }, { collation: { locale: "de" } })],
    { filter: { a: 5 } },
    "FETCH > IXSCAN a_1 [5, 5]",
  ],
  // Said by the client.
  [[A], { filter: { a: 5 }, hint: { natural: -1 } }, "COLLSCAN backward"],
  [[A], { sort: { $natural: -1 } }, "COLLSCAN backward"],
  [[A, B], { filter: { a: 5 }, hint: { index: B } }, `FETCH+filter > IXSCAN b_1 ${ALL}`],
  [[], { filter: { _id: 5 } }, "EXPRESS_IXSCAN"],
  [[A], { filter: { a: 5 }, returnKey: true }, "RETURN_KEY > FETCH > IXSCAN a_1 [5, 5]"],
  [
    [{ ...A, keepsTypes: true }],
    { filter: { a: 5 }, returnKey: true, limit: 3 },
    "LIMIT 3 > RETURN_KEY > IXSCAN a_1 [5, 5]",
  ],
  [
    [{ ...A, keepsTypes: true }],
    { filter: { a: 5 }, sort: { z: 1 }, returnKey: true },
    "RETURN_KEY > SORT > FETCH > IXSCAN a_1 [5, 5]",
  ],
  [[A], { filter: { b: 5 }, returnKey: true }, "RETURN_KEY > COLLSCAN"],
  // Comparisons of $expr span all types; on array paths they have no bounds.
  [[A], { filter: { $expr: { $lt: ["$a", 5] } } }, "FETCH+filter > IXSCAN a_1 [MinKey, 5)"],
  [
    [AB],
    { filter: { a: 1, $expr: { $and: [{ $gte: ["$b", 2] }, { $gt: ["x", "$b"] }] } } },
    'FETCH+filter > IXSCAN a_1_b_1 [1, 1] | [2, "x")',
  ],
  [[index({ a: 1 }, { multikey: [1] })], { filter: { $expr: { $lt: ["$a", 5] } } }, "COLLSCAN"],
  [
    [A],
    { filter: { a: 5 }, projection: { spec: SPEC, isSimple: true }, skip: 1, limit: 2 },
    "LIMIT 2 > PROJECTION_SIMPLE > SKIP 1 > FETCH > IXSCAN a_1 [5, 5]",
  ],
];

for (const [indexes, question, expected] of ROWS) {
  const names = indexes.map(({ name }) => name).join(", ");
  Deno.test(`plan of ${JSON.stringify(question)} with [${names}] is ${expected}`, () => {
    assert.equal(planText(plan(indexes, question).root), expected);
  });
}

Deno.test("7.25 $exists false never uses a sparse index unless hinted", () => {
  const filter = { a: { $exists: false } };
  assert.equal(planText(plan([SPARSE], { filter }).root), "COLLSCAN");
  assert.match(planText(plan([SPARSE], { filter, hint: { index: SPARSE } }).root), /IXSCAN a_1/);
});

Deno.test("a collection that does not exist gives EOF", () => {
  const chosen = planQuery(undefined, { filter: filterOf({ a: 1 }) });
  assert.equal(chosen.root.stage, "EOF");
  assert.equal(chosen.summary, "EOF");
});

Deno.test("rejected plans are those of the other usable indexes", () => {
  const chosen = plan([A, AB], { filter: { a: 5, b: 3 } });
  assert.equal(chosen.summary, "IXSCAN { a: 1, b: 1 }");
  assert.deepEqual(chosen.rejected.map(planText), ["FETCH+filter > IXSCAN a_1 [5, 5]"]);
});

Deno.test("a plan is the same every time", () => {
  const indexes = [A, B, AB, ABC];
  const question = { filter: { a: { $gt: 1 }, b: { $gt: 1 } }, sort: { c: 1 } };
  const texts = Array.from({ length: 5 }, () => planText(plan(indexes, question).root));
  assert.equal(new Set(texts).size, 1);
});
