import assert from "node:assert/strict";
import { PatternParser } from "../../../src/expression/regex/parse.ts";
import { invalidPattern, widthOf } from "../../../src/expression/regex/syntax.ts";

Deno.test("least and greatest widths", () => {
  const rows: [string, number, number][] = [
    ["abc", 3, 3],
    ["a|bcd", 1, 3],
    ["a*", 0, Infinity],
    ["(?:ab){2,3}", 4, 6],
    ["^(?=abc)$", 0, 0],
    ["(a)?(?(1)bc|d)", 1, 3],
    ["(?:)*", 0, 0],
  ];
  for (const [text, min, max] of rows) {
    assert.deepEqual(widthOf(new PatternParser(text, "").parse().root), { min, max }, text);
  }
});

Deno.test("the error of patterns", () => {
  assert.equal(invalidPattern("x").code, 51091);
});
