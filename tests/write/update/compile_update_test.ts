// Which kind of update it is, and what is refused before any document is seen.

import assert from "node:assert/strict";
import { applied, checkRow, compile, encode, refused, table } from "./update_table.ts";

table("unknown and wrong modifiers", [
  [
    { $foo: { a: 1 } },
    {},
    refused(
      9,
      "Unknown modifier: $foo. Expected a valid update modifier or pipeline-style update " +
        "specified as an array",
    ),
  ],
  [
    { $set: { a: 1 }, b: 2 },
    {},
    refused(
      9,
      "Unknown modifier: b. Expected a valid update modifier or pipeline-style update specified " +
        "as an array",
    ),
  ],
  [
    { $set: "x" },
    {},
    refused(
      9,
      "Modifiers operate on fields but we found type string instead. For example: {$mod: " +
        `{<field>: ...}} not {$set: "x"}`,
    ),
  ],
  [{ $set: null }, {}, refused(9)],
  [{ $set: [] }, {}, refused(9)],
  [{ $set: { "": 1 } }, {}, refused(56, "An empty update path is not valid.")],
  [
    { $set: { "a.": 1 } },
    {},
    refused(
      56,
      "The update path 'a.' contains an empty field name, which is not allowed.",
    ),
  ],
  [{ $set: { "a..b": 1 } }, {}, refused(56)],
  [{ $set: { ".a": 1 } }, {}, refused(56)],
  [{ $set: {}, $inc: {} }, { a: 1 }, null],
]);

Deno.test("the kind of update is told by its shape", () => {
  assert.equal(compile({ $set: { a: 1 } }).kind, "operators");
  assert.equal(compile({ a: 1 }).kind, "replacement");
  assert.equal(compile({}).kind, "replacement");
  assert.equal(compile([{ $set: { a: 1 } }]).kind, "pipeline");
  checkRow(["x", {}, refused(9, "Update argument must be either an object or an array")]);
  checkRow([
    { a: 1 },
    {},
    refused(9, "multi update is not supported for replacement-style update"),
    { isMulti: true },
  ]);
  checkRow([
    { $set: { a: 1 } },
    {},
    refused(51198, "Constant values may only be specified for pipeline updates"),
    { constants: { x: 1 } },
  ]);
});

Deno.test("a compiled update tells what it touches", () => {
  const update = compile({ $set: { "a.b": 1 }, $rename: { c: "d.e" }, $inc: { "f.$.x": 1 } });
  assert.deepEqual([...update.changedFields!], ["a", "c", "d", "f"]);
  assert.equal(update.needsArrayIndex, true);
  assert.equal(compile({ $set: { a: 1 } }).needsArrayIndex, false);
});

Deno.test("one compiled update serves many documents", () => {
  const update = compile({ $inc: { n: 1 }, $push: { l: "x" } });
  for (let n = 0; n < 100; n++) {
    const result = update.apply(encode({ _id: n, n, l: [] }), { arrayIndex: -1 }, false);
    assert.deepEqual(result, encode({ _id: n, n: n + 1, l: ["x"] }));
  }
  assert.throws(() => update.apply(encode({ n: "x" }), { arrayIndex: -1 }, false));
  const after = update.apply(encode({ n: 1, l: [] }), { arrayIndex: -1 }, false);
  assert.deepEqual(after, encode({ n: 2, l: ["x"] }));
});

Deno.test("results are limited in size (17419, 10334) and nesting (15)", () => {
  const document = { _id: 1, s: "x".repeat(16 * 1024 * 1024 - 100) };
  checkRow([
    { $set: { t: "y".repeat(100) } },
    document,
    refused(17419, "Resulting document after update is larger than 16777216"),
  ]);
  checkRow([{ $set: { t: "y".repeat(20_000) } }, document, refused(10334)]);
  checkRow([{ $set: { t: 1 } }, { s: 1 }, { s: 1, t: 1 }]);

  let deep: Record<string, unknown> = { z: 1 };
  for (let i = 0; i < 170; i++) deep = { d: deep };
  assert.notEqual(applied({ $set: { a: deep } }, {}), null);
  checkRow([
    { $set: { "a.b.c.d.e.f.g.h.i.j.k.l": deep } },
    {},
    refused(15, "Document exceeds maximum nesting depth of 180"),
  ]);
  checkRow([{ $push: { "a.b.c.d.e.f.g.h.i.j": deep } }, {}, refused(15)]);
});
