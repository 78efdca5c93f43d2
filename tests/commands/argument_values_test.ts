import assert from "node:assert/strict";
import { Decimal128, Double } from "bson";
import { documentFrom } from "../../src/bson/encode.ts";
import type { BsonValue } from "../../src/bson/value.ts";
import {
  checkRange,
  duplicateFieldError,
  integerAt,
  missingFieldError,
  numberAt,
  unknownFieldError,
  wrongTypeError,
} from "../../src/commands/argument_values.ts";

for (
  const [value, expected] of [
    [3, 3],
    [-2.9, -2],
    [new Double(NaN), 0],
    [new Double(Infinity), 2 ** 63],
    [12n, 12],
    [Decimal128.fromString("7.5"), 7],
  ] as ReadonlyArray<readonly [BsonValue, number]>
) {
  Deno.test(`integerAt() reads ${String(value)} as ${expected}`, () => {
    const document = documentFrom({ v: value });
    assert.equal(integerAt(document, document[4], 7), expected);
  });
}

Deno.test("numberAt() keeps fractions and reads booleans; other types are NaN", () => {
  const read = (value: BsonValue): number => {
    const document = documentFrom({ v: value });
    return numberAt(document, document[4], 7);
  };
  assert.equal(read(new Double(2.5)), 2.5);
  assert.equal(read(true), 1);
  assert.equal(read("5"), NaN);
  assert.equal(read(null), NaN);
});

Deno.test("checkRange() takes its bounds", () => {
  assert.doesNotThrow(() => checkRange("a", 1, 1, 1));
  assert.throws(() => checkRange("a", 0, 1), /BSON field 'a' value must be >= 1, actual value '0'/);
  assert.throws(() => checkRange("a", 2, 1, 1), /must be <= 1/);
});

Deno.test("the errors have mongod's codes", () => {
  const errors = [
    wrongTypeError("a.b", 2, "object"),
    unknownFieldError("a.b"),
    missingFieldError("a.b"),
    duplicateFieldError("a.b"),
  ];
  assert.deepEqual(errors.map(({ code }) => code), [14, 40415, 40414, 40413]);
});
