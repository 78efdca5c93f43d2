import assert from "node:assert/strict";
import { BSON, Decimal128, Double } from "bson";
import { meanOf, SumColumn } from "../../../src/aggregation/accumulators/sum_column.ts";
import { BsonWriter, encodeValue } from "../../../src/bson/encode.ts";
import type { BsonValue } from "../../../src/bson/value.ts";
import { Summation } from "../../../src/expression/summation.ts";
import type { NumericValue } from "../../../src/bson/number.ts";

function written(write: (writer: BsonWriter) => void): string {
  const writer = new BsonWriter(64);
  writer.startDocument();
  write(writer);
  writer.end();
  return BSON.EJSON.stringify(BSON.deserialize(writer.bytes(), { promoteValues: false }), {
    relaxed: false,
  });
}

/** What the column says of a group against a sum of the same values, as $sum and as $avg. */
function check(column: SumColumn, mean: SumColumn, group: number, values: readonly BsonValue[]) {
  const sum = new Summation();
  for (const value of values) if (typeof value !== "string") sum.add(value as NumericValue);
  const name = `group ${group}: ${values}`;
  assert.equal(
    written((writer) => column.write(group, writer, "v")),
    written((writer) => writer.value("v", sum.total)),
    name,
  );
  assert.equal(
    written((writer) => mean.write(group, writer, "v")),
    written((writer) => writer.value("v", meanOf(sum))),
    name,
  );
}

const LONG = 2n ** 53n + 1n;
const GROUPS: readonly (readonly BsonValue[])[] = [
  [],
  ["no number"],
  [1, 2, 3],
  [2147483647, 1],
  [1n],
  [5n, 2],
  [1, 2n, 0.5],
  [new Double(1), new Double(2)],
  Array.from({ length: 10 }, () => 0.1),
  [1e308, 1e308, -1e308],
  [NaN, 1],
  [Infinity, -Infinity],
  [LONG, 1],
  [2 ** 53, LONG],
  [2n ** 63n - 1n, 1],
  [Decimal128.fromString("1.5"), 2, 0.25],
  [0.1, Decimal128.fromString("0.2")],
  [-0.5, 0.5],
  Array.from({ length: 40 }, () => 4503599627370495n),
];

for (const way of ["decoded", "raw", "merged"] as const) {
  Deno.test(`a column sums each group as a sum of its own does: ${way}`, () => {
    const columns = [new SumColumn(false), new SumColumn(true)];
    for (let round = 0; round < 3; round++) {
      GROUPS.forEach((values, i) => {
        const group = round * GROUPS.length + i;
        for (const column of columns) {
          column.begin(group);
          for (const value of values) {
            if (way === "decoded") column.add(group, value);
            else if (way === "raw") {
              const { bytes, type, at } = encodeValue(value);
              column.addRaw(group, bytes, type, at);
            } else {
              const part = new SumColumn(false);
              part.begin(0);
              part.add(0, value);
              column.merge(group, part.save(0));
            }
          }
        }
        check(columns[0], columns[1], group, values);
      });
    }
    assert.ok(columns[0].byteLength >= 3 * GROUPS.length * 48);
  });
}
