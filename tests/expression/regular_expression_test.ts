// $regexMatch, $regexFind, $regexFindAll: tables, positions in code points, errors.

import assert from "node:assert/strict";
import { BSONRegExp, checkTable, evaluate, show, throwsCode } from "./evaluation.ts";

const re = (source: string, flags = "") => new BSONRegExp(source, flags);
const OPERATORS = ["$regexMatch", "$regexFind", "$regexFindAll"];

Deno.test("$regexMatch", () => {
  const match = (input: unknown, regex: unknown, options?: unknown) => ({
    $regexMatch: { input, regex, ...(options === undefined ? {} : { options }) },
  });
  checkTable([
    [match("$s", "b.d"), { s: "abcd" }, "true"],
    [match("$s", re("B", "i")), { s: "abc" }, "true"],
    [match("$s", re("B"), "i"), { s: "abc" }, "true"],
    [match("$s", "^b$", "m"), { s: "a\nb\nc" }, "true"],
    [match("$s", "a.b", "s"), { s: "a\nb" }, "true"],
    [match("$s", "a.b"), { s: "a\nb" }, "false"],
    [match("$s", " a b # comment", "x"), { s: "ab" }, "true"],
    [match("$s", "b", "u"), { s: "ab" }, "true"],
    [match("$s", "b", null), { s: "ab" }, "true"],
    [match("$s", "b", "$no"), { s: "ab" }, "true"],
    [match("$no", "b"), {}, "false"],
    [match(null, "b"), {}, "false"],
    [match("$s", null), { s: "a" }, "false"],
    [match("$s", "$no"), { s: "a" }, "false"],
    [match("$s", "$r"), { s: "a.c", r: "a\\.c" }, "true"],
    [match("$s", "$r", "$o"), { s: "ABC", r: re("b"), o: "i" }, "true"],
    [match("", ""), {}, "true"],
  ]);
});

Deno.test("$regexFind: match, idx in code points, captures", () => {
  const find = (input: unknown, regex: unknown) => ({ $regexFind: { input, regex } });
  checkTable([
    [find("$s", "b(c)?"), { s: "abcd" }, '{match: "bc", idx: 1, captures: ["c"]}'],
    [find("$s", "b(x)?"), { s: "abcd" }, '{match: "b", idx: 1, captures: [null]}'],
    [find("$s", "é"), { s: "😀é" }, '{match: "é", idx: 1, captures: []}'],
    [find("$s", "(😀)(b)"), { s: "😀a😀b" }, '{match: "😀b", idx: 2, captures: ["😀", "b"]}'],
    [find("$s", "z"), { s: "abc" }, "null"],
    [find("$no", "z"), {}, "null"],
    [find("$s", null), { s: "abc" }, "null"],
    [find("", ""), {}, '{match: "", idx: 0, captures: []}'],
    // A group keeps what it captured when the loop goes on; JavaScript forgets it.
    [find("$s", "(?:(a)|b)*"), { s: "ab" }, '{match: "ab", idx: 0, captures: ["a"]}'],
    [find("$s", "(?:|a)+"), { s: "aab" }, '{match: "", idx: 0, captures: []}'],
    [find("$s", "(?|x(a)|y(b))"), { s: "yb" }, '{match: "yb", idx: 0, captures: ["b"]}'],
    [
      find("$s", "(?<year>\\d{4})-(?<month>\\d\\d)"),
      { s: "on 2024-05" },
      '{match: "2024-05", idx: 3, captures: ["2024", "05"]}',
    ],
    [find("$s", "(a)\\1"), { s: "xaa" }, '{match: "aa", idx: 1, captures: ["a"]}'],
    [find("$s", "(a++)b"), { s: "caab" }, '{match: "aab", idx: 1, captures: ["aa"]}'],
    [find("$s", "(?=(b))"), { s: "ab" }, '{match: "", idx: 1, captures: ["b"]}'],
    [find("$s", "(?!(a))b"), { s: "ab" }, '{match: "b", idx: 1, captures: [null]}'],
  ]);
});

