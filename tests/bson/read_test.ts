import assert from "node:assert/strict";
import { BSON } from "bson";
import {
  documentOf,
  elements,
  findElement,
  getField,
  isEmptyDocument,
  nameBytes,
  readDouble,
  readInt32,
  readInt64,
  readInt64AsNumber,
  readString,
  readUint32,
  valueEnd,
} from "../../src/bson/read.ts";
import { AssertionError } from "../../src/assert.ts";
import { Random, randomDocument } from "../fuzz/generate.ts";
import { double, raw, rawValue } from "./literal.ts";

Deno.test("numbers are read in place", () => {
  const document = raw({ a: -5, b: 2n ** 63n - 1n, c: double(2.5), d: -(2n ** 63n) });
  const at = (name: string) => getField(document, name)!.at;
  assert.equal(readInt32(document, at("a")), -5);
  assert.equal(readUint32(document, at("a")), 4294967291);
  assert.equal(readInt64(document, at("b")), 9223372036854775807n);
  assert.equal(readInt64AsNumber(document, at("b")), 2 ** 63);
  assert.equal(readInt64AsNumber(document, at("d")), -(2 ** 63));
  assert.equal(readDouble(document, at("c")), 2.5);
});

Deno.test("strings: short, long, non-ASCII, NUL inside, byte order mark kept", () => {
  const long = "x".repeat(100);
  for (
    const text of ["", "abc", long, "é", "😀".repeat(20), "a\0b", "\ufeffabc", `\ufeff${long}`]
  ) {
    const value = rawValue(text);
    assert.equal(readString(value.bytes, value.at), text);
  }
});

Deno.test("findElement matches whole names only", () => {
  const document = raw({ ab: 1, a: 2, abc: 3, "": 4, "é": 5 });
  const value = (name: string) => {
    const field = getField(document, name);
    return field && readInt32(document, field.at);
  };
  assert.deepEqual(["ab", "a", "abc", "", "é"].map(value), [1, 2, 3, 4, 5]);
  assert.equal(value("b"), undefined);
  assert.equal(findElement(document, 0, nameBytes("abcd")), -1);
  assert.equal(findElement(document, 0, nameBytes("a")), 4 + 8);
});

Deno.test("getField reads documents inside a larger buffer", () => {
  const document = raw({ a: 1 });
  const batch = Uint8Array.from([9, 9, 9, ...document, 7]);
  assert.equal(readInt32(batch, getField(batch, "a", 3)!.at), 1);
});

Deno.test("elements and valueEnd walk every type", () => {
  const random = new Random(3);
  for (let i = 0; i < 200; i++) {
    const document = randomDocument(random, { maxFields: 10 });
    let last = 4;
    for (const element of elements(document)) {
      last = valueEnd(document, element.type, element.at);
    }
    assert.equal(last, document.length - 1);
  }
  assert.throws(() => valueEnd(new Uint8Array(8), 99, 0), AssertionError);
});

Deno.test("documentOf is a view; empty documents are recognised", () => {
  const document = raw({ a: { b: 1 }, c: {} });
  const inner = documentOf(getField(document, "a")!);
  assert.deepEqual(inner, raw({ b: 1 }));
  assert.equal(inner.buffer, document.buffer);
  assert.ok(isEmptyDocument(documentOf(getField(document, "c")!)));
  assert.ok(!isEmptyDocument(document));
});

Deno.test("names that JavaScript objects treat specially are plain names", () => {
  const document = BSON.serialize(new Map([["__proto__", 1], ["constructor", 2], ["7", 3]]));
  assert.deepEqual([...elements(document)].map((element) => element.name), [
    "__proto__",
    "constructor",
    "7",
  ]);
});
