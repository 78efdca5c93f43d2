// Integers in other bases.

import assert from "node:assert/strict";
import { integerInBase, numberBase, textInBase } from "../../src/expression/radix.ts";
import { dec, throwsCode } from "./evaluation.ts";

Deno.test("text and back", () => {
  for (const base of [2, 8, 10, 16] as const) {
    for (const value of [0n, 1n, -255n, 2n ** 63n - 1n, -(2n ** 63n)]) {
      assert.equal(integerInBase(textInBase(value, base), base), value);
    }
  }
  assert.equal(textInBase(dec("1E+3"), 16), "3E8");
  assert.equal(textInBase(-0, 2), "0");
  throwsCode(() => textInBase(2n ** 64n, 10), 241, /^Magnitude of the number/);
  throwsCode(() => textInBase(Infinity, 10), 241, /^Base conversion is not supported/);
  throwsCode(() => integerInBase("2", 2), 241, /Did not consume any digits/);
  throwsCode(() => integerInBase("12", 2), 241, /Did not consume whole string/);
  throwsCode(() => integerInBase("-", 10), 241);
});

Deno.test("the argument", () => {
  assert.equal(numberBase(null), undefined);
  assert.equal(numberBase(dec("16")), 16);
  throwsCode(() => numberBase(true), 3501300);
  throwsCode(() => numberBase(0), 3501301);
});
