// $inc, $mul, $bit: result types, overflow, wrong types.

import { Decimal128, Double, Long } from "bson";
import { refused, table } from "./update_table.ts";

const long = (text: string | number) => Long.fromString(String(text));
const decimal = (text: string) => Decimal128.fromString(text);
const double = (value: number) => new Double(value);

table("7.45 $inc keeps the wider of the two types", [
  [{ $inc: { a: 2 } }, { a: 1 }, { a: 3 }],
  [{ $inc: { a: -2 } }, { x: "s", a: 1, y: 1 }, { x: "s", a: -1, y: 1 }],
  [{ $inc: { a: 1 } }, { a: 2147483647 }, { a: long("2147483648") }],
  [{ $inc: { a: -1 } }, { a: -2147483648 }, { a: long("-2147483649") }],
  [{ $inc: { a: long(1) } }, { a: 1 }, { a: long(2) }],
  [{ $inc: { a: 1 } }, { a: long(1) }, { a: long(2) }],
  [{ $inc: { a: 1.5 } }, { a: 1 }, { a: 2.5 }],
  [{ $inc: { a: double(1) } }, { a: 1 }, { a: double(2) }],
  [{ $inc: { a: 1 } }, { a: double(1) }, { a: double(2) }],
  [{ $inc: { a: decimal("0.1") } }, { a: 1 }, { a: decimal("1.1") }],
  [{ $inc: { a: 1 } }, { a: decimal("0.10") }, { a: decimal("1.10") }],
  [{ $inc: { a: NaN } }, { a: 1 }, { a: NaN }],
  [{ $inc: { a: 1 } }, { a: NaN }, null],
  [{ $inc: { a: 1 } }, { a: Infinity }, null],
  [{ $inc: { a: 0 } }, { a: 1 }, null],
  [{ $inc: { a: double(0) } }, { a: 1 }, { a: double(1) }],
  [{ $inc: { a: 5 } }, {}, { a: 5 }],
  [{ $inc: { a: 1.5 } }, {}, { a: 1.5 }],
  [{ $inc: { a: decimal("1.50") } }, {}, { a: decimal("1.50") }],
  [{ $inc: { "a.b": 1, "a.c": 2 } }, { a: { b: 1 } }, { a: { b: 2, c: 2 } }],
  [{ $inc: { "a.1": 1 } }, { a: [1, 2] }, { a: [1, 3] }],
  [
    { $inc: { a: 1 } },
    { _id: 1, a: long("9223372036854775807") },
    refused(
      2,
      "Failed to apply $inc operations to current value ((NumberLong)9223372036854775807) for " +
        "document {_id: 1}",
    ),
  ],
  [
    { $inc: { a: 1 } },
    { _id: 1, a: "x" },
    refused(
      14,
      "Cannot apply $inc to a value of non-numeric type. {_id: 1} has the field 'a' of " +
        "non-numeric type string",
    ),
  ],
  [{ $inc: { a: 1 } }, { a: null }, refused(14)],
  [{ $inc: { a: 1 } }, { a: [1] }, refused(14)],
  [
    { $inc: { "a.b": 1 } },
    { _id: "k", a: { b: true } },
    refused(
      14,
      `Cannot apply $inc to a value of non-numeric type. {_id: "k"} has the field 'b' of ` +
        "non-numeric type bool",
    ),
  ],
  [
    { $inc: { a: "x" } },
    {},
    refused(14, `Cannot increment with non-numeric argument: {a: "x"}`),
  ],
  [{ $inc: { a: null } }, {}, refused(14, "Cannot increment with non-numeric argument: {a: null}")],
]);

table("7.46 $mul of a missing field is zero of the operand's type", [
  [{ $mul: { a: 3 } }, {}, { a: 0 }],
  [{ $mul: { a: long(3) } }, {}, { a: long(0) }],
  [{ $mul: { a: 1.5 } }, {}, { a: double(0) }],
  [{ $mul: { a: double(2) } }, {}, { a: double(0) }],
]);

table("$mul", [
  [{ $mul: { a: 3 } }, { a: 2 }, { a: 6 }],
  [{ $mul: { a: -1 } }, { a: 0 }, null],
  [{ $mul: { a: 1 } }, { a: 7 }, null],
  [{ $mul: { a: 2147483647 } }, { a: 2147483647 }, { a: long("4611686014132420609") }],
  [{ $mul: { a: 0.5 } }, { a: 3 }, { a: 1.5 }],
  [{ $mul: { a: decimal("2") } }, { a: 1.1 }, { a: decimal("2.20000000000000") }],
  [{ $mul: { a: 2 } }, { a: long("4611686018427387904") }, refused(2)],
  [
    { $mul: { a: 2 } },
    { a: {} },
    refused(
      14,
      "Cannot apply $mul to a value of non-numeric type. {no id} has the field 'a' of " +
        "non-numeric type object",
    ),
  ],
  [{ $mul: { a: {} } }, {}, refused(14, "Cannot multiply with non-numeric argument: {a: {}}")],
]);

table("$bit", [
  [{ $bit: { a: { and: 6 } } }, { a: 5 }, { a: 4 }],
  [{ $bit: { a: { or: 2 } } }, { a: 5 }, { a: 7 }],
  [{ $bit: { a: { xor: 1 } } }, { a: 5 }, { a: 4 }],
  [{ $bit: { a: { and: 6, or: 8 } } }, { a: 5 }, { a: 12 }],
  [{ $bit: { a: { or: 0 } } }, { a: 5 }, null],
  [{ $bit: { a: { or: long(1) } } }, { a: 4 }, { a: long(5) }],
  [{ $bit: { a: { and: -1 } } }, { a: -7 }, null],
  [{ $bit: { a: { or: 5 } } }, {}, { a: 5 }],
  [{ $bit: { a: { and: 5 } } }, {}, { a: 0 }],
  [
    { $bit: { a: { or: 5 } } },
    { _id: 1, a: 1.5 },
    refused(
      2,
      "Cannot apply $bit to a value of non-integral type._id: 1 has the field a of non-integer " +
        "type double",
    ),
  ],
  [{ $bit: { a: { or: 1.5 } } }, {}, refused(2)],
  [{ $bit: { a: { foo: 1 } } }, {}, refused(2)],
  [{ $bit: { a: {} } }, {}, refused(2)],
  [{ $bit: { a: 1 } }, {}, refused(2)],
]);
