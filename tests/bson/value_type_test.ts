import assert from "node:assert/strict";
import { decodeValue } from "../../src/bson/decode.ts";
import { MISSING, UNDEFINED } from "../../src/bson/value.ts";
import { typeOfValue } from "../../src/bson/value_type.ts";
import { Random, randomValue } from "../fuzz/generate.ts";
import { double } from "./literal.ts";

Deno.test("typeOfValue agrees with the stored type for every type", () => {
  const random = new Random(7);
  const seen = new Set<number>();
  for (let i = 0; i < 2000; i++) {
    const value = randomValue(random);
    assert.equal(typeOfValue(decodeValue(value)), value.type);
    seen.add(value.type);
  }
  assert.equal(seen.size, 21);
});

Deno.test("typeOfValue of special values", () => {
  assert.equal(typeOfValue(MISSING), 0);
  assert.equal(typeOfValue(UNDEFINED), 6);
  assert.equal(typeOfValue(-0), 1);
  assert.equal(typeOfValue(2 ** 31), 1);
  assert.equal(typeOfValue(2 ** 31 - 1), 16);
  assert.equal(typeOfValue(double(1)), 1);
  assert.equal(typeOfValue(new Map()), 3);
  assert.throws(() => typeOfValue({} as never));
});
