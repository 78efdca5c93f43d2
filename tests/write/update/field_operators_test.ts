// $set, $setOnInsert, $unset, $min, $max, $currentDate.

import { BSONRegExp, Decimal128, Double, Long, MaxKey, MinKey, Timestamp } from "bson";
import { NOW, refused, table } from "./update_table.ts";

table("$set replaces, creates and keeps the order of fields", [
  [{ $set: { a: 2 } }, { _id: 1, a: 1 }, { _id: 1, a: 2 }],
  [{ $set: { a: "xyz" } }, { _id: 1, a: 1, b: 1 }, { _id: 1, a: "xyz", b: 1 }],
  [{ $set: { a: 1 } }, { _id: 1 }, { _id: 1, a: 1 }],
  [{ $set: { a: null } }, { _id: 1 }, { _id: 1, a: null }],
  [{ $set: { a: null } }, { _id: 1, a: null }, null],
  [{ $set: { a: NaN } }, { _id: 1, a: NaN }, null],
  [{ $set: { a: NaN } }, { _id: 1, a: 1.5 }, { _id: 1, a: NaN }],
  [{ $set: { "a.b": 1 } }, { _id: 1 }, { _id: 1, a: { b: 1 } }],
  [{ $set: { "a.b.c": 1 } }, { _id: 1, a: {} }, { _id: 1, a: { b: { c: 1 } } }],
  [{ $set: { "a.b": "longer" } }, { a: { b: 1, c: 2 }, z: 3 }, {
    a: { b: "longer", c: 2 },
    z: 3,
  }],
  [{ $set: { a: { b: 1 } } }, { a: { b: 1, c: 2 } }, { a: { b: 1 } }],
  [{ $set: { "a.0": 5 } }, { a: [1, 2] }, { a: [5, 2] }],
  [{ $set: { "a.0": 5 } }, { a: {} }, { a: { 0: 5 } }],
  [{ $set: { "a.0": 5 } }, {}, { a: { 0: 5 } }],
  [{ $set: { "a.2": 5 } }, { a: [1, 2] }, { a: [1, 2, 5] }],
  [{ $set: { "a.1.b": 5 } }, { a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }, { b: 5 }] }],
  [{ $set: { "a.1.b": 5 } }, { a: [{ b: 1 }] }, { a: [{ b: 1 }, { b: 5 }] }],
  [{ $set: { "a.01": 5 } }, { a: [1, 2] }, { a: [1, 5] }],
  [{ $set: {} }, { a: 1 }, null],
  [{ $set: { a: 1, b: 2, c: 3 } }, { c: 0, b: "x", a: true }, { c: 3, b: 2, a: 1 }],
  [{ $set: { "é.ü": 1 } }, { é: { ü: 0 } }, { é: { ü: 1 } }],
  [{ $set: { __proto__x: 1, constructor: 2 } }, {}, { __proto__x: 1, constructor: 2 }],
  [{ $set: { "a.$b": 1 } }, { a: {} }, { a: { $b: 1 } }],
]);

table("many fields are found in one walk", [
  [
    { $set: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1 } },
    { j: 0, z: "z", c: "c", a: [1], _id: 1 },
    { j: 1, z: "z", c: 1, a: 1, _id: 1, b: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1 },
  ],
]);

table("an empty value is filled before what follows it is changed", [
  [{ $set: { z: 1, a: 2 } }, { z: null }, { z: 1, a: 2 }],
  [{ $set: { z: 1, a: "x" } }, { z: null, a: 2 }, { z: 1, a: "x" }],
  [{ $set: { z: 1 }, $unset: { a: 1 } }, { z: null, a: 2 }, { z: 1 }],
  [{ $set: { "o.z": 1, "o.a": 2, b: 3 } }, { o: { z: null } }, { o: { z: 1, a: 2 }, b: 3 }],
]);

table("7.52 a same value is no change, a changed type is", [
  [{ $set: { a: 1 } }, { a: 1 }, null],
  [{ $set: { a: new Double(1) } }, { a: 1 }, { a: new Double(1) }],
  [{ $set: { a: Long.fromNumber(1) } }, { a: 1 }, { a: Long.fromNumber(1) }],
  [{ $set: { a: 1, b: 2 } }, { a: 1, b: 1 }, { a: 1, b: 2 }],
  [{ $set: { a: [1, { b: 2 }] } }, { a: [1, { b: 2 }] }, null],
  [{ $set: { a: "x" } }, { a: "x" }, null],
]);

table("7.53 new fields are created in lexicographic order, digit names by value", [
  [
    { $set: new Map([["b", 1], ["10", 1], ["a", 1], ["9", 1]]) },
    { _id: 1 },
    new Map([["_id", 1], ["9", 1], ["10", 1], ["a", 1], ["b", 1]]),
  ],
  [{ $set: { "x.b": 1, "x.a": 1 } }, {}, { x: { a: 1, b: 1 } }],
  [{ $set: { b: 1 }, $inc: { a: 1 } }, {}, { a: 1, b: 1 }],
  [{ $set: { B: 1, a: 1, A: 1 } }, {}, { A: 1, B: 1, a: 1 }],
]);

