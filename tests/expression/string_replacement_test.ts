// Splitting and replacing by text and by pattern.

import { BSONRegExp, checkMessages, checkTable, dec, double } from "./evaluation.ts";

Deno.test("$split", () => {
  checkTable([
    [{ $split: ["a-b-c", "-"] }, {}, '["a", "b", "c"]'],
    [{ $split: ["abc", "x"] }, {}, '["abc"]'],
    [{ $split: ["$no", "-"] }, {}, "null"],
    [{ $split: [5, "-"] }, {}, 40085],
    [{ $split: ["a", 5] }, {}, 10503900],
    [{ $split: ["a", ""] }, {}, 40087],
  ]);
});

Deno.test("$replaceOne $replaceAll", () => {
  const all = (input: unknown, find: unknown, replacement: unknown) => ({
    $replaceAll: { input, find, replacement },
  });
  checkTable([
    [all("a.b.c", ".", { $literal: "$1" }), {}, '"a$1b$1c"'],
    [{ $replaceOne: { input: "a.b.c", find: ".", replacement: "" } }, {}, '"ab.c"'],
    [all("abc", "", "X"), {}, '"XaXbXcX"'],
    [all(null, ".", "-"), {}, "null"],
    [all("a", "$no", "-"), {}, "null"],
    [all(5, ".", "-"), {}, 51746],
    [all("a", 5, "-"), {}, 51745],
    [all("a", ".", double(5)), {}, 51744],
    [{ $replaceAll: { input: "a", find: "b" } }, {}, 51747],
    [{ $replaceAll: { input: "a", replacement: "b" } }, {}, 51748],
    [{ $replaceAll: { find: "a", replacement: "b" } }, {}, 51749],
    [{ $replaceAll: { input: "a", find: "a", replacement: "b", x: 1 } }, {}, 51750],
    [{ $replaceAll: 5 }, {}, 51751],
    [all(dec("1"), "a", "b"), {}, 51746],
  ]);
});

Deno.test("a pattern as separator: captures stand between the parts", () => {
  const re = (source: string, flags = "") => new BSONRegExp(source, flags);
  checkTable([
    [{ $split: ["a1b22c", re("[0-9]+")] }, {}, '["a", "b", "c"]'],
    [{ $split: ["a1b2", re("([0-9])")] }, {}, '["a", "1", "b", "2", ""]'],
    [{ $split: ["aXb", re("(y)?x", "i")] }, {}, '["a", "", "b"]'],
    [{ $split: ["é😀b", re("")] }, {}, '["", "é", "😀", "b", ""]'],
    [{ $split: ["", re("x")] }, {}, '[""]'],
    [{ $split: ["$s", "$r"] }, { s: "a-b", r: re("-") }, '["a", "b"]'],
    [{ $split: [null, re("x")] }, {}, "null"],
    [{ $split: [5, re("x")] }, {}, 40085],
    [{ $split: ["$s", re("(")] }, { s: "a" }, 51111],
    [{ $split: ["$s", re("a", "l")] }, { s: "a" }, 51108],
  ]);
});

Deno.test("replacing a pattern; the replacement is literal", () => {
  const re = (source: string, flags = "") => new BSONRegExp(source, flags);
  const one = (input: unknown, find: unknown, replacement: unknown) => ({
    $replaceOne: { input, find, replacement },
  });
  const all = (input: unknown, find: unknown, replacement: unknown) => ({
    $replaceAll: { input, find, replacement },
  });
  checkTable([
    [one("a1b2", re("[0-9]"), "#"), {}, '"a#b2"'],
    [all("a1b2", re("[0-9]"), { $literal: "$0" }), {}, '"a$0b$0"'],
    [all("abc", re("x*"), "-"), {}, '"-a-b-c-"'],
    [all("😀a", re(""), "-"), {}, '"-😀-a-"'],
    [one("abc", re("x"), "-"), {}, '"abc"'],
    [all("Aa", re("a", "i"), ""), {}, '""'],
    [all(null, re("a"), ""), {}, "null"],
    [all("a", re("a"), null), {}, "null"],
    [all(5, re("a"), ""), {}, 51746],
    [all("a", re("a"), 5), {}, 51744],
    [all("$s", re("[a"), ""), { s: "x" }, 51111],
  ]);
});

Deno.test("$split names the type of a wrong separator", () => {
  checkMessages([
    [
      { $split: ["a", 5] },
      {},
      "$split requires an expression that evaluates to a string as a second argument, found: int",
    ],
  ]);
});
