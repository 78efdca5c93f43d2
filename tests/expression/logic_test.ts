// $and $or $not over values of any type.

import { checkTable, dec } from "./evaluation.ts";

Deno.test("conditions", () => {
  checkTable([
    [{ $and: [] }, {}, "true"],
    [{ $or: [] }, {}, "false"],
    [{ $and: [1, "x", []] }, {}, "true"],
    [{ $and: ["$a", 1] }, {}, "false"],
    [{ $or: ["$a", 0, null] }, {}, "false"],
    [{ $or: ["$a", NaN] }, {}, "true"],
    [{ $not: ["$a"] }, { a: 0 }, "true"],
    [{ $not: "$a" }, { a: dec("0.0") }, "true"],
    [{ $not: ["$a"] }, { a: "" }, "false"],
    [{ $not: [1, 2] }, {}, 16020],
  ]);
});

Deno.test("evaluation stops at the operand that decides", () => {
  checkTable([
    [{ $and: ["$a", { $divide: [1, "$zero"] }] }, { a: false, zero: 0 }, "false"],
    [{ $or: ["$a", { $divide: [1, "$zero"] }] }, { a: true, zero: 0 }, "true"],
    [{ $and: ["$a", false] }, { a: 1 }, "false"],
  ]);
});
