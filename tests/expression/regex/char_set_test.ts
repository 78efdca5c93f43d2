import assert from "node:assert/strict";
import {
  caseVariants,
  compileSet,
  complementRanges,
  foldRanges,
  mayOverlap,
  normalizeRanges,
  setOf,
} from "../../../src/expression/regex/char_set.ts";

Deno.test("ranges are sorted, joined and complemented", () => {
  assert.deepEqual(normalizeRanges([[5, 6], [1, 2], [3, 4], [9, 9]]), [[1, 6], [9, 9]]);
  assert.deepEqual(complementRanges([[0, 9], [20, 0x10ffff]]), [[10, 19]]);
  assert.deepEqual(complementRanges([]), [[0, 0x10ffff]]);
});

Deno.test("case variants", () => {
  const variants = (text: string) =>
    caseVariants(text.codePointAt(0)!).map((code) => String.fromCodePoint(code)).sort().join("");
  assert.equal(variants("a"), "Aa");
  assert.equal(variants("1"), "1");
  assert.equal(variants("k"), "Kk\u212a");
  assert.equal(variants("ς"), "Σςσ");
  assert.equal(variants("É"), "Éé");
  assert.equal(variants("ı"), "ı");
  assert.equal(variants("İ"), "İ");
  assert.deepEqual(foldRanges([[97, 98]]), [[65, 66], [97, 98]]);
});

Deno.test("sets accept and overlap", () => {
  const vowels = setOf([[97, 97], [101, 101]]);
  assert.equal(compileSet(vowels)(97), true);
  assert.equal(compileSet(vowels)(98), false);
  const letters = compileSet({ ranges: [], properties: ["\\p{L}"], negated: true });
  assert.deepEqual([letters(0xe9), letters(0x31), letters(0x4e00)], [false, true, false]);
  assert.equal(mayOverlap(vowels, setOf([[98, 100]])), false);
  assert.equal(mayOverlap(vowels, setOf([[98, 101]])), true);
  assert.equal(mayOverlap(vowels, setOf([[0, 10]], true)), true);
});
