import assert from "node:assert/strict";
import { Decimal128, Double } from "bson";
import { CommandError } from "../../src/error.ts";
import { withoutUnknownFields } from "../../src/storage/index_fields.ts";
import { normalizeIndexSpec } from "../../src/storage/index_spec.ts";
import { doc, type Literal, text } from "./fixture.ts";

const A = { key: { a: 1 }, name: "x" };

/** `[fields beside key and name, code, end of the text]`. */
const REFUSED: ReadonlyArray<readonly [Record<string, Literal>, number, string]> = [
  [
    { unique: null },
    14,
    "The field 'unique has value unique: null, which is not convertible to bool",
  ],
  [{ dropDups: "x" }, 14, `'dropDups has value dropDups: "x", which is not convertible to bool`],
  [{ hidden: 1 }, 14, "The field 'hidden' must be a bool, but got int"],
  [{ v: "2" }, 14, "The field 'v' must be a number, but got string"],
  [{ v: 1.5 }, 2, "Index version must be representable as a 32-bit integer, but got 1.5"],
  [{ v: 3 }, 67, "v: 3 }; cannot create an index with v=3"],
  [{ v: 1, collation: { locale: "fr" } }, 67, "an index with the 'collation' option and v=1"],
  [{ collation: {} }, 2, "The field 'collation' cannot be an empty object."],
  [{ weights: 1 }, 14, "The field 'weights' must be an object, but got int"],
  [{ weights: { a: 1 } }, 67, "the field 'weights' can only be specified with text indexes"],
  [{ bits: "x" }, 14, "The field 'bits' must be a number, but got string"],
  [{ default_language: 1 }, 14, "The field 'default_language' must be a string, but got int"],
  [
    { unique: true, prepareUnique: true },
    67,
    "cannot create an index with the 'unique' option and the 'prepareUnique' option",
  ],
  [{ clustered: true, sparse: true }, 197, "unique"],
  [{ clustered: false, unique: true }, 6492800, "Value 'false' for field 'clustered' is invalid"],
  [{ clustered: true }, 67, "The 'unique' field is required when 'clustered' is specified"],
  [{ storageEngine: 1 }, 67, '"storageEngine" options must be a document if present'],
  [{ storageEngine: {} }, 67, "Please remove the field or include valid options."],
  [
    { storageEngine: { wiredTiger: 1 } },
    2,
    "'storageEngine.wiredTiger' has to be an embedded document.",
  ],
  [{ storageEngine: { x: {} } }, 72, "x is not a registered storage engine for this server"],
  [
    { expireAfterSeconds: "x" },
    67,
    "TTL index 'expireAfterSeconds' option must be numeric, but received a type of 'string",
  ],
  [{ expireAfterSeconds: NaN }, 67, "TTL index 'expireAfterSeconds' option must not be NaN"],
  [{ expireAfterSeconds: -1 }, 67, "TTL index 'expireAfterSeconds' option cannot be less than 0"],
  [
    { expireAfterSeconds: new Decimal128("1E30") },
    67,
    "TTL index 'expireAfterSeconds' must be within the range of a 32-bit integer",
  ],
];

Deno.test("fields of wrong types and values, and fields that do not go together", () => {
  for (const [fields, code, end] of REFUSED) {
    const given = { ...A, ...fields };
    assert.throws(() => normalizeIndexSpec(doc(given), undefined), (error) => {
      assert(error instanceof CommandError, String(error));
      assert.equal(error.code, code, error.message);
      assert(code === 197 || error.message.endsWith(end), error.message);
      return true;
    }, JSON.stringify(fields));
  }
});

Deno.test("fractions of seconds are cut off", () => {
  const spec = normalizeIndexSpec(doc({ ...A, expireAfterSeconds: new Double(-0.5) }), undefined);
  assert.equal(spec.expireAfterSeconds, 0);
});

Deno.test("unknown fields are taken away", () => {
  const given = doc({ ...A, nope: 1, sparse: true });
  assert.equal(text(withoutUnknownFields(given)), '{ key: { a: 1 }, name: "x", sparse: true }');
});
