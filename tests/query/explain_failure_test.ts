import assert from "node:assert/strict";
import { BSON } from "bson";
import { explainFailure } from "../../src/query/explain_failure.ts";
import { compileQuery } from "../../src/query/filter.ts";
import { bson, CONTEXT } from "./table.ts";

function details(filter: unknown, document: unknown): unknown {
  const { expression, matches } = compileQuery(bson(filter), CONTEXT);
  const bytes = bson(document);
  assert.equal(matches(bytes, 0), false);
  return BSON.deserialize(explainFailure(expression, bytes));
}

const leaf = (operatorName: string, specifiedAs: unknown, reason: string, rest = {}) => ({
  operatorName,
  specifiedAs,
  reason,
  ...rest,
});

const ROWS: [unknown, unknown, unknown][] = [
  [{ a: 1 }, { a: 2 }, leaf("$eq", { a: 1 }, "comparison failed", { consideredValue: 2 })],
  [
    { a: { $lt: 1 } },
    { a: [2, 3] },
    leaf("$lt", { a: { $lt: 1 } }, "comparison failed", { consideredValues: [2, 3] }),
  ],
  [{ a: { $gt: 1 } }, {}, leaf("$gt", { a: { $gt: 1 } }, "field was missing")],
  [
    { a: { $gt: 1 } },
    { a: [] },
    leaf("$gt", { a: { $gt: 1 } }, "comparison failed", { consideredValues: [] }),
  ],
  [
    { a: { $ne: 1 } },
    { a: 1 },
    leaf("$ne", { a: { $ne: 1 } }, "comparison succeeded", { consideredValue: 1 }),
  ],
  [
    { a: { $nin: [1, 2] } },
    { a: 1 },
    leaf("$nin", { a: { $nin: [1, 2] } }, "matching value found in array", {
      consideredValue: 1,
    }),
  ],
  [
    { a: { $exists: true } },
    {},
    leaf("$exists", { a: { $exists: true } }, "path does not exist"),
  ],
  [
    { a: { $exists: false } },
    { a: 1 },
    leaf("$exists", { a: { $exists: false } }, "path does exist"),
  ],
  [
    { a: { $type: "string" } },
    { a: 1 },
    leaf("$type", { a: { $type: "string" } }, "type did not match", {
      consideredValue: 1,
      consideredType: "int",
    }),
  ],
  [
    { a: { $regex: "^x", $options: "i" } },
    { a: 5 },
    leaf("$regex", { a: { $regex: "^x", $options: "i" } }, "type did not match", {
      consideredType: "int",
      expectedTypes: ["regex", "string", "symbol"],
      consideredValue: 5,
    }),
  ],
  [
    { a: { $mod: [2, 1] } },
    { a: 4 },
    leaf("$mod", { a: { $mod: [2, 1] } }, "$mod did not evaluate to expected remainder", {
      consideredValue: 4,
    }),
  ],
  [
    { a: { $size: 1 } },
    { a: [1, 2] },
    leaf("$size", { a: { $size: 1 } }, "array length was not equal to given size", {
      consideredValue: [1, 2],
    }),
  ],
  [
    { a: { $all: [1, 2] } },
    { a: [1] },
    leaf("$all", { a: { $all: [1, 2] } }, "array did not contain all specified values", {
      consideredValue: [1],
    }),
  ],
  [
    { a: { $elemMatch: { b: 1 } } },
    { a: 5 },
    leaf("$elemMatch", { a: { $elemMatch: { b: 1 } } }, "type did not match", {
      consideredType: "int",
      expectedType: "array",
      consideredValue: 5,
    }),
  ],
  [
    { $expr: { $eq: ["$a", 1] } },
    { a: 2 },
    leaf("$expr", { $expr: { $eq: ["$a", 1] } }, "expression did not match", {
      expressionResult: false,
    }),
  ],
  [
    { $alwaysFalse: 1 },
    {},
    leaf("$alwaysFalse", { $alwaysFalse: 1 }, "expression always evaluates to false"),
  ],
];

Deno.test("details of failed query operators", () => {
  for (const [filter, document, expected] of ROWS) {
    assert.deepEqual(details(filter, document), expected);
  }
});

Deno.test("details of logical operators list the clauses at fault", () => {
  const a = leaf("$gt", { a: { $gt: 5 } }, "comparison failed", { consideredValue: 1 });
  assert.deepEqual(details({ a: { $gt: 5 }, b: 1 }, { a: 1, b: 1 }), {
    operatorName: "$and",
    clausesNotSatisfied: [{ index: 0, details: a }],
  });
  assert.deepEqual(details({ $or: [{ b: 1 }, { a: { $gt: 5 } }] }, { a: 1, b: 2 }), {
    operatorName: "$or",
    clausesNotSatisfied: [
      { index: 0, details: leaf("$eq", { b: 1 }, "comparison failed", { consideredValue: 2 }) },
      { index: 1, details: a },
    ],
  });
  assert.deepEqual(details({ $nor: [{ b: 1 }, { a: { $lt: 5 } }] }, { a: 1 }), {
    operatorName: "$nor",
    clausesSatisfied: [{
      index: 1,
      details: leaf("$lt", { a: { $lt: 5 } }, "comparison succeeded", { consideredValue: 1 }),
    }],
  });
  assert.deepEqual(details({ a: { $not: { $lt: 5 } } }, { a: 1 }), {
    operatorName: "$not",
    details: leaf("$lt", { a: { $lt: 5 } }, "comparison succeeded", { consideredValue: 1 }),
  });
  assert.deepEqual(details({ $nor: [{ $jsonSchema: {} }] }, {}), {
    operatorName: "$nor",
    clausesSatisfied: [{
      index: 0,
      details: { operatorName: "$jsonSchema", reason: "schema matched" },
    }],
  });
});
