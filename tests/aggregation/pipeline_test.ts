import assert from "node:assert/strict";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import { CommandError } from "../../src/error.ts";
import { bson, contextOf, pipelineOf, testTable } from "./fixture.ts";

testTable("pipeline", [
  [[], [{ a: 1 }], [{ a: 1 }]],
  [[{ $foo: 1 }], [], 40324],
  [[{ $match: {}, $limit: 1 }], [], 40323],
  [[{}], [], 40323],
  [[{ $search: {} }], [], 31082],
  [[{ $listSearchIndexes: {} }], [], 31082],
  [[{ $limit: 1 }, { $match: { $text: { $search: "x" } } }], [], 17313],
  [[{ $limit: 1 }, { $match: { $or: [{ a: 1 }, { $text: { $search: "x" } }] } }], [], 17313],
]);

Deno.test("an unknown stage is named in the error", () => {
  assert.throws(
    () => parsePipeline(pipelineOf([{ $foo: 1 }]), contextOf()),
    new CommandError(40324, "Unrecognized pipeline stage name: '$foo'"),
  );
});

Deno.test("elements of a pipeline must be objects (14)", () => {
  assert.throws(
    () => parsePipeline(bson({ 0: 5 }), contextOf()),
    (error) => error instanceof CommandError && error.code === 14,
  );
});

Deno.test("a pipeline has at most 1000 stages", () => {
  const stages = Array.from({ length: 1001 }, () => ({ $match: {} }));
  assert.throws(
    () => parsePipeline(pipelineOf(stages), contextOf()),
    (error) => error instanceof CommandError && error.code === 7749501,
  );
});
