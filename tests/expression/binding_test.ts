// $let and $literal.

import { checkTable } from "./evaluation.ts";

Deno.test("$literal", () => {
  checkTable([
    [{ $literal: "$a" }, { a: 1 }, '"$a"'],
    [{ $literal: { $add: [1, 2] } }, {}, "{$add: [1, 2]}"],
    [{ $const: [1, "$x"] }, {}, '[1, "$x"]'],
  ]);
});

Deno.test("$let", () => {
  checkTable([
    [{ $let: { vars: { x: "$a", y: 2 }, in: { $add: ["$$x", "$$y"] } } }, { a: 1 }, "3"],
    [
      { $let: { vars: { x: 1 }, in: { $let: { vars: { x: 2, y: "$$x" }, in: ["$$x", "$$y"] } } } },
      {},
      "[2, 1]",
    ],
    [{ $let: { vars: { x: "$a" }, in: "$$x.b" } }, { a: [{ b: 1 }] }, "[1]"],
    [{ $let: { vars: { CURRENT: "$a" }, in: "$b" } }, { a: { b: 7 }, b: 1 }, "7"],
    [{ $let: { vars: {}, in: "$$x" } }, {}, 17276],
    [{ $let: 5 }, {}, 16874],
    [{ $let: { vars: {}, in: 1, x: 1 } }, {}, 16875],
    [{ $let: { in: 1 } }, {}, 16876],
    [{ $let: { vars: {} } }, {}, 16877],
    [{ $let: { vars: { X: 1 }, in: 1 } }, {}, 9],
    [{ $let: { vars: { "a-b": 1 }, in: 1 } }, {}, 9],
  ]);
});
