import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { BsonWriter, encodeValue } from "../../src/bson/encode.ts";
import { writeStage } from "../../src/plan/explain_stage.ts";
import { type ExpressNode, newStatistics, type PlanNode } from "../../src/plan/node.ts";
import { bson, index, plan } from "./fixture.ts";

function shown(node: PlanNode, isRun = false): Document {
  const writer = new BsonWriter();
  writer.startDocument();
  writeStage(writer, node, isRun ? { yields: 2 } : undefined);
  writer.end();
  return BSON.deserialize(writer.bytes());
}

function express(): ExpressNode {
  const statistics = { ...newStatistics(), advanced: 1, keysExamined: 1, docsExamined: 1 };
  return { stage: "EXPRESS_IXSCAN", id: encodeValue(5), statistics };
}

Deno.test("stages are nested, with their filters", () => {
  const { root } = plan([index({ a: 1 })], { filter: { a: 1, b: { $in: [2] } }, limit: 3 });
  const { inputStage, ...limit } = shown(root);
  assert.deepEqual(limit, { stage: "LIMIT", limitAmount: 3 });
  assert.deepEqual(inputStage.filter, { b: { $eq: 2 } });
  assert.equal(inputStage.inputStage.stage, "IXSCAN");
});

Deno.test("express is drawn together with a simple projection or a write above it", () => {
  const spec = bson({ a: 1 });
  const projection: PlanNode = {
    stage: "PROJECTION_SIMPLE",
    spec,
    input: express(),
    statistics: newStatistics(),
  };
  assert.deepEqual(shown(projection), {
    stage: "EXPRESS_IXSCAN",
    keyPattern: "{ _id: 1 }",
    indexName: "_id_",
    projection: { a: 1 },
    projectionCovered: false,
  });
  const update: PlanNode = {
    stage: "EXPRESS_UPDATE",
    input: express(),
    found: 1,
    modified: 0,
    statistics: newStatistics(),
  };
  const { stage, inputStage, nMatched, nWouldModify, docsExamined } = shown(update, true);
  assert.deepEqual(
    [stage, inputStage, nMatched, nWouldModify, Number(docsExamined)],
    ["EXPRESS_UPDATE", undefined, 1, 0, 1],
  );
  const clustered = { ...express(), isClustered: true };
  assert.deepEqual(shown(clustered), { stage: "EXPRESS_CLUSTERED_IXSCAN" });
});

Deno.test("below other stages it is IDHACK", () => {
  const node: PlanNode = {
    stage: "BATCHED_DELETE",
    input: express(),
    found: 1,
    statistics: newStatistics(),
  };
  const { stage, inputStage, nWouldDelete } = shown(node, true);
  assert.deepEqual([stage, inputStage.stage, nWouldDelete], ["BATCHED_DELETE", "IDHACK", 1]);
  assert.equal(inputStage.keysExamined, 1);
});

Deno.test("works are what was looked at and the end", () => {
  const statistics = { ...newStatistics(), advanced: 4, docsExamined: 10, isEof: true };
  const scan: PlanNode = {
    stage: "COLLSCAN",
    forward: true,
    filter: undefined,
    tailable: false,
    statistics,
  };
  const { works, advanced, needTime, isEOF, saveState } = shown(scan, true);
  assert.deepEqual([works, advanced, needTime, isEOF, saveState], [11, 4, 6, 1, 2]);
});

Deno.test("EOF says why", () => {
  const node = { stage: "EOF", statistics: newStatistics() } as const;
  assert.deepEqual(shown(node), { stage: "EOF", type: "nonExistentNamespace" });
  assert.equal(shown({ ...node, type: "predicateEvalsToFalse" }).type, "predicateEvalsToFalse");
});
