import assert from "node:assert/strict";
import { compilePattern, compileSearch } from "../../../src/expression/regex/pattern.ts";

Deno.test("long texts that V8 could be slow on are searched by our own matcher, with the same answer", () => {
  const test = compilePattern("a.*b.*c.*d", "");
  assert.equal(test("abcd"), true);
  assert.equal(test("x".repeat(10_000) + "a" + "x".repeat(10_000) + "bcd"), true);
  assert.equal(test("abc".repeat(10_000)), false);
});

Deno.test("a pattern too large for V8 still works", () => {
  const test = compilePattern("(?:a{20}){20}b", "");
  assert.equal(test("a".repeat(400) + "b"), true);
  assert.equal(test("a".repeat(399) + "b"), false);
});

Deno.test("a search gives UTF-16 offsets from any start, whoever runs the pattern", () => {
  const texts = ["aab", "😀ab😀ab", "x\na\nb", "ab".repeat(50)];
  // The group makes our own matcher run what V8 runs without it.
  for (const source of ["a", "b+", "^", "$", "a|b", "(?<=a)b", "😀", "[^a]*", "(?>a*)b", ""]) {
    const quick = compileSearch(source, "m"), own = compileSearch(`(${source})`, "m");
    assert.deepEqual([quick.groups, own.groups], [0, 1]);
    for (const text of texts) {
      const first = quick.in(text), second = own.in(text);
      for (let from = 0; from <= text.length; from++) {
        if (/[\uDC00-\uDFFF]/.test(text[from] ?? "")) continue;
        const a = first(from), b = second(from);
        assert.deepEqual([a?.start, a?.end], [b?.start, b?.end], `/${source}/ ${text} ${from}`);
        if (b !== undefined) assert.deepEqual(b.captures, [text.slice(b.start, b.end)]);
      }
    }
  }
});

Deno.test("a search after a match does not remember its success as a failure", () => {
  const find = compileSearch("(a|ab)(c|bcd)?(d*)", "").in("abcdabcd");
  assert.deepEqual(find(0)?.captures, ["a", "bcd", ""]);
  assert.deepEqual(find(0)?.captures, ["a", "bcd", ""]);
  assert.deepEqual(find(1)?.start, 4);
});