Deno.test("$regexFindAll goes on behind each match, behind an empty one by a code point", () => {
  const all = (input: unknown, regex: unknown, options = "") => ({
    $regexFindAll: { input, regex, options },
  });
  const texts = (spec: unknown, document: Record<string, unknown>) =>
    (evaluate(spec, document) as Map<string, string>[])
      .map((match) => `${match.get("idx")}:${match.get("match")}`).join(" ");
  assert.equal(texts(all("$s", "a+"), { s: "aaébaa" }), "0:aa 4:aa");
  assert.equal(texts(all("$s", "a*"), { s: "baac" }), "0: 1:aa 3:");
  assert.equal(texts(all("$s", ""), { s: "😀é" }), "0: 1:");
  assert.equal(texts(all("$s", "^a"), { s: "aa" }), "0:a");
  assert.equal(texts(all("$s", "^a", "m"), { s: "a\na" }), "0:a 2:a");
  assert.equal(texts(all("$s", "\\b"), { s: "ab cd" }), "0: 2: 3: 5:");
  assert.equal(texts(all("$s", "(?<=a)b"), { s: "abab" }), "1:b 3:b");
  assert.equal(texts(all("$s", "(?<=(a))b"), { s: "abab" }), "1:b 3:b");
  assert.equal(texts(all("$s", "((a)|(b))"), { s: "ab" }), "0:a 1:b");
  checkTable([
    [all("$s", "x"), { s: "abc" }, "[]"],
    [all("$no", "x"), {}, "[]"],
    [all("$s", null), { s: "a" }, "[]"],
    [all("", ""), {}, '[{match: "", idx: 0, captures: []}]'],
    [
      all("$s", "((a)|b)"),
      { s: "ab" },
      '[{match: "a", idx: 0, captures: ["a", "a"]}, {match: "b", idx: 1, captures: ["b", null]}]',
    ],
  ]);
});

type ErrorRow = readonly [unknown, Record<string, unknown>, number, string];

function operandErrors(operator: string): ErrorRow[] {
  return [
    ["x", {}, 51103, `${operator} expects an object of named arguments but found: string`],
    [{ regex: "a" }, {}, 31022, `${operator} requires 'input' parameter`],
    [{ input: "a" }, {}, 31023, `${operator} requires 'regex' parameter`],
    [{ input: "a", regex: "a", x: 1 }, {}, 31024, `${operator} found an unknown argument: x`],
    [{ input: 5, regex: "a" }, {}, 51104, `${operator} needs 'input' to be of type string`],
    [
      { input: "$a", regex: "a" },
      { a: [] },
      51104,
      `${operator} needs 'input' to be of type string`,
    ],
    [
      { input: "a", regex: 5 },
      {},
      51105,
      `${operator} needs 'regex' to be of type string or regex`,
    ],
    [
      { input: null, regex: NaN },
      {},
      51105,
      `${operator} needs 'regex' to be of type string or regex`,
    ],
    [
      { input: "a", regex: "a", options: 5 },
      {},
      51106,
      `${operator} needs 'options' to be of type string`,
    ],
  ];
}

function patternErrors(operator: string): ErrorRow[] {
  return [
    [
      { input: "a", regex: re("a", "i"), options: "" },
      {},
      51107,
      `${operator}: found regex option(s) specified in both 'regex' and 'option' fields`,
    ],
    [
      { input: "$a", regex: "$r", options: "i" },
      { a: "a", r: re("a", "i") },
      51107,
      `${operator}: found regex option(s) specified in both 'regex' and 'option' fields`,
    ],
    [
      { input: "a", regex: "a", options: "ig" },
      {},
      51108,
      `${operator} invalid flag in regex options: g`,
    ],
    [
      { input: "a", regex: "a\0" },
      {},
      51109,
      `${operator}: regular expression cannot contain an embedded null byte`,
    ],
    [
      { input: "a", regex: "a", options: "i\0" },
      {},
      51110,
      `${operator}: regular expression options cannot contain an embedded null byte`,
    ],
    [
      { input: "$a", regex: "(" },
      {},
      51111,
      `Invalid Regex in ${operator}: missing closing parenthesis`,
    ],
  ];
}

Deno.test("errors of all three", () => {
  for (const operator of OPERATORS) {
    const rows = [...operandErrors(operator), ...patternErrors(operator)];
    for (const [argument, document, code, message] of rows) {
      throwsCode(() => evaluate({ [operator]: argument }, document), code, message);
    }
  }
});

Deno.test("a runaway pattern ends: with memory by the answer, without it by the match limit", () => {
  const input = "a".repeat(5000) + "b";
  assert.equal(
    show(evaluate({ $regexMatch: { input: "$s", regex: "^(a+)+$" } }, { s: input })),
    "false",
  );
  throwsCode(
    () => evaluate({ $regexMatch: { input: "$s", regex: "^(a+)+\\1$" } }, { s: input }),
    51156,
    "Error occurred while executing the regular expression in $regexMatch. Result code: match limit exceeded",
  );
});

Deno.test("$regexFindAll on a long text takes time in proportion", () => {
  const input = "ab1 ".repeat(20_000);
  for (const regex of ["\\w+", "(\\w)(\\w)", "a*"]) {
    const started = performance.now();
    const all = evaluate({ $regexFindAll: { input: "$s", regex } }, { s: input });
    assert.ok(Array.isArray(all) && all.length >= 20_000);
    assert.ok(performance.now() - started < 3000, regex);
  }
});
