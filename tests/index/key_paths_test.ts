import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { UNDEFINED } from "../../src/bson/value.ts";
import { compareKeys, encodeKey } from "../../src/index/key_encoding.ts";
import {
  defaultIndexName,
  type IndexField,
  KeyGenerator,
  patternFields,
} from "../../src/index/key_paths.ts";
import { double, type Literal, raw, rawValue } from "../bson/literal.ts";
import { freshSeed } from "../fuzz/generate.ts";
import { fuzzIndexKeys } from "../fuzz/index_keys.ts";

type Spec = Record<string, 1 | -1>;

function fieldsOf(spec: Spec): IndexField[] {
  return Object.entries(spec).map(([path, direction]) => ({ path, direction }));
}

function keysOf(spec: Spec, document: Record<string, Literal>, sparse = false): Uint8Array[] {
  return [...new KeyGenerator(fieldsOf(spec), { sparse }).keys(raw(document)).keys];
}

function expectedKeys(spec: Spec, rows: readonly (readonly Literal[])[]): Uint8Array[] {
  const descending = Object.values(spec).map((direction) => direction < 0);
  return rows.map((row) => encodeKey(row.map(rawValue), descending)).sort(compareKeys);
}

const CASES: ReadonlyArray<
  readonly [string, Spec, Record<string, Literal>, readonly (readonly Literal[])[]]
> = [
  ["scalar", { a: 1 }, { a: 5 }, [[5]]],
  ["descending", { a: -1 }, { a: 5 }, [[5]]],
  ["missing is null (7.1)", { a: 1 }, { b: 5 }, [[null]]],
  ["null (7.1)", { a: 1 }, { a: null }, [[null]]],
  ["undefined stays (7.2)", { a: 1 }, { a: UNDEFINED }, [[UNDEFINED]]],
  ["nested", { "a.b": 1 }, { a: { b: 5 } }, [[5]]],
  ["nested missing", { "a.b": 1 }, { a: { c: 5 } }, [[null]]],
  ["through a scalar (7.3)", { "a.b": 1 }, { a: 5 }, [[null]]],
  ["array: a key per element (7.31)", { a: 1 }, { a: [1, 2, 3] }, [[1], [2], [3]]],
  ["equal elements once (7.67)", { a: 1 }, { a: [1, 1, double(1)] }, [[1]]],
  ["empty array is undefined (7.31)", { a: 1 }, { a: [] }, [[UNDEFINED]]],
  ["empty array on the way is null (7.3)", { "a.b": 1 }, { a: [] }, [[null]]],
  ["array of documents", { "a.b": 1 }, { a: [{ b: 1 }, { b: 2 }] }, [[1], [2]]],
  ["some lack the field (7.3)", { "a.b": 1 }, { a: [{ b: 1 }, {}] }, [[null], [1]]],
  ["scalars on the way (7.3)", { "a.b": 1 }, { a: [5] }, [[null]]],
  ["array of arrays at the end", { a: 1 }, { a: [[1, 2], 3] }, [[3], [[1, 2]]]],
  ["nested arrays are not reached (7.19)", { "a.b": 1 }, { a: [[{ b: 1 }]] }, [[null]]],
  ["array inside array", { "a.b": 1 }, { a: [{ b: [1, 2] }, { b: 3 }] }, [[1], [2], [3]]],
  ["inner empty array", { "a.b": 1 }, { a: [{ b: [] }] }, [[UNDEFINED]]],
  ["position (7.18)", { "a.0": 1 }, { a: [7, 8] }, [[7]]],
  ["position past the end (7.18)", { "a.2": 1 }, { a: [7, 8] }, [[null]]],
  ["position, then a field (7.18)", { "a.1.b": 1 }, { a: [{ b: 1 }, { b: 2 }] }, [[2]]],
  ["number as a name (7.18)", { "a.0": 1 }, { a: { "0": 5 } }, [[5]]],
  ["position and name together (7.18)", { "a.0": 1 }, { a: [{ "0": 5 }, 6] }, [[5], [{ "0": 5 }]]],
  ["name behind the end (7.18)", { "a.5": 1 }, { a: [{ "5": 5 }, 6] }, [[5], [null]]],
  ["position of an array (7.18)", { "a.0": 1 }, { a: [[1, 2]] }, [[1], [2]]],
  ["compound", { a: 1, b: -1 }, { a: 1, b: 2 }, [[1, 2]]],
  ["compound, one array", { a: 1, b: -1 }, { a: [1, 2], b: 3 }, [[1, 3], [2, 3]]],
  ["compound, missing", { a: 1, b: 1 }, { b: 3 }, [[null, 3]]],
  [
    "compound over one array",
    { "a.b": 1, "a.c": 1 },
    { a: [{ b: 1, c: 2 }, { b: 3 }] },
    [[1, 2], [3, null]],
  ],
  ["array and its field", { a: 1, "a.b": 1 }, { a: [{ b: 1 }] }, [[{ b: 1 }, 1]]],
  ["compound, empty array", { a: 1, b: 1 }, { a: [], b: 1 }, [[UNDEFINED, 1]]],
  ["prototype names", { __proto__x: 1 }, { __proto__x: 1 }, [[1]]],
];

