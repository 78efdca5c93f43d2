import assert from "node:assert/strict";
import { type Document } from "bson";
import { topLevel } from "../../src/aggregation/projection_effect.ts";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import { contextOf, pipelineOf } from "./fixture.ts";

function effectOf(stage: Document): Record<string, unknown> {
  const [parsed] = parsePipeline(pipelineOf([stage]), contextOf({ optimize: false }));
  const list = (set: ReadonlySet<string> | undefined) =>
    set === undefined ? "any" : [...set].sort().join();
  const { reads, writes, keeps, renames, includes, excludes } = parsed.effect!;
  return {
    reads: list(reads),
    writes: list(writes),
    ...(keeps === undefined ? {} : { keeps: list(keeps) }),
    ...((renames?.size ?? 0) === 0 ? {} : { renames: [...renames!].join(" ") }),
    ...(includes === undefined ? {} : { includes: includes.join() }),
    ...(excludes === undefined ? {} : { excludes: excludes.join() }),
  };
}

for (
  const [stage, expected] of [
    [{ $project: { a: 1, b: true } }, {
      reads: "_id,a,b",
      writes: "",
      keeps: "_id,a,b",
      includes: "_id,a,b",
    }],
    [{ $project: { _id: 0, a: 1 } }, { reads: "a", writes: "", keeps: "a", includes: "a" }],
    [{ $project: { _id: 0.0, "a.x": 1 } }, { reads: "a", writes: "a", keeps: "a" }],
    [{ $project: { a: { x: 1 } } }, { reads: "_id,a", writes: "a", keeps: "_id,a" }],
    [{ $project: { a: "$b", c: { $add: ["$d.e", 1] } } }, {
      reads: "_id,a,b,c,d",
      writes: "a,c",
      keeps: "_id,a,c",
      renames: "a,b",
    }],
    [{ $project: { a: "$$ROOT" } }, { reads: "any", writes: "a", keeps: "_id,a" }],
    [{ $project: { a: "$$NOW" } }, { reads: "_id,a", writes: "a", keeps: "_id,a" }],
    [{ $project: { a: 0, "b.c": 0 } }, { reads: "", writes: "a,b", excludes: "a,b.c" }],
    [{ $project: { a: { b: 0 } } }, { reads: "", writes: "a" }],
    [{ $unset: ["x", "y.z"] }, { reads: "", writes: "x,y", excludes: "x,y.z" }],
    [{ $set: { a: "$b", "c.d": { $max: "$e.f" } } }, {
      reads: "a,b,c,e",
      writes: "a,c",
      renames: "a,b",
    }],
    [{ $set: { a: { $meta: "sortKey" } } }, { reads: "any", writes: "a" }],
  ] as readonly (readonly [Document, Document])[]
) {
  Deno.test(`effect of ${JSON.stringify(stage)}`, () =>
    assert.deepEqual(effectOf(stage), expected));
}

Deno.test("the top-level field of a path", () => {
  assert.equal(topLevel("a.b.c"), "a");
  assert.equal(topLevel("a"), "a");
});
