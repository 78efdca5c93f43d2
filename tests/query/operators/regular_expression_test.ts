import assert from "node:assert/strict";
import { BSONRegExp, BSONSymbol } from "bson";
import { refusal, table } from "../table.ts";

table("$regex and $options", [
  [{ a: { $regex: "^ab" } }, { a: "abc" }, true],
  [{ a: { $regex: "^ab" } }, { a: "xab" }, false],
  [{ a: { $regex: "b" } }, { a: "abc" }, true],
  [{ a: { $regex: "" } }, { a: "" }, true],
  [{ a: { $regex: "" } }, { a: 1 }, false],
  [{ a: { $regex: "AB", $options: "i" } }, { a: "xab" }, true],
  [{ a: { $options: "i", $regex: "AB" } }, { a: "xab" }, true],
  [{ a: { $regex: /AB/i } }, { a: "ab" }, true],
  [{ a: { $regex: /AB/, $options: "i" } }, { a: "ab" }, true],
  [{ a: { $regex: /AB/i, $options: "" } }, { a: "ab" }, 51075],
  [{ a: { $regex: "b", $gt: "a" } }, { a: "ab" }, true],
  [{ a: /b/ }, { a: ["x", "abc"] }, true],
  [{ a: /b/ }, { a: new BSONSymbol("abc") }, true],
  [{ a: /b/ }, { a: null }, false],
  [{ a: /b/ }, {}, false],
  [{ "a.b": /x/ }, { a: [{ b: "x" }] }, true],
  [{ a: /é/ }, { a: "café" }, true],
]);

Deno.test("errors of $regex", () => {
  const rows: [unknown, string][] = [
    [{ a: { $regex: 5 } }, "2 $regex has to be a string"],
    [{ a: { $regex: "a", $options: 5 } }, "2 $options has to be a string"],
    [{ a: { $options: "i" } }, "2 $options needs a $regex"],
    [
      { a: { $regex: new BSONRegExp("a", "i"), $options: "m" } },
      "51075 options set in both $regex and $options",
    ],
    [
      { a: { $options: "m", $regex: new BSONRegExp("a", "i") } },
      "51074 options set in both $regex and $options",
    ],
    [{ a: { $regex: "a", $options: "g" } }, "51108 invalid flag in regex options: g"],
    [{ a: { $regex: "(" } }, "51091 Regular expression is invalid: missing closing parenthesis"],
    [{ a: { $regex: "a\0b" } }, "2 Regular expression cannot contain an embedded null byte"],
  ];
  for (const [filter, expected] of rows) assert.equal(refusal(filter), expected);
});