table("7.54 arrays are padded with null, within a limit", [
  [{ $set: { "a.3": 1 } }, { a: [0] }, { a: [0, null, null, 1] }],
  [{ $set: { "a.3": 1, "a.5": 2 } }, { a: [] }, { a: [null, null, null, 1, null, 2] }],
  [{ $set: { "a.2.b": 1, "a.2.c": 2 } }, { a: [0] }, { a: [0, null, { b: 1, c: 2 }] }],
  [
    { $set: { "a.1500001": 1 } },
    { a: [] },
    refused(34, "can't backfill more than 1500000 elements"),
  ],
  [{ $set: { "a.4294967295": 1 } }, { a: [] }, refused(34)],
  [
    { $set: { "a.4294967296": 1 } },
    { a: [] },
    refused(28, "Cannot create field '4294967296' in element {a: []}"),
  ],
  [{ $unset: { "a.0": "" } }, { a: [1, 2] }, { a: [null, 2] }],
  [{ $unset: { "a.5": "" } }, { a: [1, 2] }, null],
]);

table("7.55 a path through a scalar is refused", [
  [
    { $set: { "a.b": 1 } },
    { _id: 1, a: 1 },
    refused(28, "Cannot create field 'b' in element {a: 1}"),
  ],
  [
    { $set: { "a.b.c": 1 } },
    { _id: 1, a: "x" },
    refused(28, `Cannot create field 'b' in element {a: "x"}`),
  ],
  [
    { $set: { "a.b": 1 } },
    { a: null },
    refused(28, "Cannot create field 'b' in element {a: null}"),
  ],
  [
    { $set: { "a.b": 1 } },
    { a: [1] },
    refused(28, "Cannot create field 'b' in element {a: [ 1 ]}"),
  ],
  [
    { $set: { "a.0.b": 1 } },
    { a: [1] },
    refused(28, "Cannot create field 'b' in element {0: 1}"),
  ],
]);

table("$setOnInsert works for inserts only", [
  [{ $setOnInsert: { a: 1 } }, { b: 1 }, null],
  [{ $setOnInsert: { a: 1 } }, { a: 0 }, null],
  [{ $setOnInsert: { "a.b": 1 } }, { a: 0 }, null],
  [{ $setOnInsert: { a: 1 } }, { b: 1 }, { b: 1, a: 1 }, { isInsert: true }],
  [{ $set: { c: 1 }, $setOnInsert: { a: 1 } }, {}, { a: 1, c: 1 }, { isInsert: true }],
]);

table("$unset removes fields and ignores what is not there", [
  [{ $unset: { a: "" } }, { _id: 1, a: 1, b: 2 }, { _id: 1, b: 2 }],
  [{ $unset: { a: 1, b: 1 } }, { a: 1, b: 2, c: 3 }, { c: 3 }],
  [{ $unset: { "a.b": 1 } }, { a: { b: 1, c: 2 } }, { a: { c: 2 } }],
  [{ $unset: { "a.b": 1 } }, { a: 5 }, null],
  [{ $unset: { "a.b": 1 } }, { a: [{ b: 1 }] }, null],
  [{ $unset: { "a.0.b": 1 } }, { a: [{ b: 1 }] }, { a: [{}] }],
  [{ $unset: { a: "" } }, {}, null],
  [{ $unset: { $a: "" } }, { $a: 1 }, {}],
]);

table("$min and $max compare across types (7.61)", [
  [{ $min: { a: 1 } }, { a: 2 }, { a: 1 }],
  [{ $min: { a: 2 } }, { a: 1 }, null],
  [{ $min: { a: 1 } }, { a: new Double(1) }, null],
  [{ $min: { a: null } }, { a: 2 }, { a: null }],
  [{ $min: { a: "x" } }, { a: 2 }, null],
  [{ $min: { a: NaN } }, { a: 2 }, { a: NaN }],
  [{ $min: { a: 5 } }, {}, { a: 5 }],
  [{ $max: { a: 3 } }, { a: 2 }, { a: 3 }],
  [{ $max: { a: 3.5 } }, { a: 3 }, { a: 3.5 }],
  [{ $max: { a: Long.fromString("9007199254740993") } }, { a: 9007199254740992.0 }, {
    a: Long.fromString("9007199254740993"),
  }],
  [{ $max: { a: Decimal128.fromString("2.5") } }, { a: 2 }, { a: Decimal128.fromString("2.5") }],
  [{ $max: { a: "x" } }, { a: 2 }, { a: "x" }],
  [{ $max: { a: [1] } }, { a: { b: 1 } }, { a: [1] }],
  [{ $max: { a: new MaxKey() } }, { a: [1] }, { a: new MaxKey() }],
  [{ $max: { a: new MinKey() } }, { a: null }, null],
  [{ $max: { "a.0.b": 9 } }, { a: [{ b: 1 }] }, { a: [{ b: 9 }] }],
  [{ $max: { a: new BSONRegExp("x") } }, { a: new Date(0) }, { a: new BSONRegExp("x") }],
]);

const date = new Date(Number(NOW));
const clock = { nextTimestamp: () => (7n << 32n) | 3n };
table("$currentDate", [
  [{ $currentDate: { a: true } }, { a: 1 }, { a: date }],
  [{ $currentDate: { a: false } }, {}, { a: date }],
  [{ $currentDate: { a: { $type: "date" } } }, {}, { a: date }],
  [
    { $currentDate: { a: { $type: "timestamp" } } },
    {},
    { a: new Timestamp({ t: 7, i: 3 }) },
    clock,
  ],
  [{ $currentDate: { "a.0": true } }, { a: [1] }, { a: [date] }],
  [
    { $currentDate: { a: 1 } },
    {},
    refused(
      2,
      "int is not valid type for $currentDate. Please use a boolean ('true') or a $type " +
        "expression ({$type: 'timestamp/date'}).",
    ),
  ],
  [{ $currentDate: { a: { $type: "x" } } }, {}, refused(2)],
  [
    { $currentDate: { a: { foo: 1 } } },
    {},
    refused(2, "Unrecognized $currentDate option: foo"),
  ],
]);
