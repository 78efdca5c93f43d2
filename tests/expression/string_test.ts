// Strings: joining, case, length, trimming.

import { checkTable, date } from "./evaluation.ts";

Deno.test("7.69 $toUpper $toLower $strcasecmp know ASCII only", () => {
  checkTable([
    [{ $toUpper: "aé" }, {}, '"Aé"'],
    [{ $toLower: "AÉ" }, {}, '"aÉ"'],
    [{ $toUpper: "ß" }, {}, '"ß"'],
    [{ $strcasecmp: ["aé", "Aé"] }, {}, "0"],
    [{ $strcasecmp: ["é", "É"] }, {}, "1"],
    [{ $strcasecmp: ["a", "B"] }, {}, "-1"],
    [{ $toLower: null }, {}, '""'],
    [{ $toUpper: "$no" }, {}, '""'],
    [{ $toUpper: 5 }, {}, '"5"'],
    [{ $toLower: "$d" }, { d: date("2024-01-01T00:00:00Z") }, '"2024-01-01t00:00:00.000z"'],
    [{ $toUpper: [[1]] }, {}, 16007],
    [{ $strcasecmp: ["x", null] }, {}, "1"],
  ]);
});

Deno.test("$concat and lengths", () => {
  checkTable([
    [{ $concat: ["a", "$b"] }, { b: "c" }, '"ac"'],
    [{ $concat: ["a", "$no"] }, {}, "null"],
    [{ $concat: ["a", 5] }, {}, 16702],
    [{ $concat: [] }, {}, '""'],
    [{ $strLenBytes: "aé" }, {}, "3"],
    [{ $strLenBytes: null }, {}, 34473],
    [{ $strLenCP: 5 }, {}, 34471],
  ]);
});

Deno.test("7.70 lengths count code points", () => {
  checkTable([
    [{ $strLenCP: "a😀b" }, {}, "3"],
    [{ $strLenBytes: "a😀b" }, {}, "6"],
    [{ $strLenCP: "" }, {}, "0"],
  ]);
});

Deno.test("$trim $ltrim $rtrim", () => {
  checkTable([
    [{ $trim: { input: " \t\u00a0a b\n\0" } }, {}, '"a b"'],
    [{ $ltrim: { input: "xxaxx", chars: "x" } }, {}, '"axx"'],
    [{ $rtrim: { input: "xxaxx", chars: "yx" } }, {}, '"xxa"'],
    [{ $trim: { input: "😀a😀", chars: "😀" } }, {}, '"a"'],
    [{ $trim: { input: "\u2028a" } }, {}, JSON.stringify("\u2028a")],
    [{ $trim: { input: "$no" } }, {}, "null"],
    [{ $trim: { input: "a", chars: null } }, {}, "null"],
    [{ $trim: "x" }, {}, 50696],
    [{ $trim: { input: "a", x: 1 } }, {}, 50694],
    [{ $trim: { chars: "a" } }, {}, 50695],
    [{ $trim: { input: 5 } }, {}, 50699],
    [{ $trim: { input: "a", chars: 5 } }, {}, 50700],
  ]);
});
