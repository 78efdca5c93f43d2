import assert from "node:assert/strict";
import { validateDocument } from "../../src/bson/validate.ts";
import { BsonWriter } from "../../src/bson/encode.ts";
import { CommandError } from "../../src/error.ts";
import { fuzzValidate } from "../fuzz/codec.ts";
import { freshSeed, Random, randomDocument } from "../fuzz/generate.ts";
import { raw } from "./literal.ts";

function codeOf(bytes: Uint8Array, start = 0, end = bytes.length): number | undefined {
  try {
    validateDocument(bytes, start, end);
  } catch (error) {
    assert.ok(error instanceof CommandError, String(error));
    return error.code;
  }
  return undefined;
}

function nested(depth: number): Uint8Array {
  const writer = new BsonWriter();
  for (let i = 0; i < depth; i++) writer.startDocument("a");
  for (let i = 0; i < depth; i++) writer.end();
  return writer.bytes();
}

/** `raw({ a: ... })` with some bytes replaced. */
function damaged(bytes: Uint8Array, changes: Record<number, number>): Uint8Array {
  const copy = bytes.slice();
  for (const [at, value] of Object.entries(changes)) copy[Number(at)] = value;
  return copy;
}

Deno.test("whole documents of every type pass", () => {
  const random = new Random(11);
  for (let i = 0; i < 300; i++) {
    const document = randomDocument(random, { maxFields: 10, duplicates: true });
    assert.equal(validateDocument(document, 0, document.length), document.length);
  }
});

Deno.test("a document inside a larger buffer, and its end", () => {
  const document = raw({ a: 1 });
  const batch = Uint8Array.from([1, 2, ...document, 3, 4]);
  assert.equal(validateDocument(batch, 2, batch.length), 2 + document.length);
});

Deno.test("broken documents are InvalidBSON (22)", () => {
  const int = raw({ a: 1 });
  const text = raw({ a: "xy" });
  const rows: ReadonlyArray<readonly [string, Uint8Array]> = [
    ["nothing", new Uint8Array(0)],
    ["four bytes", Uint8Array.of(4, 0, 0, 0)],
    ["length beyond the end", damaged(int, { 0: 13 })],
    ["length below the minimum", damaged(int, { 0: 4 })],
    ["negative length", damaged(int, { 3: 0x80 })],
    ["no terminator", damaged(int, { 11: 1 })],
    ["length too small for its elements", damaged(int, { 0: 11 })],
    ["unknown type", damaged(int, { 4: 0x20 })],
    ["name without end", damaged(int, { 6: 1, 7: 1, 8: 1, 9: 1, 10: 1 })],
    ["string length 0", damaged(text, { 7: 0 })],
    ["string length too long", damaged(text, { 7: 4 })],
    ["string without NUL", damaged(text, { 13: 65 })],
    ["bool of 2", damaged(raw({ a: true }), { 7: 2 })],
    ["array longer than its parent", damaged(raw({ a: [1] }), { 7: 40 })],
    ["value cut off", damaged(int, { 4: 0x13 })],
    ["regex without end", damaged(raw({ a: null, b: 1 }), { 4: 0x0b, 7: 1 })],
  ];
  for (const [name, bytes] of rows) assert.equal(codeOf(bytes), 22, name);
});

Deno.test("more than 200 levels are Overflow (15)", () => {
  assert.equal(codeOf(nested(200)), undefined);
  assert.equal(codeOf(nested(201)), 15);
});

Deno.test("invalid UTF-8 passes: the server stores bytes (7.36)", () => {
  assert.equal(codeOf(damaged(raw({ a: "xy" }), { 11: 0xff })), undefined);
});

Deno.test("fuzz: damaged documents are refused or safe to walk", () => {
  fuzzValidate(freshSeed(), 3000);
});
