import assert from "node:assert/strict";
import { type Collation, parseCollation, sameCollation } from "../../src/bson/collation.ts";
import { documentText } from "../../src/bson/json.ts";
import { CommandError } from "../../src/error.ts";
import { decimal, double, type Literal, raw } from "./literal.ts";

function collation(spec: Record<string, Literal>): Collation {
  const parsed = parseCollation(raw(spec));
  assert.ok(parsed !== undefined);
  return parsed;
}

function order(spec: Record<string, Literal>, a: string, b: string): number {
  return Math.sign(collation(spec).compare(a, b));
}

const ERROR_ROWS: ReadonlyArray<readonly [Record<string, Literal>, number, string]> = [
  [{}, 40414, "BSON field 'collation.locale' is missing but a required field"],
  [{ strength: 1 }, 40414, "BSON field 'collation.locale' is missing but a required field"],
  [{ locale: "en", foo: 1 }, 40415, "BSON field 'collation.foo' is an unknown field."],
  [
    { locale: 5 },
    14,
    "BSON field 'collation.locale' is the wrong type 'int', expected type 'string'",
  ],
  [
    { locale: "en", caseLevel: 1 },
    14,
    "BSON field 'collation.caseLevel' is the wrong type 'int', expected type 'bool'",
  ],
  [
    { locale: "en", strength: "x" },
    14,
    "BSON field 'collation.strength' is the wrong type 'string', expected types " +
    "'[double, decimal, long, int]'",
  ],
  [
    { locale: "en", strength: 6 },
    2,
    "BSON field 'strength' value must be <= 5, actual value '6'",
  ],
  [{ locale: "" }, 2, `Field 'locale' cannot be the empty string in: { locale: "" }`],
  [
    { locale: "en", backwards: 5 },
    14,
    "Field 'backwards' should be a boolean value, but found: int",
  ],
  [
    { locale: "en", caseFirst: "up" },
    2,
    "Enumeration value 'up' for field 'collation.caseFirst' is not a valid value.",
  ],
  [
    { locale: "en", alternate: "no" },
    2,
    "Enumeration value 'no' for field 'collation.alternate' is not a valid value.",
  ],
  [
    { locale: "en", maxVariable: "all" },
    2,
    "Enumeration value 'all' for field 'collation.maxVariable' is not a valid value.",
  ],
  [{ locale: "xx" }, 2, `Field 'locale' is invalid in: { locale: "xx" }`],
  [
    { locale: "en_XX" },
    2,
    `Field 'locale' is invalid in: { locale: "en_XX" }. Did you mean 'en'?`,
  ],
  [
    { locale: "en", strength: 1, backwards: true },
    2,
    "'backwards' is invalid with 'strength' of 1 found: " +
    `{ locale: "en", strength: 1, backwards: true }`,
  ],
];

Deno.test("collation errors are mongod's", () => {
  for (const [spec, code, message] of ERROR_ROWS) {
    assert.throws(() => parseCollation(raw(spec)), (error: unknown) => {
      assert.ok(error instanceof CommandError);
      assert.equal(error.message, message);
      assert.equal(error.code, code);
      return true;
    });
  }
  const codes: ReadonlyArray<readonly [Record<string, Literal>, number]> = [
    [{ locale: "en", strength: 0.5 }, 2],
    [{ locale: "en", strength: -1 }, 2],
    [{ locale: "en", strength: 2, caseFirst: "upper" }, 2],
    [{ locale: "simple", strength: 1 }, 2],
    [{ locale: "en", version: "1" }, 161],
    [{ locale: null }, 14],
  ];
  for (const [spec, code] of codes) {
    assert.throws(() => parseCollation(raw(spec)), { code });
  }
});

Deno.test("simple is no collation", () => {
  assert.equal(parseCollation(raw({ locale: "simple" })), undefined);
});

