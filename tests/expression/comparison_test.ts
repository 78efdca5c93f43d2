// Comparison operators: full BSON order, mixed numbers, collation.

import { checkTable, dec, double, long, MaxKey, MinKey } from "./evaluation.ts";

Deno.test("7.7 comparisons do not bracket types: missing < null < numbers < strings", () => {
  checkTable([
    [{ $lt: ["$a", 5] }, {}, "true"],
    [{ $lt: ["$a", 5] }, { a: null }, "true"],
    [{ $lt: ["$a", null] }, {}, "true"],
    [{ $lt: ["$a", "$b"] }, { a: 5, b: "x" }, "true"],
    [{ $gt: ["$a", 5] }, { a: [1] }, "true"],
    [{ $eq: ["$a", "$b"] }, {}, "true"],
    [{ $eq: ["$a", null] }, {}, "false"],
    [{ $lt: [new MinKey(), "$a"] }, {}, "true"],
    [{ $gt: ["$a", new MinKey()] }, {}, "true"],
    [{ $gt: ["$a", new MinKey()] }, { a: new MinKey() }, "false"],
    [{ $lt: ["$a", new MaxKey()] }, { a: "z" }, "true"],
  ]);
});

Deno.test("numbers compare by exact value", () => {
  checkTable([
    [{ $eq: ["$a", 1] }, { a: double(1) }, "true"],
    [{ $eq: ["$a", dec("1.0")] }, { a: long(1) }, "true"],
    [{ $eq: ["$a", long(9007199254740993n)] }, { a: 9007199254740992 }, "false"],
    [{ $eq: [dec("0.1"), 0.1] }, {}, "false"],
    [{ $eq: ["$a", NaN] }, { a: NaN }, "true"],
    [{ $lt: ["$a", -Infinity] }, { a: NaN }, "true"],
    [{ $eq: ["$a", double(-0)] }, { a: 0 }, "true"],
    [{ $eq: [true, 1] }, {}, "false"],
  ]);
});

Deno.test("all operators and operand counts", () => {
  checkTable([
    [{ $cmp: ["$a", 2] }, { a: 1 }, "-1"],
    [{ $cmp: [2, "$a"] }, { a: 1 }, "1"],
    [{ $cmp: [[1, 2], [1, 3]] }, {}, "-1"],
    [{ $ne: ["$a", "$b"] }, { a: { x: 1 }, b: { x: double(1) } }, "false"],
    [{ $gte: [2, 2] }, {}, "true"],
    [{ $lte: ["$a.b", 2] }, { a: { b: 3 } }, "false"],
    [{ $lte: ["$a", 2] }, { a: 2 }, "true"],
    [{ $eq: [1] }, {}, 16020],
    [{ $eq: ["ab", "AB"] }, {}, "false"],
  ]);
  checkTable([[{ $eq: ["$a", "AB"] }, { a: "ab" }, "true"]], {
    collation: { locale: "en", strength: 2 },
  });
});
