import assert from "node:assert/strict";
import { Decimal128, Double, Int32, Long } from "bson";
import { BSON, type Document } from "bson";
import { contextOf, pipelineOf, run, sourceOf } from "../fixture.ts";
import { parsePipeline } from "../../../src/aggregation/pipeline.ts";
import { testGathered, testWindows } from "../typed_result.ts";
import { collect } from "../../../src/stream/document_stream.ts";

/** The accumulated value of `v` with its BSON type kept. */
async function gather(accumulator: Document, values: readonly unknown[]): Promise<unknown> {
  const documents = values.map((v) => v === undefined ? {} : { v });
  const context = contextOf();
  const [stage] = parsePipeline(pipelineOf([{ $group: { _id: null, r: accumulator } }]), context);
  const [document] = await collect(stage.open(sourceOf(documents), context));
  return BSON.deserialize(document, { promoteValues: false, promoteLongs: false }).r;
}

const BIG = Long.fromString("4611686018427387904"); // 2^62

for (
  const [accumulator, values, expected] of [
    [{ $sum: "$v" }, [1, 2, 3], new Int32(6)],
    [{ $sum: "$v" }, [], undefined],
    [{ $sum: "$v" }, [null, "x", undefined], new Int32(0)],
    [{ $sum: "$v" }, [2147483647, 1], Long.fromString("2147483648")],
    [{ $sum: "$v" }, [Long.fromNumber(1), 1], Long.fromNumber(2)],
    [{ $sum: "$v" }, [1, 0.5], new Double(1.5)],
    [{ $sum: "$v" }, [new Double(1), new Double(2)], new Double(3)],
    [{ $sum: "$v" }, [BIG, BIG, BIG], new Double(3 * 2 ** 62)], // 7.47
    [{ $sum: "$v" }, Array(10).fill(0.1), new Double(1)], // 7.50
    [{ $sum: "$v" }, [1, Decimal128.fromString("0.1")], Decimal128.fromString("1.1")],
    [{ $sum: "$v" }, [Infinity, 1], new Double(Infinity)],
    [{ $sum: 1 }, [5, 6, 7], new Int32(3)],
    [{ $sum: 2 }, [5, 6, 7], new Int32(6)],
    [{ $count: {} }, [5, undefined], new Int32(2)],
    [{ $avg: "$v" }, [1, 2], new Double(1.5)],
    [{ $avg: "$v" }, [1, 3], new Double(2)], // 7.48: always a double
    [{ $avg: "$v" }, ["x", null], null],
    [{ $avg: "$v" }, [Decimal128.fromString("1"), 2], Decimal128.fromString("1.5")],
    [{ $stdDevPop: "$v" }, [1, 3], new Double(1)],
    [{ $stdDevPop: "$v" }, [], undefined],
    [{ $stdDevSamp: "$v" }, [1], null],
    [{ $stdDevSamp: "$v" }, [1, 3], new Double(Math.SQRT2)],
  ] as const
) {
  Deno.test(`7.47 7.48 7.50 ${JSON.stringify(accumulator)} of ${JSON.stringify(values)}`, async () => {
    if (values.length === 0) {
      assert.deepEqual(await run([{ $group: { _id: null, r: accumulator } }], []), []);
      return;
    }
    assert.deepEqual(await gather(accumulator, values), expected);
  });
}

Deno.test("$count takes no argument (14), $sum one (40237)", async () => {
  await assert.rejects(gather({ $count: 1 }, [1]), { code: 14 });
  await assert.rejects(gather({ $sum: ["$v", 1] }, [1]), { code: 40237 });
});

testGathered("sums of special and mixed numbers", [
  [{ $sum: "$v" }, [NaN, 1], "NaN"],
  [{ $sum: "$v" }, [Infinity, -Infinity], "NaN"],
  [{ $sum: "$v" }, [Decimal128.fromString("NaN"), 1], "dec(NaN)"],
  [{ $sum: "$v" }, [Decimal128.fromString("1.10"), Long.fromNumber(1), 0.5], "dec(2.60)"],
  [{ $sum: "$v" }, [new Double(0)], "0.0"],
  [{ $sum: "$v" }, [[1, 2]], "0"],
  [{ $sum: { $add: ["$v", 1] } }, [1, 2], "5"],
  [{ $sum: "$v" }, [1e100, 1, -1e100], "1.0"],
  [{ $avg: "$v" }, [NaN, 1], "NaN"],
  [{ $avg: "$v" }, [Long.fromNumber(1), 2], "1.5"],
  [{ $avg: "$v" }, [true, "3", 3], "3.0"],
  [{ $stdDevPop: "$v" }, [5], "0.0"],
  [{ $stdDevPop: "$v" }, ["x"], "null"],
  [{ $stdDevSamp: "$v" }, [2, 4, 4, 4, 5, 5, 7, 9, null], String(Math.sqrt(32 / 7))],
  [{ $stdDevPop: "$v" }, [1, Infinity], "NaN"],
  [{ $stdDevPop: "$v" }, [Decimal128.fromString("1"), 3], "1.0"],
]);

testGathered("7.49 decimals keep 34 digits and their zeros; doubles come in with all theirs", [
  [{ $sum: "$v" }, [Decimal128.fromString("1.10"), Decimal128.fromString("2.20")], "dec(3.30)"],
  [
    { $sum: "$v" },
    [Decimal128.fromString("1"), 0.1],
    "dec(1.100000000000000005551115123125783)",
  ],
  [
    { $sum: "$v" },
    [Decimal128.fromString("9999999999999999999999999999999999"), 1],
    "dec(1.000000000000000000000000000000000E+34)",
  ],
  [{ $avg: "$v" }, [Decimal128.fromString("1"), 2, 4], "dec(2.333333333333333333333333333333333)"],
]);

testWindows("sliding sums", [
  [{ $sum: "$v", window: { documents: [-1, 0] } }, [1, 2, 3, 4], "1 3 5 7"],
  [{ $sum: "$v", window: { documents: [1, 2] } }, [1, 2, 3, 4], "5 7 4 0"],
  [{ $sum: "$v", window: { documents: [-2, -1] } }, [1, 2.5, "x", 4], "0 1 3.5 2.5"],
  [
    { $sum: "$v", window: { documents: [-1, 0] } },
    [0.1, 0.2, 0.3, 1],
    "0.1 0.30000000000000004 0.5 1.3",
  ],
  [{ $sum: "$v", window: { documents: [-1, 0] } }, [Infinity, 1, 2], "Infinity Infinity 3"],
  [{ $sum: "$v", window: { documents: [-1, 0] } }, [NaN, 1, 2], "NaN NaN 3"],
  [{ $sum: "$v", window: { documents: [0, 0] } }, [Long.fromNumber(1), 2, 1.5], "1n 2 1.5"],
  [{ $avg: "$v", window: { documents: [-1, 0] } }, [1, 2, null, "x"], "1.0 1.5 2.0 null"],
  [{ $count: {}, window: { documents: [-1, 1] } }, [1, 2, 3], "2 3 2"],
  [{ $stdDevPop: "$v", window: { documents: [-1, 0] } }, [1, 3, 3], "0 1.0 0"],
  [
    { $stdDevSamp: "$v", window: { documents: [-1, 0] } },
    [1, 3, Infinity, 4],
    `null ${Math.SQRT2} NaN NaN`,
  ],
]);
