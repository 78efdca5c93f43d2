import assert from "node:assert/strict";
import { type Document } from "bson";
import { fieldNeeds } from "../../src/aggregation/field_needs.ts";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import { contextOf, pipelineOf } from "./fixture.ts";

function needs(stages: readonly Document[]): (string | undefined)[] {
  const parsed = parsePipeline(pipelineOf(stages), contextOf({ optimize: false }));
  return fieldNeeds(parsed).map((fields) =>
    fields === undefined ? undefined : [...fields].sort().join()
  );
}

const names = (stages: readonly Document[]): string[] =>
  parsePipeline(pipelineOf(stages), contextOf()).map(({ name }) => name);

Deno.test("fields count that are read before documents are made anew", () => {
  const group = { $group: { _id: "$a.b", n: { $sum: "$c" } } };
  assert.deepEqual(needs([group]), ["a,c"]);
  assert.deepEqual(needs([{ $match: { d: 1 } }, { $sort: { e: 1 } }, group]), [
    "a,c,d,e",
    "a,c,e",
    "a,c",
  ]);
  assert.deepEqual(needs([{ $match: { d: 1 } }]), [undefined]);
  assert.deepEqual(needs([{ $match: { d: 1 } }, { $project: { x: 1, y: "$z.q" } }]), [
    "_id,d,x,y,z",
    "_id,x,y,z",
  ]);
  assert.deepEqual(needs([{ $unwind: "$t" }, { $group: { _id: "$$ROOT" } }]), [
    undefined,
    undefined,
  ]);
  assert.deepEqual(needs([{ $unwind: "$t" }, { $count: "n" }]), ["t", ""]);
});

Deno.test("a projection is put in front of the first stage that copies documents", () => {
  const group = { $group: { _id: "$a", n: { $sum: 1 } } };
  assert.deepEqual(names([{ $unwind: "$t" }, group]), ["$project", "$unwind", "$group"]);
  assert.deepEqual(names([group]), ["$group"]);
  // The plan sorts by itself, maybe from an index.
  assert.deepEqual(names([{ $sort: { a: 1 } }, group]), ["$sort", "$group"]);
  assert.deepEqual(names([{ $addFields: { z: 1 } }, { $sort: { z: 1 } }, group]), [
    "$addFields",
    "$project",
    "$sort",
    "$group",
  ]);
  assert.deepEqual(names([{ $unwind: "$t" }]), ["$unwind"]);
  assert.deepEqual(names([{ $project: { a: 1, t: 1 } }, { $unwind: "$t" }, group]), [
    "$project",
    "$unwind",
    "$group",
  ]);
});
