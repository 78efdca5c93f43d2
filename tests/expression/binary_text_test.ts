// Binary data as text and as numbers.

import assert from "node:assert/strict";
import { Binary } from "bson";
import {
  binaryFromNumber,
  binaryFromText,
  checkBinaryFormat,
  numberFromBinary,
  textFromBinary,
} from "../../src/expression/binary_text.ts";
import { show, throwsCode } from "./evaluation.ts";

Deno.test("formats", () => {
  const bytes = new Binary(new Uint8Array([251, 255]), 0);
  assert.equal(textFromBinary(bytes, "base64"), "+/8=");
  assert.equal(textFromBinary(bytes, "base64url"), "-_8");
  assert.equal(textFromBinary(bytes, "auto"), "+/8=");
  assert.equal(textFromBinary(bytes, "hex"), "FBFF");
  throwsCode(() => textFromBinary(bytes, "uuid"), 241);
  throwsCode(() => textFromBinary(bytes, undefined), 4341115);
  assert.equal(show(binaryFromText("+/8=", "base64", 0)), "bin(0, fbff)");
  throwsCode(
    () => binaryFromText("+/8=", "auto", 0),
    241,
    "Failed to parse BinData '+/8=' in $convert with no onError value: Invalid format 'auto'",
  );
  throwsCode(() => binaryFromText("+/8", "base64", 0), 241);
  throwsCode(() => binaryFromText("x", "uuid", 0), 241);
  throwsCode(() => checkBinaryFormat("x"), 4341125);
});

Deno.test("numbers", () => {
  assert.equal(show(binaryFromNumber(1, 0, "little")), "bin(0, 01000000)");
  assert.equal(show(binaryFromNumber(1n, 0, "big")), "bin(0, 0000000000000001)");
  const half = binaryFromNumber(0.5, 0, "big") as Binary;
  assert.equal(numberFromBinary(half, 1, "big"), 0.5);
  assert.equal(numberFromBinary(new Binary(new Uint8Array([255]), 0), 16, "big"), -1n);
  throwsCode(() => numberFromBinary(new Binary(new Uint8Array(3), 0), 16, "big"), 241);
});
