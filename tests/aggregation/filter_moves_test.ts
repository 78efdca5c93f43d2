import assert from "node:assert/strict";
import { type Document } from "bson";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import { serialize } from "../../src/query/serialize.ts";
import { documentText } from "../../src/bson/json.ts";
import { contextOf, pipelineOf } from "./fixture.ts";

/** Names of the stages, filters with their text. */
function order(stages: readonly Document[]): string[] {
  return parsePipeline(pipelineOf(stages), contextOf()).map(({ name, front }) =>
    front?.kind === "match" ? documentText(serialize(front.filter.expression)) : name
  );
}

for (
  const [stage, filter, expected] of [
    [{ $sort: { a: 1 } }, { b: 1 }, ["{ b: { $eq: 1 } }", "$sort"]],
    [{ $addFields: { b: 1 } }, { a: 1 }, ["{ a: { $eq: 1 } }", "$addFields"]],
    [{ $addFields: { b: 1 } }, { b: 1 }, ["$addFields", "{ b: { $eq: 1 } }"]],
    [{ $addFields: { "b.c": 1 } }, { "b.d": 1 }, ["$addFields", "{ b.d: { $eq: 1 } }"]],
    [{ $addFields: { b: 1 } }, { a: 1, b: 2 }, [
      "{ a: { $eq: 1 } }",
      "$addFields",
      "{ b: { $eq: 2 } }",
    ]],
    [{ $project: { a: 1, b: "$c" } }, { a: 1, b: 2, d: 3 }, [
      "{ $and: [ { a: { $eq: 1 } }, { c: { $eq: 2 } } ] }",
      "$project",
      "{ d: { $eq: 3 } }",
    ]],
    [{ $project: { b: "$a" } }, { "b.x": { $gt: 1 }, $or: [{ b: 1 }, { _id: 2 }] }, [
      "{ $and: [ { $or: [ { _id: { $eq: 2 } }, { a: { $eq: 1 } } ] }, { a.x: { $gt: 1 } } ] }",
      "$project",
    ]],
    [{ $project: { b: "$a.c" } }, { b: 1 }, ["$project", "{ b: { $eq: 1 } }"]],
    [{ $project: { _id: 0, a: 1 } }, { _id: 1 }, ["$project", "{ _id: { $eq: 1 } }"]],
    [{ $unset: "a" }, { a: null }, ["$unset", "{ a: { $eq: null } }"]],
    [{ $unset: "a" }, { b: null }, ["{ b: { $eq: null } }", "$unset"]],
    [{ $unwind: "$a" }, { b: 1 }, ["{ b: { $eq: 1 } }", "$unwind"]],
    [{ $unwind: "$a" }, { "a.x": 1 }, ["$unwind", "{ a.x: { $eq: 1 } }"]],
    [{ $unwind: { path: "$a", includeArrayIndex: "i" } }, { i: 1 }, [
      "$unwind",
      "{ i: { $eq: 1 } }",
    ]],
    [{ $addFields: { b: 1 } }, { $expr: { $gt: ["$a", 1] } }, [
      '{ $expr: { $gt: [ "$a", 1 ] } }',
      "$addFields",
    ]],
    [{ $limit: 1 }, { a: 1 }, ["$limit", "{ a: { $eq: 1 } }"]],
    [{ $group: { _id: "$a" } }, { _id: 1 }, ["$group", "{ _id: { $eq: 1 } }"]],
    [{ $replaceRoot: { newRoot: "$a" } }, { b: 1 }, ["$replaceRoot", "{ b: { $eq: 1 } }"]],
  ] as readonly (readonly [Document, Document, readonly string[]])[]
) {
  Deno.test(`${JSON.stringify(filter)} behind ${JSON.stringify(stage)}`, () => {
    assert.deepEqual(order([stage, { $match: filter }]), expected);
  });
}

Deno.test("what reads the whole document, or is random, stays", () => {
  const rest = [{ $expr: { $eq: ["$$ROOT", 1] } }, { $sampleRate: 0.5 }, {
    $jsonSchema: { required: ["a"] },
  }];
  for (const filter of rest) {
    const [first] = order([{ $addFields: { b: 1 } }, { $match: filter }]);
    assert.equal(first, "$addFields");
  }
});
