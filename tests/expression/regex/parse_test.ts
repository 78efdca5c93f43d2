import assert from "node:assert/strict";
import { PatternParser } from "../../../src/expression/regex/parse.ts";

const parse = (text: string, flags = "") => new PatternParser(text, flags).parse();

Deno.test("trees of small patterns", () => {
  assert.deepEqual(parse("").root, { type: "empty" });
  assert.equal(parse("a|b").root.type, "alternation");
  assert.equal(parse("ab").root.type, "sequence");
  assert.deepEqual(parse("^").root, { type: "assertion", assertion: "textStart" });
  assert.deepEqual(parse("$", "m").root, { type: "assertion", assertion: "lineEnd" });
  const repeat = parse("a{2,3}?").root;
  assert(repeat.type === "repeat");
  assert.deepEqual([repeat.min, repeat.max, repeat.mode], [2, 3, "lazy"]);
});

Deno.test("groups are counted", () => {
  assert.equal(parse("(a)(?:b)(?<n>c)((d))").groups, 4);
  assert.equal(parse("(?|(a)|(b)(c))(d)").groups, 3);
  assert.equal(parse("(?n)(a)(?<b>c)").groups, 1);
  assert.equal(parse("[(](a)\\(").groups, 1);
});

Deno.test("too deep nesting is refused", () => {
  assert.throws(() => parse("(".repeat(300) + ")".repeat(300)), /too deeply nested/);
});
