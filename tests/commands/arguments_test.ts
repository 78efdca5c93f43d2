import assert from "node:assert/strict";
import { Binary, Double } from "bson";
import { documentFrom } from "../../src/bson/encode.ts";
import { type BsonValue, UNDEFINED } from "../../src/bson/value.ts";
import {
  ArgumentPlan,
  parseArguments,
  type ParsedArguments,
} from "../../src/commands/arguments.ts";
import { CommandError } from "../../src/error.ts";

const PLAN = new ArgumentPlan("find", {
  filter: { type: "object" },
  limit: { type: "long", min: 0, max: 100 },
  name: { type: "string" },
  list: { type: "array" },
  hint: { type: ["string", "object"] },
  flag: { type: "safeBool" },
  strict: { type: "exactBool" },
  any: { type: "any" },
  old: { type: "any", fate: "ignored" },
  future: { type: "any", fate: "refused", code: 303, message: "not yet" },
});
const NEEDY = new ArgumentPlan("drop", { what: { type: "string", fate: "required" } });

type Fields = Record<string, BsonValue>;

function parse(fields: Fields, plan = PLAN): ParsedArguments {
  return parseArguments(plan, documentFrom({ [plan.commandName]: "coll", ...fields }));
}

const WRONG: ReadonlyArray<readonly [Fields, number, string]> = [
  [{ foo: 1 }, 40415, "BSON field 'FindCommandRequest.foo' is an unknown field."],
  [
    { filter: "x" },
    14,
    "BSON field 'FindCommandRequest.filter' is the wrong type 'string', expected type 'object'",
  ],
  [
    { filter: [] },
    14,
    "BSON field 'FindCommandRequest.filter' is the wrong type 'array', expected type 'object'",
  ],
  [
    { limit: "x" },
    14,
    "BSON field 'FindCommandRequest.limit' is the wrong type 'string', expected types '[decimal, int, double, long]'",
  ],
  [
    { flag: "x" },
    14,
    "BSON field 'FindCommandRequest.flag' is the wrong type 'string', expected types '[int, decimal, long, bool, double]'",
  ],
  [
    { strict: 1 },
    14,
    "BSON field 'FindCommandRequest.strict' is the wrong type 'int', expected type 'bool'",
  ],
  [
    { hint: 1 },
    14,
    "BSON field 'FindCommandRequest.hint' is the wrong type 'int', expected types '[string, object]'",
  ],
  [{ limit: -1 }, 2, "BSON field 'limit' value must be >= 0, actual value '-1'"],
  [{ limit: 101 }, 2, "BSON field 'limit' value must be <= 100, actual value '101'"],
  [{ future: 1 }, 303, "not yet"],
  [
    { maxTimeMS: "x" },
    14,
    "BSON field 'FindCommandRequest.maxTimeMS' is the wrong type 'string', expected types '[decimal, int, double, long]'",
  ],
  [{ maxTimeMS: 1.5 }, 9, "Expected an integer: maxTimeMS: 1.5"],
  [{ maxTimeMS: NaN }, 9, "Expected an integer, but found NaN in: maxTimeMS: nan"],
  [{ maxTimeMS: 1e100 }, 9, "Cannot represent as a 64-bit integer: maxTimeMS: 1e+100"],
  [{ maxTimeMS: -1 }, 2, "BSON field 'maxTimeMS' value must be >= 0, actual value '-1'"],
  [
    { $db: 1 },
    14,
    "BSON field 'FindCommandRequest.$db' is the wrong type 'int', expected type 'string'",
  ],
  [
    { lsid: 1 },
    14,
    "BSON field 'FindCommandRequest.lsid' is the wrong type 'int', expected type 'object'",
  ],
];
for (const [fields, code, message] of WRONG) {
  Deno.test(`parseArguments() refuses ${JSON.stringify(fields)} with ${code}`, () => {
    assert.throws(() => parse(fields), (error) => {
      assert.ok(error instanceof CommandError);
      assert.deepEqual([error.code, error.message], [code, message]);
      return true;
    });
  });
}

Deno.test("a required argument: 40414 when missing or null", () => {
  for (const fields of [{}, { what: null }, { what: UNDEFINED }] as Fields[]) {
    assert.throws(
      () => parse(fields, NEEDY),
      /BSON field 'drop.what' is missing but a required field/,
    );
  }
  assert.equal(parse({ what: "x" }, NEEDY).string("what"), "x");
  const body = documentFrom({ drop: "coll" });
  const sequences = new Map([["what", 1]]);
  assert.doesNotThrow(() => parseArguments(NEEDY, body, sequences));
  assert.throws(() => parseArguments(NEEDY, body, new Map([["no", 1]])), /'drop.no' is an unknown/);
});

Deno.test("a field given twice is refused with 40413", () => {
  const once = documentFrom({ find: "coll", limit: 1, limiu: 1 });
  const at = once.lastIndexOf("u".charCodeAt(0));
  once[at] = "t".charCodeAt(0);
  assert.throws(
    () => parseArguments(PLAN, once),
    /'FindCommandRequest.limit' is a duplicate field/,
  );
});

Deno.test("null and undefined count as not given", () => {
  const args = parse({ filter: null, limit: UNDEFINED, any: null, lsid: null });
  assert.equal(args.has("filter"), false);
  assert.equal(args.int("limit", 7), 7);
  assert.equal(args.has("any"), true, "any takes null");
  assert.equal(args.lsidAt, -1);
});

Deno.test("accessors", () => {
  const args = parse({
    filter: documentFrom({ a: 1 }),
    limit: new Double(2.9),
    name: "näme",
    list: [1, 2],
    hint: "a_1",
    flag: 1,
    strict: true,
    old: 5,
    $db: "test",
    comment: "c",
    txnNumber: 5n,
    apiVersion: "1",
  });
  assert.deepEqual(args.document("filter"), documentFrom({ a: 1 }));
  assert.equal(args.int("limit"), 2);
  assert.equal(args.long("limit"), 2n);
  assert.equal(args.number("limit"), 2.9);
  assert.equal(args.string("name"), "näme");
  assert.equal(args.array("list")!.length, 19);
  assert.equal(args.value("hint")!.type, 2);
  assert.equal(args.boolean("flag"), true);
  assert.equal(args.boolean("strict"), true);
  assert.equal(args.boolean("any", true), true);
  assert.equal(args.database(), "test");
  assert.equal(args.comment!.type, 2);
  assert.equal(args.txnNumber, 5);
  assert.equal(args.apiVersion, "1");
  assert.equal(args.targetType, 2);
});

Deno.test("fields nobody asks about, when the plan takes them", () => {
  const plan = new ArgumentPlan("hello", {}, true);
  assert.doesNotThrow(() => parse({ anything: 1, $db: "admin" }, plan));
});

Deno.test("generic arguments are accepted by every command", () => {
  const lsid = documentFrom({ id: new Binary(new Uint8Array(16), 4) });
  assert.doesNotThrow(() => parse({ lsid, $clusterTime: documentFrom({}), $audit: 1 }));
});
