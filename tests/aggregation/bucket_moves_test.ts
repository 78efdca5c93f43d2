import assert from "node:assert/strict";
import type { Document } from "bson";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import { isUnpackStage } from "../../src/aggregation/stages/internal_unpack_bucket.ts";
import { contextOf, pipelineOf } from "./fixture.ts";

const UNPACK = { $_internalUnpackBucket: { timeField: "t", metaField: "m" } };

/** The names of the stages, the unpacking one with what it includes. */
function planned(stages: readonly Document[]): string[] {
  const parsed = parsePipeline(pipelineOf([UNPACK, ...stages]), contextOf());
  return parsed.map((stage) => {
    if (!isUnpackStage(stage)) return stage.name;
    const { include } = stage.unpack;
    return include === undefined ? "unpack" : `unpack ${[...include].sort().join()}`;
  });
}

const GROUP = { $group: { _id: "$m.host", v: { $max: "$v" } } };
const LATEST = { $sort: { t: -1 } };
const RANGE = { t: { $gte: new Date(0) } };

const CASES: readonly (readonly [readonly Document[], readonly string[]])[] = [
  [[], ["unpack"]],
  [[{ $match: { v: null } }], ["unpack", "$match"]],
  [[{ $match: { v: 1 } }], ["$match", "unpack", "$match"]],
  [[{ $match: { m: 1 } }], ["$match", "unpack"]],
  [[{ $match: RANGE }], ["$match", "unpack", "$match"]],
  [[{ $match: { m: 1, ...RANGE } }, { $match: { v: 2 } }], ["$match", "unpack", "$match"]],
  [[{ $sort: { v: 1 } }, { $match: { m: 1 } }], ["$match", "unpack", "$sort"]],
  [[{ $set: { x: 1 } }, { $match: { m: 1 } }], ["$match", "unpack", "$addFields"]],
  [[LATEST, { $limit: 2 }], ["$sort", "$limit", "unpack", "$sort", "$limit"]],
  [[{ $match: { m: 1 } }, LATEST, { $limit: 2 }], [
    "$match",
    "$sort",
    "$limit",
    "unpack",
    "$sort",
    "$limit",
  ]],
  [[{ $match: RANGE }, LATEST, { $limit: 2 }], [
    "$match",
    "unpack",
    "$match",
    "$sort",
    "$limit",
  ]],
  [[LATEST, { $limit: 101 }], ["unpack", "$sort", "$limit"]],
  [[LATEST], ["unpack", "$sort"]],
  [[{ $sort: { t: 1 } }, { $limit: 2 }], ["unpack", "$sort", "$limit"]],
  [[{ $sort: { t: -1, v: 1 } }, { $limit: 2 }], ["unpack", "$sort", "$limit"]],
  [[GROUP], ["unpack m,v", "$group"]],
  [[{ $match: RANGE }, GROUP], ["$match", "unpack m,t,v", "$match", "$group"]],
  [[{ $project: { v: 1 } }], ["unpack _id,v", "$project"]],
];

Deno.test("what stands behind the unpacking decides what is unpacked", () => {
  for (const [stages, expected] of CASES) {
    const names = planned(stages).map((name) => name === "$set" ? "$addFields" : name);
    assert.deepEqual(names, expected, JSON.stringify(stages));
  }
});
