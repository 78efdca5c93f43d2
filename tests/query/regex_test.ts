import assert from "node:assert/strict";
import { getField } from "../../src/bson/read.ts";
import { CommandError } from "../../src/error.ts";
import { readRegex, RegularExpression } from "../../src/query/regex.ts";
import { bson } from "./table.ts";

/** Whether the pattern matches the text, both through strings and in bytes; or the error's code. */
function test(source: string, flags: string, text: string): boolean | number {
  try {
    const regex = new RegularExpression(source, flags);
    const { bytes, type, at } = getField(bson({ v: text }), "v")!;
    const found = regex.matches(bytes, type, at);
    assert.equal(regex.test(text), found, `${source} on ${text}: bytes and text differ`);
    return found;
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
}

type Row = readonly [source: string, flags: string, text: string, expected: boolean | number];

function rows(name: string, list: readonly Row[]): void {
  Deno.test(name, () => {
    for (const [source, flags, text, expected] of list) {
      assert.equal(
        test(source, flags, text),
        expected,
        `/${source}/${flags} on ${JSON.stringify(text)}`,
      );
    }
  });
}

rows("7.26 PCRE2's dialect", [
  ["^\\w$", "", "é", false],
  ["^\\W$", "", "é", true],
  ["^\\d$", "", "٣", false],
  ["\\bé", "", "é", false],
  ["\\bfoo\\b", "", "a foo b", true],
  ["^\\s$", "", "\u00a0", false],
  ["^\\s$", "", "\v", true],
  ["^\\h$", "", "\u00a0", true],
  ["^\\h+$", "", "\t ", true],
  ["^\\H$", "", "x", true],
  ["^\\v$", "", "\u2028", true],
  ["^\\V$", "", "\n", false],
  ["^\\N$", "", "\n", false],
  ["^\\R$", "", "\r\n", true],
  ["^\\R\\n$", "", "\r\n", false],
  ["^[[:alpha:]]+$", "", "abc", true],
  ["^[[:alpha:]]+$", "", "é", false],
  ["^[[:^digit:]]$", "", "1", false],
  ["^[[:punct:][:space:]]+$", "", "! .", true],
  ["a++ab", "", "aaab", false],
  ["a++b", "", "aaab", true],
  ["(?>a|ab)c", "", "abc", false],
  ["(?>ab|a)c", "", "abc", true],
  ["^(?<y>\\d+)-(?P<m>\\d+)$", "", "2020-12", true],
  ["(?P<c>.)(?P=c)", "", "abb", true],
  ["(?<c>.)\\k<c>", "", "abb", true],
  ["(?<c>.)\\k{c}\\g{c}", "", "abbb", true],
  ["(.)\\g{-1}", "", "abb", true],
  ["(a)|b\\1", "", "b", false],
  ["\\Ax", "", "x", true],
  ["\\Ax", "m", "a\nx", false],
  ["x\\z", "", "x\n", false],
  ["x\\Z", "", "x\n", true],
  ["\\Qa.b\\E", "", "a.b", true],
  ["\\Qa.b\\E", "", "axb", false],
  ["a\\Qb*\\E", "", "ab*", true],
  ["[\\Q]\\E]", "", "]", true],
  ["foo\\Kbar", "", "foobar", true],
  ["\\x41\\x{42}\\103\\o{104}", "", "ABCD", true],
  ["\\e\\a\\cA", "", "\x1b\x07\x01", true],
  ["^\\p{L}+$", "", "éa", true],
  ["^\\p{Lu}\\P{Lu}$", "", "Éa", true],
  ["^\\p{Greek}$", "", "α", true],
  ["^\\p{^L}$", "", "1", true],
  ["^\\pL$", "", "x", true],
  ["^\\p{L&}$", "", "x", true],
  ["^[\\p{L}\\d]+$", "", "é1", true],
  ["^[^\\p{L}]$", "", "é", false],
  ["(?|(a)|(b))\\1", "", "bb", true],
  ["(?(1)x|y)", "", "y", true],
  ["^(a)?(?(1)b|c)$", "", "ab", true],
  ["^(a)?(?(1)b|c)$", "", "b", false],
  ["^(?(?=a)ab|cd)$", "", "cd", true],
  ["(?<n>a)?(?(<n>)b|c)", "", "c", true],
  ["(?(DEFINE)(?<byte>25[0-5]|\\d{1,2}))^(?&byte)\\.(?&byte)$", "", "255.12", true],
  ["^(ab)(?1)$", "", "abab", true],
  ["(?<=a)b", "", "ab", true],
  ["(?<!a)b", "", "ab", false],
  ["(?<=a|bc)d", "", "bcd", true],
  ["a(?=b)", "", "ac", false],
  ["(*UTF)(*UCP)^\\w$", "", "é", true],
  ["x(*FAIL)|y", "", "y", true],
  ["^.$", "", "😀", true],
  ["^[😀]$", "", "😀", true],
  ["^a{,2}$", "", "a{,2}", true],
  ["^x{2}$", "", "xx", true],
  ["{", "", "{", true],
  ["]", "", "]", true],
  ["[]a]", "", "]", true],
  ["[^]a]", "", "b", true],
  ["a.c", "", "a\nc", false],
  ["a.c", "", "a\rc", true],
]);

rows("7.26 what is not supported is refused", [
  ["(a(?1)?b)", "", "", 51091],
  ["(?R)", "", "", 51091],
  ["\\X", "", "", 51091],
  ["\\C", "", "", 51091],
  ["a(*COMMIT)b", "", "", 51091],
  ["(?C1)", "", "", 51091],
  ["\\y", "", "", 51091],
  ["(", "", "", 51091],
  [")", "", "", 51091],
  ["*", "", "", 51091],
  ["a**", "", "", 51091],
  ["[z-a]", "", "", 51091],
  ["[a", "", "", 51091],
  ["[[:foo:]]", "", "", 51091],
  ["a{2,1}", "", "", 51091],
  ["a{70000}", "", "", 51091],
  ["\\", "", "", 51091],
  ["\\1", "", "", 51091],
  ["(?<a>x)(?<a>y)", "", "", 51091],
  ["(?<1a>x)", "", "", 51091],
  ["(?z)", "", "", 51091],
  ["(?<=a+)b", "", "", 51091],
  ["\\p{Foo}", "", "", 51091],
  ["x", "q", "", 51108],
]);

rows("7.27 $ before a last newline, and the flags m, x, s", [
  ["a$", "", "a\n", true],
  ["a$", "", "a\n\n", false],
  ["a$", "m", "a\nb", true],
  ["^b", "m", "a\nb", true],
  ["^$", "m", "a\n", false],
  ["^b", "", "a\nb", false],
  ["a b # comment\n c", "x", "abc", true],
  ["a\\ b", "x", "a b", true],
  ["[a b]", "x", " ", true],
  ["(?xx)[a b]", "", " ", false],
  ["a.b", "s", "a\nb", true],
  ["(?#note)a", "", "a", true],
  ["(?s).", "", "\n", true],
  ["(?s:.)", "", "\n", true],
  ["(?m)^b(?-m)$", "", "a\nb", true],
  ["a(?i)b", "", "aB", true],
  ["a(?i)b", "", "AB", false],
  ["a(?i:b)c", "", "aBc", true],
  ["a(?i:b)c", "", "aBC", false],
  ["(a(?i)b)c", "", "aBC", false],
  ["a(?i)b|c", "", "C", true],
  ["(?-i)a", "i", "A", false],
  ["(?n)(a)(?<b>c)\\1", "", "acc", true],
  ["(?U)a+", "", "aa", true],
]);

rows("7.28 ignoring case folds letters beyond ASCII", [
  ["É", "i", "é", true],
  ["straße", "i", "STRAßE", true],
  ["[à-ý]", "i", "É", true],
  ["Σ", "i", "ς", true],
  ["k", "i", "\u212a", true],
  ["^[a-z]$", "i", "\u017f", true],
  ["^\\w$", "i", "\u212a", false],
  ["i", "i", "İ", false],
  ["ß", "i", "SS", false],
  ["(é)\\1", "i", "éÉ", true],
  ["[^a]", "i", "A", false],
]);

Deno.test("runaway patterns end", () => {
  const start = performance.now();
  assert.equal(test("(a+)+$", "", "a".repeat(5000) + "b"), false);
  assert.equal(test("^(a|aa)+$", "", "a".repeat(5000) + "b"), false);
  assert.equal(test("(x+x+)+y", "", "x".repeat(5000)), false);
  assert.equal(test("(.*)*=", "", "x".repeat(3000)), false);
  assert.equal(test(".*.*.*.*=", "", "x".repeat(3000)), false);
  assert.equal(test("^(\\w+\\s?)*$", "", "word ".repeat(1000) + "!"), false);
  assert(performance.now() - start < 5000);
});

Deno.test("where memory does not help, steps are limited and the deadline is honoured", () => {
  assert.equal(test("^(?:(.)\\1?)*Z", "", "x".repeat(60)), 51156);
  let calls = 0;
  const regex = new RegularExpression("^(?:(.)\\1?)*Z", "", () => {
    if (++calls > 3) throw new CommandError(50, "operation exceeded time limit");
  });
  assert.throws(() => regex.test("x".repeat(60)), /exceeded time limit/);
});

Deno.test("the prefix of anchored patterns", () => {
  const prefixes: [string, string, string, boolean][] = [
    ["^abc", "", "abc", true],
    ["^abc.*", "", "abc", false],
    ["^ab*", "", "a", false],
    ["^ab?c", "", "a", false],
    ["^ab{0,1}", "", "a", false],
    ["^ab+", "", "ab", false],
    ["^a\\.b", "", "a.b", false],
    ["\\Aab", "", "ab", false],
    ["^ab|c", "", "", false],
    ["^ab", "i", "", false],
    ["^ab", "m", "", false],
    ["abc", "", "", false],
    ["^", "", "", false],
    ["^a b", "x", "a", false],
    ["^é", "", "é", true],
    ["^a\\d", "", "a", false],
    ["^(a)", "", "", false],
  ];
  for (const [source, flags, prefix, isPrefixOnly] of prefixes) {
    const regex = new RegularExpression(source, flags);
    assert.deepEqual([regex.prefix, regex.isPrefixOnly], [prefix, isPrefixOnly], source);
  }
});

Deno.test("parts of a BSON regular expression", () => {
  const { bytes, at } = getField(bson({ v: /a.b/im }), "v")!;
  assert.deepEqual(readRegex(bytes, at), { source: "a.b", flags: "im" });
});
