import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import {
  changeOptions,
  EMPTY_DOCUMENT,
  parseCollectionOptions,
} from "../../src/storage/collection_options.ts";
import { flagField, numberField } from "../../src/storage/option_field.ts";
import { Double } from "bson";
import { doc, type Literal, text, value } from "./fixture.ts";

const TABLE: [Record<string, Literal>, string | number][] = [
  [{}, "{}"],
  [{ capped: true, size: 1000 }, "{ capped: true, size: 1024 }"],
  [{ capped: true, size: 4096, max: 10 }, "{ capped: true, size: 4096, max: 10 }"],
  [{ capped: true, size: 5_000_000_000n }, "{ capped: true, size: 5000000000 }"],
  [{ capped: true, size: 1, max: 0 }, "{ capped: true, size: 256 }"],
  [{ capped: true, size: new Double(300.5) }, "{ capped: true, size: 512 }"],
  [{ capped: false }, "{}"],
  [{ capped: true }, 72],
  [{ size: 100 }, 72],
  [{ max: 100 }, 72],
  [{ capped: true, size: 0 }, 2],
  [{ validator: {} }, "{}"],
  [
    { validationAction: "warn", validator: { a: 1 } },
    '{ validator: { a: 1 }, validationAction: "warn" }',
  ],
  [{ viewOn: "a" }, '{ viewOn: "a", pipeline: [] }'],
  [{ viewOn: "a", pipeline: [{ $match: {} }] }, '{ viewOn: "a", pipeline: [ { $match: {} } ] }'],
  [{ viewOn: "a", capped: true, size: 1 }, 72],
  [{ collation: { locale: "simple" } }, "{}"],
];

Deno.test("options are checked and put into the stored form", () => {
  for (const [given, expected] of TABLE) {
    if (typeof expected === "string") {
      assert.equal(text(parseCollectionOptions(doc(given)).document), expected);
    } else {
      assert.throws(
        () => parseCollectionOptions(doc(given)),
        (error) => error instanceof CommandError && error.code === expected,
      );
    }
  }
});

Deno.test("parsed fields", () => {
  const options = parseCollectionOptions(doc({
    validator: { a: 1 },
    validationLevel: "moderate",
    changeStreamPreAndPostImages: { enabled: true },
  }));
  assert.equal(options.validationLevel, "moderate");
  assert.equal(options.validationAction, "error");
  assert.equal(options.recordsPreImages, true);
  assert.equal(text(options.validator!), "{ a: 1 }");
  assert.equal(parseCollectionOptions(EMPTY_DOCUMENT).validator, undefined);
  assert.deepEqual(parseCollectionOptions(doc({ capped: true, size: 1, max: 3 })).capped, {
    maxBytes: 256,
    maxDocuments: 3,
  });
});

Deno.test("a collation is stored in full", () => {
  const options = parseCollectionOptions(doc({ collation: { locale: "en" } }));
  assert.match(text(options.document), /collation: \{ locale: "en", caseLevel: false/);
});

Deno.test("options change field by field", () => {
  const before = parseCollectionOptions(doc({ validator: { a: 1 }, validationLevel: "off" }));
  const after = changeOptions(
    before,
    new Map([["validator", value({ b: 1 })], ["validationLevel", undefined]]),
  );
  assert.equal(text(after.document), "{ validator: { b: 1 } }");
});

Deno.test("flags and numbers as mongod reads them", () => {
  const given = doc({ t: true, one: 1, zero: 0, s: "x", d: new Double(2.5), l: 7n });
  assert.deepEqual(
    ["t", "one", "zero", "s", "missing"].map((name) => flagField(given, name)),
    [true, true, false, false, false],
  );
  assert.deepEqual(
    ["one", "d", "l", "s", "missing"].map((name) => numberField(given, name)),
    [1, 2.5, 7, undefined, undefined],
  );
});
