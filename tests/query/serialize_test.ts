import assert from "node:assert/strict";
import { BSON } from "bson";
import { parseFilter } from "../../src/query/filter.ts";
import { serialize } from "../../src/query/serialize.ts";
import { bson, CONTEXT } from "./table.ts";

Deno.test("filters as explain shows them", () => {
  const rows: [unknown, unknown][] = [
    [{}, {}],
    [{ a: 1 }, { a: { $eq: 1 } }],
    [{ a: { $gt: 1, $lt: 5 } }, { $and: [{ a: { $lt: 5 } }, { a: { $gt: 1 } }] }],
    [{ b: 1, a: 1 }, { $and: [{ a: { $eq: 1 } }, { b: { $eq: 1 } }] }],
    [{ a: { $ne: 1 } }, { a: { $not: { $eq: 1 } } }],
    [{ a: { $nin: [1] } }, { a: { $not: { $in: [1] } } }],
    [{ a: { $exists: false } }, { a: { $not: { $exists: true } } }],
    [{ $or: [{ a: 1 }, { b: { $in: [1, 2] } }] }, {
      $or: [{ a: { $eq: 1 } }, { b: { $in: [1, 2] } }],
    }],
    [{ a: { $in: [3, 1, 3, "x"] } }, { a: { $in: [1, 3, "x"] } }],
    [{ $nor: [{ a: 1 }] }, { $nor: [{ a: { $eq: 1 } }] }],
    [{ a: /x/i }, { a: { $regex: "x", $options: "i" } }],
    [{ a: { $type: "string" } }, { a: { $type: [2] } }],
    [{ a: { $size: 2 } }, { a: { $size: 2 } }],
    [{ a: { $mod: [4, 1] } }, { a: { $mod: [4, 1] } }],
    [{ a: { $bitsAllSet: 5 } }, { a: { $bitsAllSet: [0, 2] } }],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, {
      a: { $elemMatch: { $and: [{ b: { $eq: 1 } }, { c: { $eq: 2 } }] } },
    }],
    [{ a: { $elemMatch: { $gt: 1, $ne: 3 } } }, {
      a: { $elemMatch: { $gt: 1, $not: { $eq: 3 } } },
    }],
    [{ a: { $all: [1, 2] } }, { $and: [{ a: { $eq: 1 } }, { a: { $eq: 2 } }] }],
    [{ a: { $not: { $gt: 1, $lt: 5 } } }, {
      $nor: [{ $and: [{ a: { $lt: 5 } }, { a: { $gt: 1 } }] }],
    }],
    [{ $expr: { $eq: ["$a", 1] } }, { $expr: { $eq: ["$a", 1] } }],
    [{ $comment: "x", a: 1 }, { a: { $eq: 1 } }],
    [{ $alwaysFalse: 1 }, { $alwaysFalse: 1 }],
    [{ $jsonSchema: { required: ["a"] } }, { $jsonSchema: { required: ["a"] } }],
  ];
  for (const [filter, expected] of rows) {
    const text = BSON.deserialize(serialize(parseFilter(bson(filter), CONTEXT)));
    assert.deepEqual(text, expected);
  }
});
