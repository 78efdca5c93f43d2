import assert from "node:assert/strict";
import { PatternParser } from "../../../src/expression/regex/parse.ts";

const root = (text: string) => new PatternParser(text, "").parse().root;

Deno.test("escapes outside classes", () => {
  assert.deepEqual(root("\\A"), { type: "assertion", assertion: "textStart" });
  assert.deepEqual(root("\\Z"), { type: "assertion", assertion: "textEndOrFinalNewline" });
  assert.deepEqual(root("\\K"), { type: "empty" });
  const sequence = root("(a)\\1");
  assert(sequence.type === "sequence" && sequence.items[1].type === "backReference");
});

Deno.test("numbers are references when there are as many groups, else octal", () => {
  const octal = root("\\101");
  assert(octal.type === "set");
  assert.deepEqual(octal.set.ranges, [[65, 65]]);
  const many = root("(a)".repeat(11) + "\\11");
  assert(many.type === "sequence" && many.items[11].type === "backReference");
  assert.throws(() => root("\\88"), /non-existent/);
});

Deno.test("errors of escapes", () => {
  for (const text of ["\\", "\\y", "\\k", "\\g", "\\C", "\\X"]) {
    assert.throws(() => root(text), /invalid/);
  }
});
