import assert from "node:assert/strict";
import { search } from "../../../src/expression/regex/backtracker.ts";
import { PatternParser } from "../../../src/expression/regex/parse.ts";
import { compileProgram } from "../../../src/expression/regex/program.ts";
import { fuzzPatternEngines } from "../../fuzz/pattern_engines.ts";

function own(text: string, subject: string, flags = ""): boolean {
  const { root, groups } = new PatternParser(text, flags).parse();
  return search(compileProgram(root, groups), subject);
}

Deno.test("our matcher and V8 agree on generated patterns", () => {
  fuzzPatternEngines(1, 3000);
});

Deno.test("captures survive backtracking, and loops over nothing end", () => {
  assert.equal(own("^(?:(a)|b)*\\1$", "abaa"), true);
  assert.equal(own("^(a*)(b?)\\1$", "aabaa"), true);
  assert.equal(own("(?:a?)*b", "aac"), false);
  assert.equal(own("(?:|a)+b", "aab"), true);
  assert.equal(own("(?!(a))b\\1?", "b"), true);
  assert.equal(own("(?=(a+))\\1b", "aab"), true);
});
