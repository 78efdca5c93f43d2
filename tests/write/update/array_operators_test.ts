// $addToSet, $pop, $pull, $pullAll.

import { BSONRegExp, Decimal128, Double } from "bson";
import { refused, table } from "./update_table.ts";

table("$addToSet", [
  [{ $addToSet: { a: 3 } }, { a: [1, 2] }, { a: [1, 2, 3] }],
  [{ $addToSet: { a: 2 } }, { a: [1, 2] }, null],
  [{ $addToSet: { a: 2 } }, {}, { a: [2] }],
  [{ $addToSet: { a: [1] } }, { a: [1] }, { a: [1, [1]] }],
  [{ $addToSet: { a: { $each: [2, 3, 3, 1] } } }, { a: [1] }, { a: [1, 2, 3] }],
  [{ $addToSet: { a: { $each: [1, 1] } } }, {}, { a: [1] }],
  [{ $addToSet: { a: { $each: [] } } }, {}, { a: [] }],
  [{ $addToSet: { a: NaN } }, { a: [NaN] }, null],
  [{ $addToSet: { a: null } }, { a: [] }, { a: [null] }],
  [
    { $addToSet: { a: 1 } },
    { _id: 1, a: "x" },
    refused(
      2,
      "Cannot apply $addToSet to non-array field. Field named 'a' has non-array type string",
    ),
  ],
  [
    { $addToSet: { a: { $each: 1 } } },
    {},
    refused(
      14,
      "The argument to $each in $addToSet must be an array but it was of type int",
    ),
  ],
  [
    { $addToSet: { a: { $each: [1], $slice: 1 } } },
    {},
    refused(
      2,
      "Found unexpected fields after $each in $addToSet: { $each: [ 1 ], $slice: 1 }",
    ),
  ],
]);

table("$pop", [
  [{ $pop: { a: 1 } }, { a: [1, 2], b: 1 }, { a: [1], b: 1 }],
  [{ $pop: { a: -1 } }, { a: [1, 2] }, { a: [2] }],
  [{ $pop: { a: new Double(1) } }, { a: [1, 2] }, { a: [1] }],
  [{ $pop: { a: 1 } }, { a: [] }, null],
  [{ $pop: { a: 1 } }, {}, null],
  [{ $pop: { "a.b": 1 } }, { a: {} }, null],
  [
    { $pop: { a: 1 } },
    { a: 1 },
    refused(
      14,
      "Path 'a' contains an element of non-array type 'int'",
    ),
  ],
  [
    { $pop: { "a.b": 1 } },
    { a: 1 },
    refused(
      28,
      "Cannot use the part (b) of (a.b) to traverse the element ({a: 1})",
    ),
  ],
  [{ $pop: { a: 2 } }, {}, refused(9, "$pop expects 1 or -1, found: 2")],
  [{ $pop: { a: "x" } }, {}, refused(9, `Expected a number in: a: "x"`)],
  [{ $pop: { a: 1.5 } }, {}, refused(9, "Expected an integer: a: 1.5")],
]);

table("$pull", [
  [{ $pull: { a: 1 } }, { a: [1, 2, 1] }, { a: [2] }],
  [{ $pull: { a: 3 } }, { a: [1, 2] }, null],
  [{ $pull: { a: null } }, { a: [null, 1, [null]] }, { a: [1, [null]] }],
  [{ $pull: { a: 1 } }, { a: [1, new Double(1), Decimal128.fromString("1.0"), "1"] }, { a: ["1"] }],
  [{ $pull: { a: { $gt: 1 } } }, { a: [1, 2, 3, "x"] }, { a: [1, "x"] }],
  [{ $pull: { a: { $in: [1, 3] } } }, { a: [1, 2, 3] }, { a: [2] }],
  [{ $pull: { a: new BSONRegExp("^x") } }, { a: ["xa", "ax", 1] }, { a: ["ax", 1] }],
  [{ $pull: { a: [1] } }, { a: [[1], 1, [1, 2]] }, { a: [1, [1, 2]] }],
  [{ $pull: { a: { x: { $gte: 2 } } } }, { a: [{ x: 1 }, { x: 2 }, 2] }, { a: [{ x: 1 }, 2] }],
  [{ $pull: { a: { x: 1, y: 2 } } }, { a: [{ y: 2, x: 1, z: 3 }] }, { a: [] }],
  [{ $pull: { a: {} } }, { a: [{ x: 1 }, 1] }, { a: [1] }],
  [{ $pull: { a: { $or: [{ x: 1 }, { y: 1 }] } } }, { a: [{ x: 1 }, { y: 1 }, { z: 1 }] }, {
    a: [{ z: 1 }],
  }],
  [{ $pull: { a: { $elemMatch: { b: 1 } } } }, { a: [[{ b: 1 }], [{ b: 2 }]] }, {
    a: [[{ b: 2 }]],
  }],
  [{ $pull: { a: 1 } }, {}, null],
  [{ $pull: { a: 1 } }, { a: 1 }, refused(2, "Cannot apply $pull to a non-array value")],
  [{ $pull: { "a.b": 1 } }, { a: 1 }, refused(28)],
  [{ $pull: { a: { $gt: 1, $foo: 2 } } }, {}, refused(2)],
]);

table(
  "7.60 $addToSet, $pull and $pullAll: equality looks at field order, $pull of a document is a query",
  [
    [{ $addToSet: { a: { y: 2, x: 1 } } }, { a: [{ x: 1, y: 2 }] }, {
      a: [{ x: 1, y: 2 }, { y: 2, x: 1 }],
    }],
    [{ $addToSet: { a: { x: new Double(1) } } }, { a: [{ x: 1 }] }, null],
    [{ $pull: { a: { x: 1 } } }, { a: [{ x: 1, y: 2 }, { x: 2 }] }, { a: [{ x: 2 }] }],
    [{ $pullAll: { a: [{ x: 1 }] } }, { a: [{ x: 1, y: 2 }, { x: 1 }] }, { a: [{ x: 1, y: 2 }] }],
  ],
);

table("$pop says what is wrong with its argument and where no array is", [
  [
    { $pop: { a: 2 } },
    {},
    refused(9, "$pop expects 1 or -1, found: 2"),
  ],
  [{ $pop: { a: 1.5 } }, {}, refused(9, "Expected an integer: a: 1.5")],
  [{ $pop: { a: NaN } }, {}, refused(9, "Expected an integer, but found NaN in: a: nan")],
  [
    { $pop: { "a.$[]": 1 } },
    { a: [[1], 5] },
    refused(14, "Path 'a.1' contains an element of non-array type 'int'"),
  ],
]);

table("$pullAll", [
  [{ $pullAll: { a: [1, 3] } }, { a: [1, 2, 3, 1] }, { a: [2] }],
  [{ $pullAll: { a: [] } }, { a: [1] }, null],
  [{ $pullAll: { a: [1] } }, {}, null],
  [{ $pullAll: { a: [[1]] } }, { a: [[1], 1] }, { a: [1] }],
  [
    { $pullAll: { a: 1 } },
    {},
    refused(
      2,
      "$pullAll requires an array argument but was given a int",
    ),
  ],
  [{ $pullAll: { a: [1] } }, { a: "x" }, refused(2)],
]);
