// The update tree: conflicts, positional paths, immutable _id, order of errors.

import { refused, table } from "./update_table.ts";

table("7.55 paths that meet are refused", [
  [
    { $set: { a: 1 }, $inc: { a: 1 } },
    {},
    refused(
      40,
      "Updating the path 'a' would create a conflict at 'a'",
    ),
  ],
  [
    { $set: { a: 1, "a.b": 1 } },
    {},
    refused(
      40,
      "Updating the path 'a.b' would create a conflict at 'a'",
    ),
  ],
  [
    { $set: { "a.b": 1, a: 1 } },
    {},
    refused(
      40,
      "Updating the path 'a' would create a conflict at 'a'",
    ),
  ],
  [
    { $set: { "a.b.c": 1 }, $unset: { "a.b": 1 } },
    {},
    refused(
      40,
      "Updating the path 'a.b' would create a conflict at 'a.b'",
    ),
  ],
  [
    { $set: { "a.$[]": 1, "a.0": 1 } },
    { a: [0] },
    refused(
      40,
      "Updating the path 'a.0' would create a conflict at 'a'",
    ),
  ],
  [{ $set: { "a.1": 1, "a.01": 1 } }, { a: [0, 0] }, refused(40)],
  [{ $set: { "a.b": 1, "a.c": 1, "a.d.e": 2 } }, {}, { a: { b: 1, c: 1, d: { e: 2 } } }],
]);

table("7.55 _id cannot change", [
  [
    { $set: { _id: 2 } },
    { _id: 1 },
    refused(
      66,
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    ),
  ],
  [{ $set: { _id: 1 } }, { _id: 1 }, null],
  [{ $unset: { _id: "" } }, { _id: 1 }, refused(66)],
  [{ $inc: { _id: 1 } }, { _id: 1 }, refused(66)],
  [
    { $set: { "_id.a": 2 } },
    { _id: { a: 1 } },
    refused(
      66,
      "Performing an update on the path '_id.a' would modify the immutable field '_id'",
    ),
  ],
  [{ $set: { "_id.a": 1 } }, { _id: { a: 1 } }, null],
  [{ $set: { "_id.b": 1 } }, { _id: { a: 1 } }, refused(66)],
  [{ $set: { _id: 5 } }, { a: 1 }, { a: 1, _id: 5 }, { isInsert: true }],
]);

table("7.56 the positional operator", [
  [{ $set: { "a.$": 9 } }, { a: [1, 2, 3] }, { a: [1, 9, 3] }, { arrayIndex: 1 }],
  [{ $inc: { "a.$.n": 1 } }, { a: [{ n: 1 }, { n: 2 }] }, { a: [{ n: 1 }, { n: 3 }] }, {
    arrayIndex: 1,
  }],
  [{ $set: { "a.$.x.y": 9 } }, { a: [{}] }, { a: [{ x: { y: 9 } }] }, { arrayIndex: 0 }],
  [{ $unset: { "a.$": "" } }, { a: [1, 2] }, { a: [null, 2] }, { arrayIndex: 0 }],
  [{ $set: { "a.$.x": 1, "a.0.y": 2 } }, { a: [{}] }, { a: [{ x: 1, y: 2 }] }, { arrayIndex: 0 }],
  [{ $set: { "a.$.x": 1, "a.0.y": 2 } }, { a: [{}, {}] }, { a: [{ y: 2 }, { x: 1 }] }, {
    arrayIndex: 1,
  }],
  [
    { $set: { "a.$": 1, "a.0": 2 } },
    { a: [0, 0] },
    refused(
      40,
      "Update created a conflict at 'a.0'",
    ),
    { arrayIndex: 0 },
  ],
  [
    { $set: { "a.$": 9 } },
    { a: [1, 2, 3] },
    refused(
      2,
      "The positional operator did not find the match needed from the query.",
    ),
  ],
  [{ $set: { "a.$": 9 } }, {}, refused(2), { isInsert: true }],
  [
    { $set: { "a.$.b.$": 9 } },
    {},
    refused(
      2,
      "Too many positional (i.e. '$') elements found in path 'a.$.b.$'",
    ),
  ],
  [
    { $set: { "$.a": 9 } },
    {},
    refused(
      2,
      "Cannot have positional (i.e. '$') element in the first position in path '$.a'",
    ),
  ],
]);

table("names with a dollar are refused at the top level", [
  [
    { $set: { $a: 1 } },
    {},
    refused(
      52,
      "The dollar ($) prefixed field '$a' in '$a' is not allowed in the context of an update's " +
        "replacement document. Consider using an aggregation pipeline with $replaceWith.",
    ),
  ],
  [{ $set: { $a: 1 } }, { $a: 0 }, refused(52)],
  [{ $set: { "$a.b": 1 } }, {}, refused(52)],
  [{ $inc: { "$a.b": 1 } }, { $a: { b: 1 } }, { $a: { b: 2 } }],
  [{ $set: { a: { $b: 1 } } }, {}, { a: { $b: 1 } }],
]);

table("several parts of one document are changed in one walk", [
  [
    { $set: { "a.x": "long text", z: 1 }, $unset: { b: 1 }, $push: { "a.l": 2 }, $inc: { c: 1 } },
    { a: { x: 1, l: [1] }, b: { y: 1 }, c: 1, d: "kept" },
    { a: { x: "long text", l: [1, 2] }, c: 2, d: "kept", z: 1 },
  ],
]);
