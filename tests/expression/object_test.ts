// $getField $setField $unsetField $mergeObjects.

import { checkTable } from "./evaluation.ts";

Deno.test("$getField", () => {
  checkTable([
    [{ $getField: "a.b" }, { "a.b": 1 }, "1"],
    [{ $getField: { $literal: "$x" } }, { $x: 2 }, "2"],
    [{ $getField: { field: "a", input: "$o" } }, { o: { a: 3 } }, "3"],
    [{ $getField: { field: "a", input: "$no" } }, {}, "missing"],
    [{ $getField: { field: "a", input: null } }, {}, "null"],
    [{ $getField: { field: "a", input: 5 } }, {}, "missing"],
    [{ $getField: { field: { $concat: ["a", "b"] }, input: "$$ROOT" } }, { ab: 4 }, "4"],
    [{ $getField: 5 }, {}, 3041704],
    [{ $getField: { field: "a" } }, {}, 3041703],
    [{ $getField: { input: "$o" } }, {}, 3041702],
    [{ $getField: { field: "a", input: 1, x: 1 } }, {}, 3041701],
  ]);
});

Deno.test("$setField and $unsetField", () => {
  checkTable([
    [{ $setField: { field: "x.y", input: "$o", value: 1 } }, { o: { a: 1 } }, "{a: 1, x.y: 1}"],
    [
      { $setField: { field: "a", input: "$o", value: "$$REMOVE" } },
      { o: { a: 1, b: 2 } },
      "{b: 2}",
    ],
    [{ $setField: { field: "a", input: null, value: 1 } }, {}, "null"],
    [{ $setField: { field: "a", input: 5, value: 1 } }, {}, 4161105],
    [{ $setField: 5 }, {}, 4161100],
    [{ $setField: { field: "a", input: 5, value: 1, x: 1 } }, {}, 4161101],
    [{ $setField: { input: 5, value: 1 } }, {}, 4161102],
    [{ $setField: { field: "a", input: 5 } }, {}, 4161103],
    [{ $setField: { field: "a", value: 5 } }, {}, 4161109],
    [{ $setField: { field: "$a", input: "$o", value: 5 } }, {}, 4161108],
    [{ $setField: { field: { $toString: "$a" }, input: "$o", value: 5 } }, {}, 4161106],
    [{ $setField: { field: 5, input: "$o", value: 5 } }, {}, 4161107],
    [{ $unsetField: { field: "a", input: "$o" } }, { o: { a: 1, b: 2 } }, "{b: 2}"],
    [{ $unsetField: { field: "a", input: "$o", value: 1 } }, {}, 4161101],
  ]);
});

Deno.test("$mergeObjects", () => {
  checkTable([
    [
      { $mergeObjects: ["$a", null, "$no", { x: 2, y: 3 }] },
      { a: { x: 1, z: 1 } },
      "{x: 2, z: 1, y: 3}",
    ],
    [{ $mergeObjects: "$list" }, { list: [{ a: 1 }, { b: 2 }] }, "{a: 1, b: 2}"],
    [{ $mergeObjects: [] }, {}, "{}"],
    [{ $mergeObjects: ["$a", 5] }, {}, 40400],
  ]);
});
