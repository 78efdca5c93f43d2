// $rename: moving, no-ops, arrays and wrong arguments.

import { refused, table } from "./update_table.ts";

table("$rename moves a field to the end or into place", [
  [{ $rename: { a: "c" } }, { _id: 1, a: 1, b: 2 }, { _id: 1, b: 2, c: 1 }],
  [{ $rename: { a: "b" } }, { a: 1, b: "two", c: 3 }, { b: 1, c: 3 }],
  [{ $rename: { a: "b" } }, { a: 1, b: 1 }, { b: 1 }],
  [{ $rename: { a: "b" } }, { c: 1 }, null],
  [{ $rename: { a: "b" } }, { a: null }, { b: null }],
  [{ $rename: { a: "x.y" } }, { a: [1, 2] }, { x: { y: [1, 2] } }],
  [{ $rename: { "a.b": "a.c" } }, { a: { b: 1, d: 2 } }, { a: { d: 2, c: 1 } }],
  [{ $rename: { "a.b": "z" } }, { a: { b: 1 } }, { a: {}, z: 1 }],
  [{ $rename: { "a.b": "z" } }, { a: { c: 1 } }, null],
  [{ $rename: { "a.b": "a.c" }, $set: { "a.d": 5 } }, { a: { b: 1 } }, { a: { c: 1, d: 5 } }],
  [{ $rename: { a: "b", c: "d" } }, { a: 1, c: 2 }, { b: 1, d: 2 }],
]);

table("$rename refuses arrays on the way (7.54)", [
  [
    { $rename: { "a.0": "b" } },
    { _id: 1, a: [1] },
    refused(
      2,
      "The source field cannot be an array element, 'a.0' in doc with _id: 1 has an array field " +
        "called 'a'",
    ),
  ],
  [
    { $rename: { b: "a.0" } },
    { _id: 1, a: [1], b: 2 },
    refused(
      2,
      "The destination field cannot be an array element, 'a.0' in doc with _id: 1 has an array " +
        "field called 'a'",
    ),
  ],
  [{ $rename: { b: "a.x" } }, { _id: 1, a: [1], b: 2 }, refused(2)],
  [
    { $rename: { "v.foo": "foo" } },
    { v: [{ foo: 1 }] },
    refused(28, "cannot use the part (v of v.foo) to traverse the element ({v: [ { foo: 1 } ]})"),
  ],
  [{ $rename: { "v.foo": "foo" } }, { v: 5 }, refused(28)],
  [
    { $rename: { b: "v.x" } },
    { v: 5, b: 1 },
    refused(28, "Cannot create field 'x' in element {v: 5}"),
  ],
]);

table("$rename refuses wrong arguments", [
  [{ $rename: { a: 1 } }, {}, refused(2, "The 'to' field for $rename must be a string: a: 1")],
  // The source's path is looked at before the argument.
  [{ $rename: { "": 1 } }, {}, refused(56, "An empty update path is not valid.")],
  [{ $rename: { "a.": 1 } }, {}, refused(56)],
  [
    { $rename: { "a.$[e]": 1 } },
    {},
    refused(2, "No array filter found for identifier 'e' in path 'a.$[e]'"),
  ],
  [
    { $rename: { a: "a" } },
    {},
    refused(2, `The source and target field for $rename must differ: a: "a"`),
  ],
  [
    { $rename: { a: "a.b" } },
    {},
    refused(2, `The source and target field for $rename must not be on the same path: a: "a.b"`),
  ],
  [
    { $rename: { "a.$": "b" } },
    {},
    refused(2, "The source field for $rename may not be dynamic: a.$"),
  ],
  [
    { $rename: { b: "a.$[]" } },
    {},
    refused(2, "The destination field for $rename may not be dynamic: a.$[]"),
  ],
  [{ $rename: { a: "" } }, {}, refused(56)],
  [{ $rename: { a: "b" }, $set: { a: 1 } }, {}, refused(40)],
  [{ $rename: { a: "b" }, $set: { "b.c": 1 } }, {}, refused(40)],
  [
    { $rename: { _id: "b" } },
    { _id: 1 },
    refused(66, "Performing an update on the path '_id' would modify the immutable field '_id'"),
  ],
  [{ $rename: { a: "_id" } }, { _id: 1, a: 2 }, refused(66)],
]);
