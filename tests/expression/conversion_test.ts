// Conversion rules: the table of types and the messages of failures.

import assert from "node:assert/strict";
import { Double } from "bson";
import type { BsonValue } from "../../src/bson/value.ts";
import { BsonType } from "../../src/bson/type.ts";
import {
  conversionError,
  convertValue,
  PLAIN_CONVERSION,
} from "../../src/expression/conversion.ts";
import { checkMessages, throwsCode } from "./evaluation.ts";

function fails(value: BsonValue, target: number, message: string): void {
  throwsCode(() => convertValue(value, target, PLAIN_CONVERSION), 241, message);
}

Deno.test("messages", () => {
  fails(
    [],
    BsonType.Int32,
    "Unsupported conversion from array to int in $convert with no onError value",
  );
  fails(
    "1.5",
    BsonType.Int32,
    "Failed to parse number '1.5' in $convert with no onError value: Did not consume whole string.",
  );
  fails(
    "",
    BsonType.Int64,
    "Failed to parse number '' in $convert with no onError value: No digits",
  );
  fails(
    new Double(1e10),
    BsonType.Int32,
    "Conversion would overflow target type in $convert with no onError value: 1e+10",
  );
  fails(
    NaN,
    BsonType.Int64,
    "Attempt to convert NaN value to integer type in $convert with no onError value",
  );
  fails(
    Infinity,
    BsonType.Int64,
    "Attempt to convert infinity value to integer type in $convert with no onError value",
  );
  fails("0x1", BsonType.Double, "Illegal hexadecimal input in $convert with no onError value: 0x1");
  assert.equal(conversionError("x").code, 241);
});

Deno.test("a value of the target type stays", () => {
  for (const [value, type] of [["x", 2], [1, 16], [1n, 18], [true, 8]] as const) {
    assert.equal(convertValue(value, type, PLAIN_CONVERSION), value);
  }
  const map = new Map<string, BsonValue>();
  assert.equal(convertValue(map, BsonType.Document, PLAIN_CONVERSION), map);
});

Deno.test("the length of text that is no ObjectId counts bytes", () => {
  checkMessages([
    [
      { $toObjectId: "éß😀" },
      {},
      "Failed to parse objectId 'éß😀' in $convert with no onError value: Invalid string length for parsing to OID, expected 24 but found 8",
    ],
  ]);
});
