// $cond $ifNull $switch.

import { checkTable } from "./evaluation.ts";

Deno.test("7.72 $cond and $ifNull: missing stays missing, undefined and missing count as null", () => {
  checkTable([
    [{ $cond: [true, "$no", 1] }, {}, "missing"],
    [{ $cond: ["$a", "$$REMOVE", 1] }, { a: 1 }, "missing"],
    [{ $ifNull: ["$a", "x"] }, {}, '"x"'],
    [{ $ifNull: ["$a", "x"] }, { a: null }, '"x"'],
    [{ $ifNull: ["$a", "x"] }, { a: undefined }, '"x"'],
    [{ $ifNull: ["$a", "$b", "$c"] }, { c: 3 }, "3"],
    [{ $ifNull: ["$a", "$b"] }, {}, "missing"],
    [{ $ifNull: ["$a", "x"] }, { a: 0 }, "0"],
    [{ $ifNull: ["$a"] }, {}, 1257300],
  ]);
});

Deno.test("$cond forms and errors", () => {
  checkTable([
    [{ $cond: ["$a", 1, 2] }, { a: 0 }, "2"],
    [{ $cond: { if: "$a", then: 1, else: 2 } }, { a: "x" }, "1"],
    [{ $cond: { if: 1, then: 1 } }, {}, 17082],
    [{ $cond: { if: 1, else: 1 } }, {}, 17081],
    [{ $cond: { then: 1, else: 1 } }, {}, 17080],
    [{ $cond: { if: 1, then: 1, else: 2, x: 1 } }, {}, 17083],
    [{ $cond: [1, 2] }, {}, 16020],
    [{ $cond: ["$a", { $divide: [1, "$z"] }, 2] }, { a: false, z: 0 }, "2"],
  ]);
});

Deno.test("$switch", () => {
  const branches = [{ case: { $eq: ["$a", 1] }, then: "one" }, {
    case: { $gt: ["$a", 1] },
    then: "more",
  }];
  checkTable([
    [{ $switch: { branches, default: "less" } }, { a: 1 }, '"one"'],
    [{ $switch: { branches, default: "less" } }, { a: 5 }, '"more"'],
    [{ $switch: { branches, default: "less" } }, { a: 0 }, '"less"'],
    [{ $switch: { branches } }, { a: 0 }, 40066],
    [{ $switch: 5 }, {}, 40060],
    [{ $switch: { branches: 5 } }, {}, 40061],
    [{ $switch: { branches: [5] } }, {}, 40062],
    [{ $switch: { branches: [{ case: 1, then: 1, x: 1 }] } }, {}, 40063],
    [{ $switch: { branches: [{ then: 1 }] } }, {}, 40064],
    [{ $switch: { branches: [{ case: 1 }] } }, {}, 40065],
    [{ $switch: { branches, x: 1 } }, {}, 40067],
    [{ $switch: { branches: [] } }, {}, 40068],
  ]);
});

Deno.test("branches known not to be taken are not looked at", () => {
  const failing = { $divide: [1, 0] };
  const branch = (condition: unknown, result: unknown) => ({ case: condition, then: result });
  checkTable([
    [{ $cond: [false, failing, 1] }, {}, "1"],
    [{ $cond: ["$no", failing, 1] }, {}, 2],
    [{ $switch: { branches: [branch(false, failing)], default: 1 } }, {}, "1"],
    [{ $switch: { branches: [branch(true, 1), branch("$a", failing)] } }, {}, "1"],
    [{ $switch: { branches: [branch("$a", 2), branch(1, 3)] } }, {}, "3"],
    [{ $switch: { branches: [branch(0, 1)] } }, {}, 40069],
    [{ $switch: { branches: [branch("$a", 1)] } }, {}, 40066],
    [{ $switch: { branches: [branch("$a", failing)], default: 1 } }, {}, 2],
    [{ $and: [false, failing] }, {}, 2],
    [{ $or: ["$a", true, failing] }, {}, 2],
  ]);
});
