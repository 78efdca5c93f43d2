import assert from "node:assert/strict";
import { PatternParser } from "../../../src/expression/regex/parse.ts";

const root = (text: string) => new PatternParser(text, "").parse().root;

Deno.test("kinds of groups", () => {
  assert.equal(root("(a)").type, "group");
  assert.equal(root("(?>a)").type, "atomic");
  assert.equal(root("(*atomic:a)").type, "atomic");
  assert.equal(root("(*pla:a)").type, "look");
  assert.equal(root("(?(1)a)(b)").type, "sequence");
  const behind = root("(?<!a)");
  assert(behind.type === "look" && behind.behind && behind.negated);
});

Deno.test("errors of groups", () => {
  const rows: [string, RegExp][] = [
    ["(?", /unrecognized character after \(\?/],
    ["(?<n", /missing closing parenthesis|syntax error/],
    ["(?P=x)", /non-existent/],
    ["(?&x)", /non-existent/],
    ["(?2)(a)", /non-existent/],
    ["(?#x", /missing \) after \(\?# comment/],
    ["(?(1)a|b|c)(x)", /more than two branches/],
    ["(?(R)a)", /recursion/],
    ["(*FOO)", /VERB/],
  ];
  for (const [text, message] of rows) assert.throws(() => root(text), message, text);
});
