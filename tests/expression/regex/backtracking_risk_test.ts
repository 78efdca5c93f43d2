import assert from "node:assert/strict";
import { backtrackingDegree } from "../../../src/expression/regex/backtracking_risk.ts";
import { PatternParser } from "../../../src/expression/regex/parse.ts";

Deno.test("degrees of patterns", () => {
  const rows: [string, number][] = [
    ["^abc", 0],
    ["abc", 1],
    ["^a*b", 1],
    ["a.*b", 2],
    ["^a.*b.*c", 2],
    ["(a+)+", Infinity],
    ["^(a|aa)+$", Infinity],
    ["^(a|b)+$", 1],
    ["^(\\w+\\s)*$", 1],
    ["^(\\w+\\s?)*$", Infinity],
    ["^([a-z]+\\.)+com$", 1],
    ["^(a*)*$", Infinity],
    ["^(?:ab){1,500}$", 1],
    ["(a)\\1", Infinity],
    ["^a{1,5}$", 0],
  ];
  for (const [text, degree] of rows) {
    assert.equal(backtrackingDegree(new PatternParser(text, "").parse().root), degree, text);
  }
});
