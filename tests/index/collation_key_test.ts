import assert from "node:assert/strict";
import { type Collation, parseCollation } from "../../src/bson/collation.ts";
import { documentFrom } from "../../src/bson/encode.ts";
import type { BsonValue } from "../../src/bson/value.ts";
import { collationKey } from "../../src/index/collation_key.ts";
import { compareKeys, encodeKey } from "../../src/index/key_encoding.ts";
import { rawValue } from "../bson/literal.ts";
import { freshSeed, Random } from "../fuzz/generate.ts";

function collation(spec: Record<string, BsonValue>): Collation {
  return parseCollation(documentFrom(spec))!;
}

const COLLATIONS: ReadonlyArray<Record<string, BsonValue>> = [
  { locale: "en" },
  { locale: "en", strength: 1 },
  { locale: "en", strength: 2 },
  { locale: "en", strength: 1, caseLevel: true },
  { locale: "en", caseFirst: "upper" },
  { locale: "en", numericOrdering: true },
  { locale: "en", alternate: "shifted" },
  { locale: "en", alternate: "shifted", strength: 4 },
  { locale: "en", alternate: "shifted", maxVariable: "space" },
  { locale: "en", strength: 5 },
  { locale: "fr", backwards: true },
  { locale: "sv" },
  { locale: "de@collation=phonebook" },
  { locale: "sk" },
  { locale: "ja", strength: 2 },
  { locale: "zh" },
  { locale: "th" },
];

const LETTERS = [
  ..."aAbBzZäÄåéeßsSøOoñn0129 -_.ch\u0000\u0301\u00ad漢字かカ가अก",
  "ch",
  "ss",
  "æ",
  "ﬁ",
  "\u{1F600}",
  "\u200d",
];

function randomText(random: Random): string {
  let text = "";
  for (let length = random.below(12); length > 0; length--) text += random.pick(LETTERS);
  return text;
}

/** Two strings, most of them near: the same but for case, accents or the end. */
function randomPair(random: Random): readonly [string, string] {
  const a = randomText(random);
  const b = randomText(random);
  switch (random.below(3)) {
    case 0:
      return [a, b];
    case 1:
      return [a + b, a.toUpperCase() + b];
    default:
      return [a, a.normalize("NFD") + b];
  }
}

for (const spec of COLLATIONS) {
  Deno.test(`keys never contradict ${JSON.stringify(spec)}`, () => {
    const rules = collation(spec);
    const seed = freshSeed();
    const random = new Random(seed);
    for (let i = 0; i < 400; i++) {
      const [a, b] = randomPair(random);
      const order = Math.sign(rules.compare(a, b));
      const keys = compareKeys(collationKey(rules, a), collationKey(rules, b));
      const agrees = order === 0 ? keys === 0 : keys * order >= 0;
      assert.ok(agrees, `seed ${seed}: ${JSON.stringify([a, b, order, keys])}`);
    }
  });
}

Deno.test("different words have different keys, different case has not", () => {
  const rules = collation({ locale: "en" });
  const words = ["apple", "apples", "banana", "Bär", "Ωmega", "Москва", "x-ray", "漢", "1", "10"];
  for (const a of words) {
    for (const b of words) {
      const same = compareKeys(collationKey(rules, a), collationKey(rules, b)) === 0;
      assert.equal(same, a === b, `${a} ${b}`);
    }
  }
  assert.deepEqual(collationKey(rules, "Apple"), collationKey(rules, "apple"));
});

Deno.test("7.68 sv puts ä behind z, de beside a; numericOrdering a2 before a10", () => {
  const order = (spec: Record<string, BsonValue>, a: string, b: string) =>
    compareKeys(collationKey(collation(spec), a), collationKey(collation(spec), b));
  assert.equal(order({ locale: "sv" }, "ä", "z"), 1);
  assert.equal(order({ locale: "de" }, "ä", "z"), -1);
  assert.equal(order({ locale: "de", strength: 1 }, "ß", "ss"), 0);
  assert.equal(order({ locale: "en", numericOrdering: true }, "a2", "a10"), -1);
  assert.equal(order({ locale: "en" }, "a2", "a10"), 1);
});

Deno.test("only strings are encoded by the collation, nested ones too", () => {
  const rules = collation({ locale: "en", strength: 2 });
  const key = (literal: Parameters<typeof rawValue>[0]) =>
    encodeKey([rawValue(literal)], [], rules);
  assert.deepEqual(key(5), encodeKey([rawValue(5)]));
  assert.deepEqual(key({ a: ["X"] }), key({ a: ["x"] }));
  assert.notDeepEqual(key("x"), encodeKey([rawValue("x")]));
  assert.notDeepEqual(key("x"), key("y"));
});
