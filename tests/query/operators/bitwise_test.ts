import assert from "node:assert/strict";
import { Binary, Decimal128, Long } from "bson";
import { refusal, table } from "../table.ts";

const bin = (...bytes: number[]) => new Binary(Uint8Array.from(bytes), 0);

table("bit tests on numbers", [
  [{ a: { $bitsAllSet: 5 } }, { a: 7 }, true],
  [{ a: { $bitsAllSet: 5 } }, { a: 4 }, false],
  [{ a: { $bitsAnySet: 5 } }, { a: 4 }, true],
  [{ a: { $bitsAnySet: 5 } }, { a: 2 }, false],
  [{ a: { $bitsAllClear: [1, 3] } }, { a: 5 }, true],
  [{ a: { $bitsAllClear: [1, 2] } }, { a: 5 }, false],
  [{ a: { $bitsAnyClear: [0, 1] } }, { a: 1 }, true],
  [{ a: { $bitsAnyClear: [0] } }, { a: 1 }, false],
  [{ a: { $bitsAllSet: 5 } }, { a: 7.0 }, true],
  [{ a: { $bitsAllSet: 5 } }, { a: 7.5 }, false],
  [{ a: { $bitsAllSet: 5 } }, { a: NaN }, false],
  [{ a: { $bitsAllSet: 5 } }, { a: Decimal128.fromString("7") }, true],
  // Decimals are rounded to the nearest even whole number.
  [{ a: { $bitsAllSet: 6 } }, { a: Decimal128.fromString("5.5") }, true],
  [{ a: { $bitsAllSet: 1 } }, { a: Decimal128.fromString("1.5") }, false],
  [{ a: { $bitsAllSet: 5 } }, { a: "7" }, false],
  [{ a: { $bitsAllSet: 5 } }, {}, false],
  [{ a: { $bitsAllSet: [200] } }, { a: -1 }, true],
  [{ a: { $bitsAllSet: [63] } }, { a: Long.fromString("-9223372036854775808") }, true],
  [{ a: { $bitsAnySet: [100] } }, { a: 5 }, false],
  [{ a: { $bitsAllSet: 5 } }, { a: [1, 7] }, true],
  [{ a: { $bitsAllSet: 0 } }, { a: 1 }, true],
  [{ a: { $bitsAnySet: 0 } }, { a: 1 }, false],
]);

table("bit tests on binary data and with binary masks", [
  [{ a: { $bitsAllSet: [0, 9] } }, { a: bin(1, 2) }, true],
  [{ a: { $bitsAllSet: [20] } }, { a: bin(1, 2) }, false],
  [{ a: { $bitsAllClear: [20] } }, { a: bin(1, 2) }, true],
  [{ a: { $bitsAllSet: bin(0, 2) } }, { a: bin(1, 2) }, true],
  [{ a: { $bitsAnySet: bin(4) } }, { a: 4 }, true],
  [{ a: { $bitsAnyClear: bin(4) } }, { a: 4 }, false],
]);

Deno.test("errors of bit tests", () => {
  const rows: [unknown, string][] = [
    [{ a: { $bitsAllSet: -1 } }, "9 Expected a non-negative number in: $bitsAllSet: -1"],
    [{ a: { $bitsAllSet: 1.5 } }, "9 Expected an integer: $bitsAllSet: 1.5"],
    [{ a: { $bitsAllSet: ["x"] } }, '2 bit positions must be an integer but got: 0: "x"'],
    [{ a: { $bitsAllSet: [-1] } }, "2 bit positions must be >= 0 but got: 0: -1"],
    [{ a: { $bitsAllSet: [0, 1.5] } }, "2 bit positions must be an integer but got: 1: 1.5"],
    [
      { a: { $bitsAllSet: "x" } },
      '2 a takes an Array, a number, or a BinData but received: $bitsAllSet: "x"',
    ],
  ];
  for (const [filter, expected] of rows) assert.equal(refusal(filter), expected);
});
