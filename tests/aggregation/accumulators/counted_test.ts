import assert from "node:assert/strict";
import { Double, Long } from "bson";
import { checkCount } from "../../../src/aggregation/accumulators/counted.ts";
import { MISSING } from "../../../src/bson/value.ts";
import { throwsCode } from "../../expression/evaluation.ts";
import { run, testTable } from "../fixture.ts";
import { testGathered } from "../typed_result.ts";

Deno.test("n is a positive whole number of any type", () => {
  assert.equal(checkCount(2), 2);
  assert.equal(checkCount(2n), 2);
  assert.equal(checkCount(new Double(2)), 2);
  throwsCode(
    () => checkCount(2.5),
    5787903,
    "Value for 'n' must be of integral type, but found 2.5",
  );
  throwsCode(
    () => checkCount("x"),
    5787902,
    `Value for 'n' must be of integral type, but found "x"`,
  );
  throwsCode(() => checkCount(MISSING), 5787902);
  throwsCode(() => checkCount(0), 5787908, "'n' must be greater than 0, found 0");
  throwsCode(() => checkCount(-1n), 5787908);
});

testGathered(
  "arguments of $firstN and its relatives",
  [
    [{ $firstN: { n: 0, input: "$v" } }, [1], 5787908],
    [{ $firstN: { n: "x", input: "$v" } }, [1], 5787902],
    [{ $firstN: { n: Long.fromNumber(1), input: "$v" } }, [1], "[1]"],
    [{ $firstN: { input: "$v" } }, [], 5787906],
    [{ $firstN: { n: 1 } }, [], 5787907],
    [{ $firstN: { n: 1, input: 1, z: 1 } }, [], 5787901],
    [{ $firstN: 1 }, [], 5787801],
    [{ $lastN: 1 }, [], 5787801],
    [{ $minN: 1 }, [], 5787900],
    [{ $maxN: [1] }, [], 5787900],
  ],
);

Deno.test("n may come from the group's _id", async () => {
  const documents = [{ k: 1, v: 1 }, { k: 2, v: 2 }, { k: 2, v: 3 }, { k: 1, v: 4 }];
  const groups = await run(
    [{ $group: { _id: { k: "$k" }, r: { $firstN: { n: { $add: ["$k", 0] }, input: "$v" } } } }],
    documents,
  );
  assert.deepEqual(groups, [{ _id: { k: 1 }, r: [1] }, { _id: { k: 2 }, r: [2, 3] }]);
});

testTable("n elsewhere is a constant", [
  [
    [{
      $bucketAuto: { groupBy: "$k", buckets: 1, output: { r: { $firstN: { n: "$k", input: 1 } } } },
    }],
    [],
    4544714,
  ],
  [
    [{ $setWindowFields: { output: { r: { $firstN: { n: "$k", input: "$k" } } } } }],
    [{ k: 1 }],
    5787902,
  ],
]);