for (const [name, spec, document, rows] of CASES) {
  Deno.test(`index keys: ${name}`, () => {
    assert.deepEqual(keysOf(spec, document), expectedKeys(spec, rows));
  });
}

Deno.test("index keys: two arrays in one document are refused with 171 (7.33)", () => {
  const refused = (spec: Spec, document: Record<string, Literal>, text: string) =>
    assert.throws(
      () => keysOf(spec, document),
      (error: unknown) =>
        error instanceof CommandError && error.code === 171 &&
        error.message === `cannot index parallel arrays ${text}`,
    );
  refused({ a: 1, b: 1 }, { a: [1], b: [2] }, "[b] [a]");
  refused({ a: 1, b: 1 }, { a: [], b: [] }, "[b] [a]");
  refused({ "x.a": 1, "y.b": 1 }, { x: { a: [1] }, y: [{ b: 1 }] }, "[y] [a]");
  refused({ "a.b": 1, "a.c": 1 }, { a: [{ b: [1], c: [2] }] }, "[c] [b]");
});

Deno.test("index keys: sparse leaves out documents without any field (7.25)", () => {
  assert.deepEqual(keysOf({ a: 1 }, { b: 1 }, true), []);
  assert.deepEqual(keysOf({ a: 1 }, { a: null }, true), expectedKeys({ a: 1 }, [[null]]));
  assert.deepEqual(keysOf({ a: 1 }, { a: [] }, true), expectedKeys({ a: 1 }, [[UNDEFINED]]));
  assert.deepEqual(
    keysOf({ "a.b": 1 }, { a: [{}, { b: 1 }] }, true),
    expectedKeys({ a: 1 }, [[1]]),
  );
  assert.deepEqual(
    keysOf({ a: 1, b: 1 }, { b: 1 }, true),
    expectedKeys({ a: 1, b: 1 }, [[null, 1]]),
  );
  assert.deepEqual(keysOf({ a: 1, b: 1 }, { c: 1 }, true), []);
});

Deno.test("index keys: multikey parts name the path parts that met an array", () => {
  const parts = (spec: Spec, document: Record<string, Literal>) =>
    new KeyGenerator(fieldsOf(spec)).keys(raw(document)).multikeyParts;
  assert.deepEqual(parts({ a: 1 }, { a: 1 }), [0]);
  assert.deepEqual(parts({ a: 1 }, { a: [] }), [1]);
  assert.deepEqual(parts({ a: 1, b: 1 }, { a: 1, b: [1] }), [0, 1]);
  assert.deepEqual(parts({ "a.b": 1 }, { a: [{ b: 1 }] }), [1]);
  assert.deepEqual(parts({ "a.b": 1 }, { a: { b: [1] } }), [2]);
  assert.deepEqual(parts({ "a.b": 1 }, { a: [{ b: [1] }] }), [3]);
  assert.deepEqual(parts({ "a.0": 1 }, { a: [1] }), [0]); // one value by its place
  assert.deepEqual(parts({ "a.0": 1 }, { a: [{ "0": 1 }] }), [1]);
});

Deno.test("scalarKey is a view without arrays, null with them", () => {
  const generator = new KeyGenerator(fieldsOf({ a: 1, "b.c": -1 }), { sparse: true });
  assert.deepEqual(
    generator.scalarKey(raw({ b: { c: 2 }, a: 1 }))!.slice(),
    encodeKey([rawValue(1), rawValue(2)], [false, true]),
  );
  assert.equal(generator.scalarKey(raw({ a: [1] })), null);
  assert.equal(generator.scalarKey(raw({ a: 1, b: [] })), null);
  assert.equal(generator.scalarKey(raw({ x: 1 }))!.length, 0);
});

Deno.test("keys of a document inside a batch", () => {
  const first = raw({ a: 1 });
  const second = raw({ a: [2, 3] });
  const batch = Uint8Array.from([...first, ...second]);
  const generator = new KeyGenerator(fieldsOf({ a: 1 }));
  assert.deepEqual([...generator.keys(batch, 0).keys], expectedKeys({ a: 1 }, [[1]]));
  assert.deepEqual(
    [...generator.keys(batch, first.length).keys],
    expectedKeys({ a: 1 }, [[2], [3]]),
  );
});

Deno.test("of duplicate names the first is indexed (7.42)", () => {
  const one = raw({ a: 1 });
  const two = raw({ a: 2 });
  const both = Uint8Array.from([19, 0, 0, 0, ...one.slice(4, 11), ...two.slice(4, 11), 0]);
  const keys = new KeyGenerator(fieldsOf({ a: 1 })).keys(both).keys;
  assert.deepEqual([...keys], expectedKeys({ a: 1 }, [[1]]));
});

Deno.test("patternFields and defaultIndexName", () => {
  const fields = patternFields(raw({ a: 1, "b.c": -1, d: double(-1), e: -1n, f: "hashed" }));
  assert.deepEqual(fields.map((field) => field.direction), [1, -1, -1, -1, 1]);
  assert.equal(defaultIndexName(fields.slice(0, 2)), "a_1_b.c_-1");
});

Deno.test("fuzz: keys equal the model's", () => {
  fuzzIndexKeys(freshSeed(), 3000);
});
