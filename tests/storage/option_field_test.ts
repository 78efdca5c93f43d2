import assert from "node:assert/strict";
import { Decimal128, Double } from "bson";
import { flagField, numberField } from "../../src/storage/option_field.ts";
import { doc } from "./fixture.ts";

Deno.test("numbers of every type, flags also as numbers", () => {
  const options = doc({
    int: 5,
    long: 5n,
    double: new Double(1.5),
    decimal: Decimal128.fromString("2.5"),
    zero: 0,
    yes: true,
    no: false,
    text: "5",
  });
  const numbers = ["int", "long", "double", "decimal", "zero", "yes", "text", "none"];
  assert.deepEqual(
    numbers.map((name) => numberField(options, name)),
    [5, 5, 1.5, 2.5, 0, undefined, undefined, undefined],
  );
  const flags = ["int", "decimal", "zero", "yes", "no", "text", "none"];
  assert.deepEqual(
    flags.map((name) => flagField(options, name)),
    [true, true, false, true, false, false, false],
  );
});
