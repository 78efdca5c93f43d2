import assert from "node:assert/strict";
import { PatternParser } from "../../../src/expression/regex/parse.ts";
import { compileProgram } from "../../../src/expression/regex/program.ts";

function program(text: string) {
  const { root, groups } = new PatternParser(text, "").parse();
  return compileProgram(root, groups);
}

Deno.test("instructions of small patterns", () => {
  const ops = (text: string) => program(text).instructions.map(({ op }) => op).join(" ");
  assert.equal(ops("ab"), "set set end");
  assert.equal(ops("a|b"), "split set jump set end");
  assert.equal(ops("a*"), "split set jump end");
  assert.equal(ops("a{2}"), "set set end");
  assert.equal(ops("(a)"), "save set save end");
  assert.equal(ops("(?:a?)*"), "split save split set progress jump end");
});

Deno.test("purity and size", () => {
  assert.equal(program("a*").isPure, true);
  assert.equal(program("(a)\\1").isPure, false);
  assert.throws(() => program("(?:a{1000}){1000}"), /too large/);
});
