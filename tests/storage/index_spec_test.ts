import assert from "node:assert/strict";
import { Double } from "bson";
import { CommandError } from "../../src/error.ts";
import {
  defaultIndexName,
  idIndexSpec,
  normalizeIndexSpec,
  parseStoredSpec,
} from "../../src/storage/index_spec.ts";
import { doc, type Literal, text } from "./fixture.ts";

const VALID: [Record<string, Literal>, string][] = [
  [{ key: { a: 1 }, name: "a_1" }, '{ v: 2, key: { a: 1 }, name: "a_1" }'],
  [
    { name: "x", key: { a: new Double(1), b: -5n }, unique: 1, sparse: false },
    '{ v: 2, unique: true, key: { a: 1.0, b: -5 }, name: "x" }',
  ],
  [
    { key: { "a.$id": 1 }, name: "n", expireAfterSeconds: 10, hidden: true, background: true },
    '{ v: 2, key: { a.$id: 1 }, name: "n", expireAfterSeconds: 10, hidden: true, background: true }',
  ],
  [
    { key: { a: 1 }, name: "p", partialFilterExpression: { b: { $gt: 1 } } },
    '{ v: 2, key: { a: 1 }, name: "p", partialFilterExpression: { b: { $gt: 1 } } }',
  ],
  [
    { key: { a: 1 }, name: "b", background: false },
    '{ v: 2, key: { a: 1 }, name: "b", background: false }',
  ],
  [
    { key: { a: 1 }, name: "t", expireAfterSeconds: new Double(3.7), v: 1, dropDups: 1 },
    '{ v: 1, key: { a: 1 }, name: "t", expireAfterSeconds: 3 }',
  ],
  [{ key: { _id: 1 }, name: "mine" }, '{ v: 2, key: { _id: 1 }, name: "_id_" }'],
];

Deno.test("specifications get the stored form", () => {
  for (const [given, expected] of VALID) {
    assert.equal(text(normalizeIndexSpec(doc(given), undefined).document), expected);
  }
});

const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`f${i}`, 1]));

const INVALID: [Record<string, Literal>, number, string | RegExp][] = [
  [
    { key: { z: 0 }, name: "z_0" },
    67,
    'Error in specification { key: { z: 0 }, name: "z_0" } :: caused by :: Values in the index key ' +
    "pattern cannot be 0.",
  ],
  [
    { key: { "": 1 }, name: "ef" },
    67,
    'Error in specification { key: { : 1 }, name: "ef" } :: caused by :: Index keys cannot be an ' +
    "empty field.",
  ],
  [{ key: { $x: 1 }, name: "dx" }, 67, /field name starts with '\$'\.$/],
  [{ key: { "a..b": 1 }, name: "n" }, 67, /Index keys cannot contain an empty field\.$/],
  [
    { key: { u: 1 }, bogus: true, name: "u_1" },
    197,
    'Error in specification { key: { u: 1 }, bogus: true, name: "u_1" } :: caused by :: The field ' +
    "'bogus' is not valid for an index specification. Specification: { key: { u: 1 }, bogus: true, " +
    'name: "u_1" }',
  ],
  [
    { key: { n: 1 }, name: "" },
    67,
    'Error in specification { key: { n: 1 }, name: "", v: 2 } :: caused by :: index name cannot be ' +
    "empty",
  ],
  [{ key: { s: 1 }, name: "*" }, 2, "The index name '*' is not valid."],
  [
    { key: { _id: -1 }, name: "_id_-1" },
    2,
    "The field 'key' for an _id index must be {_id: 1}, but got { _id: -1 }",
  ],
  [
    { key: { _id: 1 }, name: "_id_", sparse: true },
    197,
    "The field 'sparse' is not valid for an _id index specification. Specification: " +
    '{ key: { _id: 1 }, name: "_id_", sparse: true, v: 2 }',
  ],
  [
    { key: { w: 1 }, expireAfterSeconds: -1, name: "w_1" },
    67,
    '. Index spec: { key: { w: 1 }, expireAfterSeconds: -1, name: "w_1" } :: caused by :: TTL index ' +
    "'expireAfterSeconds' option cannot be less than 0",
  ],
  [
    { key: { w: 1, a: 1 }, expireAfterSeconds: 10, name: "w_1_a_1" },
    67,
    "TTL indexes are single-field indexes, compound indexes do not support TTL. Index spec: " +
    '{ key: { w: 1, a: 1 }, expireAfterSeconds: 10, name: "w_1_a_1" }',
  ],
  [
    { key: { p: 1 }, sparse: true, partialFilterExpression: { a: 1 }, name: "p_1" },
    67,
    "Error in specification { key: { p: 1 }, sparse: true, partialFilterExpression: { a: 1 }, name: " +
    '"p_1", v: 2 } :: caused by :: cannot mix "partialFilterExpression" and "sparse" options',
  ],
  [{ key: {}, name: "e" }, 67, /Index keys cannot be empty\.$/],
  [{ key: { a: true }, name: "b" }, 67, /cannot be of type bool\. Only numbers > 0/],
  [{ key: { a: new Double(NaN) }, name: "b" }, 67, /cannot be NaN\.$/],
  [{ key: { a: "other" }, name: "b" }, 67, /Unknown index plugin 'other'$/],
  [{ key: { a: 1 }, name: 5 }, 14, /The field 'name' must be a string, but got int$/],
  [{ key: 5, name: "a" }, 14, /The field 'key' must be an object, but got int$/],
  [{ name: "a" }, 9, /The 'key' field is a required property/],
  [{ key: { a: 1 } }, 9, /The 'name' field is a required property/],
  [{ key: { a: "hashed" }, unique: true, name: "h" }, 16764, /cannot guarantee uniqueness/],
  [
    { key: { a: "hashed", b: "hashed" }, name: "h" },
    31303,
    /A maximum of one index field is allowed to be hashed but found 2 for 'key' \{ a: "hashed", b/,
  ],
  [{ key: many, name: "m" }, 13103, /too many compound keys$/],
];

Deno.test("bad specifications are refused with mongod's codes and texts", () => {
  for (const [given, code, message] of INVALID) {
    assert.throws(() => normalizeIndexSpec(doc(given), undefined), (error) => {
      assert(error instanceof CommandError, String(error));
      assert.equal(error.code, code, error.message);
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("a field may not appear twice in the pattern", () => {
  const twice = doc({ key: new Map([["a", 1]]), name: "x" });
  assert.equal(parseStoredSpec(normalizeIndexSpec(twice, undefined).document).parts.length, 1);
});

Deno.test("default names", () => {
  assert.equal(defaultIndexName(doc({ a: 1, "b.c": -1, d: "hashed" })), "a_1_b.c_-1_d_hashed");
});

Deno.test("the _id index", () => {
  const spec = idIndexSpec(undefined);
  assert.equal(text(spec.document), '{ v: 2, key: { _id: 1 }, name: "_id_" }');
  assert.deepEqual(spec.parts, [{ path: "_id", direction: 1 }]);
});