Deno.test("the specification is echoed in full", () => {
  assert.equal(
    documentText(collation({ locale: "en", strength: double(2) }).spec),
    `{ locale: "en", caseLevel: false, caseFirst: "off", strength: 2, numericOrdering: false, ` +
      `alternate: "non-ignorable", maxVariable: "punct", normalization: false, backwards: false, ` +
      `version: "57.1" }`,
  );
  assert.match(documentText(collation({ locale: "fr_CA" }).spec), /backwards: true/);
  assert.match(documentText(collation({ locale: "da" }).spec), /caseFirst: "upper"/);
  assert.match(documentText(collation({ locale: "th" }).spec), /alternate: "shifted"/);
});

Deno.test("strength, caseLevel and caseFirst", () => {
  const en = (more: Record<string, Literal>) => ({ locale: "en", ...more });
  const rows: ReadonlyArray<readonly [Record<string, Literal>, string, string, number]> = [
    [en({}), "a", "A", -1],
    [en({}), "a", "á", -1],
    [en({}), "a", "B", -1],
    [en({ strength: 1 }), "a", "Á", 0],
    [en({ strength: 2 }), "a", "A", 0],
    [en({ strength: 2 }), "a", "á", -1],
    [en({ strength: 1, caseLevel: true }), "a", "á", 0],
    [en({ strength: 1, caseLevel: true }), "a", "A", -1],
    [en({ strength: decimal("2"), caseLevel: true }), "a", "A", -1],
    [en({ caseFirst: "upper" }), "a", "A", 1],
    [en({ caseFirst: "lower" }), "a", "A", -1],
    [en({ strength: 5 }), "a", "a", 0],
  ];
  for (const [spec, a, b, expected] of rows) {
    assert.equal(order(spec, a, b), expected, `${JSON.stringify(spec)} ${a} ${b}`);
    assert.equal(order(spec, b, a), -expected + 0);
  }
});

Deno.test("languages differ (7.68)", () => {
  assert.equal(order({ locale: "sv" }, "ä", "z"), 1);
  assert.equal(order({ locale: "de" }, "ä", "z"), -1);
  assert.equal(order({ locale: "de", strength: 1 }, "ß", "ss"), 0);
  assert.equal(order({ locale: "de@collation=phonebook", strength: 1 }, "ä", "ae"), 0);
});

Deno.test("numericOrdering (7.68)", () => {
  assert.equal(order({ locale: "en", numericOrdering: true }, "a2", "a10"), -1);
  assert.equal(order({ locale: "en" }, "a2", "a10"), 1);
});

Deno.test("alternate and maxVariable", () => {
  const shifted = { locale: "en", alternate: "shifted" };
  assert.equal(order(shifted, "a-b", "ab"), 0);
  assert.equal(order(shifted, "a b", "ab"), 0);
  assert.equal(order({ ...shifted, maxVariable: "space" }, "a b", "ab"), 0);
  assert.notEqual(order({ ...shifted, maxVariable: "space" }, "a-b", "ab"), 0);
  assert.notEqual(order({ ...shifted, strength: 4 }, "a-b", "ab"), 0);
  assert.notEqual(order({ locale: "en" }, "a-b", "ab"), 0);
});

Deno.test("backwards compares accents from the end", () => {
  const words = ["côté", "coté", "côte", "cote"];
  const sorted = (spec: Record<string, Literal>) => [...words].sort(collation(spec).compare);
  assert.deepEqual(sorted({ locale: "fr" }), ["cote", "coté", "côte", "côté"]);
  assert.deepEqual(sorted({ locale: "fr", backwards: true }), ["cote", "côte", "coté", "côté"]);
  assert.deepEqual(sorted({ locale: "fr_CA" }), ["cote", "côte", "coté", "côté"]);
  assert.deepEqual(sorted({ locale: "fr_CA", backwards: false }), sorted({ locale: "fr" }));
});

Deno.test("sameCollation compares the full specification", () => {
  const a = collation({ locale: "en" });
  assert.ok(sameCollation(a, collation({ strength: 3, locale: "en" })));
  assert.ok(!sameCollation(a, collation({ locale: "en", strength: 2 })));
  assert.ok(!sameCollation(a, undefined));
  assert.ok(sameCollation(undefined, undefined));
});
