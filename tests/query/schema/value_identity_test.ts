import assert from "node:assert/strict";
import { Decimal128, Double, Long } from "bson";
import { getField } from "../../../src/bson/read.ts";
import { identityOf } from "../../../src/query/schema/value_identity.ts";
import { bson } from "../table.ts";

function identity(value: unknown): string {
  return identityOf(getField(bson({ a: value }), "a")!);
}

Deno.test("values are identical when equal, whatever the order of fields", () => {
  const same: [unknown, unknown][] = [
    [1, new Double(1)],
    [Long.fromNumber(1), Decimal128.fromString("1.0")],
    [{ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 }],
  ];
  for (const [a, b] of same) assert.equal(identity(a), identity(b));
  const different: [unknown, unknown][] = [[1, "1"], [1, true], [[1, 2], [2, 1]], [{ a: 1 }, {
    a: 1,
    b: 1,
  }], [null, 0]];
  for (const [a, b] of different) assert.notEqual(identity(a), identity(b));
});
