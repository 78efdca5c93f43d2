// $push and its modifiers.

import { Double } from "bson";
import { refused, table } from "./update_table.ts";

table("$push appends and creates", [
  [{ $push: { a: 3 } }, { a: [1, 2], b: 1 }, { a: [1, 2, 3], b: 1 }],
  [{ $push: { a: 3 } }, { b: 1 }, { b: 1, a: [3] }],
  [{ $push: { a: [1] } }, { a: [] }, { a: [[1]] }],
  [{ $push: { a: { x: 1 } } }, { a: [] }, { a: [{ x: 1 }] }],
  [{ $push: { a: null } }, { a: [null] }, { a: [null, null] }],
  [{ $push: { "a.b": 1 } }, { a: { b: [0] } }, { a: { b: [0, 1] } }],
  [{ $push: { "a.0": 1 } }, { a: [[0]] }, { a: [[0, 1]] }],
  [{ $push: { a: 10 } }, { a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }, {
    a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  }],
  [{ $push: { a: { $each: [1, 2] } } }, { a: [0] }, { a: [0, 1, 2] }],
  [{ $push: { a: { $each: [] } } }, { a: [0] }, null],
  [{ $push: { a: { $each: [] } } }, {}, { a: [] }],
  [
    { $push: { a: 1 } },
    { _id: 7, a: 5 },
    refused(
      2,
      "The field 'a' must be an array but is of type int in document {_id: 7}",
    ),
  ],
  [{ $push: { a: 1 } }, { a: null }, refused(2)],
]);

table("$push with modifiers", [
  [{ $push: { a: { $each: [9], $position: 0 } } }, { a: [1, 2] }, { a: [9, 1, 2] }],
  [{ $push: { a: { $each: [9], $position: -1 } } }, { a: [1, 2] }, { a: [1, 9, 2] }],
  [{ $push: { a: { $each: [9], $position: -9 } } }, { a: [1, 2] }, { a: [9, 1, 2] }],
  [{ $push: { a: { $each: [9], $position: 9 } } }, { a: [1, 2] }, { a: [1, 2, 9] }],
  [{ $push: { a: { $each: [9], $slice: -2 } } }, { a: [1, 2] }, { a: [2, 9] }],
  [{ $push: { a: { $each: [9], $slice: 2 } } }, { a: [1, 2] }, null],
  [{ $push: { a: { $each: [9], $slice: 0 } } }, { a: [1, 2] }, { a: [] }],
  [{ $push: { a: { $each: [], $slice: 1 } } }, { a: [1, 2] }, { a: [1] }],
  [{ $push: { a: { $each: [9], $slice: -5 } } }, { a: [1, 2] }, { a: [1, 2, 9] }],
  [{ $push: { a: { $each: [2], $sort: 1 } } }, { a: [3, 1] }, { a: [1, 2, 3] }],
  [{ $push: { a: { $each: ["x", null], $sort: -1 } } }, { a: [3, [1]] }, {
    a: [[1], "x", 3, null],
  }],
  [{ $push: { a: { $each: [], $sort: 1 } } }, { a: [1, 2] }, null],
  [
    { $push: { a: { $each: [{ k: 1, v: 3 }], $sort: { k: 1, v: -1 } } } },
    { a: [{ k: 2 }, { k: 1, v: 1 }, { v: 9 }, 5] },
    { a: [{ v: 9 }, 5, { k: 1, v: 3 }, { k: 1, v: 1 }, { k: 2 }] },
  ],
  [
    { $push: { a: { $each: [{ k: { n: 1 } }], $sort: { "k.n": 1 } } } },
    { a: [{ k: { n: 2 } }] },
    { a: [{ k: { n: 1 } }, { k: { n: 2 } }] },
  ],
  [{ $push: { a: { $each: [2], $slice: new Double(-1) } } }, { a: [1] }, { a: [2] }],
]);

table("7.59 $push positions, then sorts, then slices, in whatever order they are written", [
  [
    { $push: { a: { $slice: 3, $sort: 1, $position: 0, $each: [9, 0] } } },
    { a: [5, 3, 7] },
    { a: [0, 3, 5] },
  ],
  [{ $push: { a: { $slice: -2, $sort: 1, $each: [9, 0] } } }, { a: [5, 3] }, { a: [5, 9] }],
  [{ $push: { a: { $each: [3, 1, 2], $sort: -1, $slice: 2 } } }, {}, { a: [3, 2] }],
]);

table("$push refuses wrong modifiers", [
  [
    { $push: { a: { $each: 1 } } },
    {},
    refused(
      2,
      "The argument to $each in $push must be an array but it was of type: int",
    ),
  ],
  [{ $push: { a: { $each: [], $foo: 1 } } }, {}, refused(2, "Unrecognized clause in $push: $foo")],
  [
    { $push: { a: { $each: [], $slice: "x" } } },
    {},
    refused(
      2,
      "The value for $slice must be an integer value but was given type: string",
    ),
  ],
  [
    { $push: { a: { $each: [], $position: 1.5 } } },
    {},
    refused(
      2,
      "The value for $position must be an integer value, not of type: double",
    ),
  ],
  [{ $push: { a: { $each: [], $sort: 2 } } }, {}, refused(2)],
  [
    { $push: { a: { $each: [], $sort: {} } } },
    {},
    refused(
      2,
      "The $sort pattern is empty when it should be a set of fields.",
    ),
  ],
  [
    { $push: { a: { $each: [], $sort: { b: 2 } } } },
    {},
    refused(
      2,
      "The $sort element value must be either 1 or -1",
    ),
  ],
  [{ $push: { a: { $each: [], $sort: { "a..b": 1 } } } }, {}, refused(2)],
  [
    { $push: { "a.$[].b": 1 } },
    { _id: 1, a: [{ b: [] }, { b: 5 }] },
    refused(2, "The field 'a.1.b' must be an array but is of type int in document {_id: 1}"),
  ],
]);
