import assert from "node:assert/strict";
import { BSON } from "bson";
import { elements } from "../../src/bson/read.ts";
import {
  joinPipelines,
  missingOption,
  rawPipeline,
  rawStages,
  stageName,
  unknownOption,
  wrongOptionType,
} from "../../src/aggregation/raw_pipeline.ts";
import { bson, pipelineOf } from "./fixture.ts";

function stagesOf(value: unknown) {
  return rawStages([...elements(bson({ value }))][0]);
}

Deno.test("a pipeline taken apart and put together", () => {
  const stages = stagesOf([{ $match: { a: 1 } }, { $limit: 2 }]);
  assert.deepEqual(stages.map(stageName), ["$match", "$limit"]);
  assert.equal(stageName(bson({})), "");
  assert.deepEqual(rawPipeline(stages), pipelineOf([{ $match: { a: 1 } }, { $limit: 2 }]));
  const joined = joinPipelines([bson({ $skip: 1 })], rawPipeline(stages));
  assert.deepEqual(Object.values(BSON.deserialize(joined)), [
    { $skip: 1 },
    { $match: { a: 1 } },
    { $limit: 2 },
  ]);
});

Deno.test("what is no pipeline is refused (14)", () => {
  for (const value of [1, "x", { $match: {} }, null, [1], [{ $match: {} }, "x"]]) {
    assert.throws(() => stagesOf(value), { code: 14 });
  }
});

Deno.test("errors of options", () => {
  assert.equal(unknownOption("$x.y").message, "BSON field '$x.y' is an unknown field.");
  assert.equal(unknownOption("$x.y").code, 40415);
  assert.equal(missingOption("$x.y").code, 40414);
  assert.equal(
    wrongOptionType("$x.y", 16, "string").message,
    "BSON field '$x.y' is the wrong type 'int', expected type 'string'",
  );
});
