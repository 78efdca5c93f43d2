// Updates given as a pipeline.

import { refused, table } from "./update_table.ts";

table("stages of an update pipeline", [
  [[{ $set: { b: { $add: ["$a", 1] } } }], { _id: 1, a: 1 }, { _id: 1, a: 1, b: 2 }],
  [[{ $addFields: { "x.y": "$a" } }], { _id: 1, a: 1 }, { _id: 1, a: 1, x: { y: 1 } }],
  [[{ $set: { a: "$$REMOVE" } }], { _id: 1, a: 1, b: 2 }, { _id: 1, b: 2 }],
  [[{ $set: { a: 1 } }], { _id: 1, a: 1 }, null],
  [[{ $unset: "a" }], { _id: 1, a: 1, b: 2 }, { _id: 1, b: 2 }],
  [[{ $unset: ["a", "b.c"] }], { _id: 1, a: 1, b: { c: 1, d: 2 } }, { _id: 1, b: { d: 2 } }],
  [[{ $project: { a: 1 } }], { _id: 1, a: 1, b: 2 }, { _id: 1, a: 1 }],
  [[{ $project: { _id: 0, a: 1 } }], { _id: 1, a: 1, b: 2 }, { _id: 1, a: 1 }],
  [[{ $replaceRoot: { newRoot: "$d" } }], { _id: 1, d: { x: 1 } }, { _id: 1, x: 1 }],
  [[{ $replaceWith: { y: "$d.x" } }], { _id: 1, d: { x: 1 } }, { _id: 1, y: 1 }],
  [[{ $replaceWith: "$$ROOT" }], { _id: 1, a: 1 }, null],
  [[{ $set: { a: 2 } }, { $set: { b: "$a" } }, { $unset: "a" }], { _id: 1, a: 1 }, {
    _id: 1,
    b: 2,
  }],
  [[], { _id: 1 }, null],
  [[{ $set: { a: "$$v" } }], { _id: 1 }, { _id: 1, a: 7 }, { let: { v: 7 } }],
  [[{ $set: { a: "$$v" } }], { _id: 1 }, { _id: 1, a: 8 }, { constants: { v: 8 } }],
  [[{ $set: { a: { $literal: { $b: 1 } } } }], { _id: 1 }, { _id: 1, a: { $b: 1 } }],
]);

table("what an update pipeline refuses", [
  [[{ $match: { a: 1 } }], {}, refused(72, "$match is not allowed to be used within an update")],
  [[{ $foo: 1 }], {}, refused(40324, "Unrecognized pipeline stage name: '$foo'")],
  [
    [{}],
    {},
    refused(
      40323,
      "A pipeline stage specification object must contain exactly one field.",
    ),
  ],
  [[{ $set: { a: 1 }, $unset: "b" }], {}, refused(40323)],
  [[1], {}, refused(14, "Each element of the 'pipeline' array must be an object")],
  [[{ $set: 1 }], {}, refused(40272)],
  [[{ $project: 1 }], {}, refused(15969)],
  [[{ $unset: 1 }], {}, refused(31002)],
  [[{ $unset: [] }], {}, refused(31119)],
  [[{ $unset: [1] }], {}, refused(31120)],
  [[{ $replaceRoot: 1 }], {}, refused(40229)],
  [[{ $replaceRoot: { x: 1 } }], {}, refused(40415)],
  [[{ $replaceRoot: {} }], {}, refused(40414)],
  [[{ $replaceWith: "$a" }], { _id: 1, a: 1 }, refused(40228)],
  [
    [{ $replaceRoot: { newRoot: "$b" } }],
    { _id: 1 },
    refused(
      40228,
      "'newRoot' expression  must evaluate to an object, but resulting value was: MISSING. Type " +
        "of resulting value: 'missing'. Input document: {_id: 1}",
    ),
  ],
  [[{ $set: { _id: 2 } }], { _id: 1 }, refused(66)],
  [[{ $set: { a: { $nope: 1 } } }], {}, refused(168)],
]);
