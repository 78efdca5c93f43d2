import assert from "node:assert/strict";
import { PatternParser } from "../../../src/expression/regex/parse.ts";
import { toJavaScript } from "../../../src/expression/regex/to_javascript.ts";

const translate = (text: string, flags = "") =>
  toJavaScript(new PatternParser(text, flags).parse().root);

Deno.test("translations", () => {
  const rows: [string, string, string | undefined][] = [
    ["abc", "", "abc"],
    ["a$", "", "a(?=\\n?$)"],
    ["^a", "m", "(?:^|(?<=\\n)(?!$))a"],
    ["a++", "", "(?=(a+))\\1(?:)"],
    ["(a)", "", "(?:a)"],
    ["a", "i", "[Aa]"],
    [".", "", "[^\\u{a}]"],
    ["a{2,}?", "", "a{2,}?"],
    ["(?<!a)b", "", "(?<!a)b"],
    ["(a)\\1", "", undefined],
    ["(a)?(?(1)b)", "", undefined],
    ["(?>(?:a?)*)", "", undefined],
  ];
  for (const [text, flags, expected] of rows) assert.equal(translate(text, flags), expected, text);
});

Deno.test("every translation is a valid expression", () => {
  for (
    const text of ["[\\]^\\\\-]", "\\/", "(?>a)1", "[\\p{L}-]", "\\x{10ffff}", "(?:)*", "\\b*"]
  ) {
    const source = translate(text);
    assert(source !== undefined);
    new RegExp(source, "u");
  }
});
