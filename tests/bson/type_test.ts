import assert from "node:assert/strict";
import {
  BsonType,
  CANONICAL_ORDER,
  isNumericType,
  typeName,
  typeOfName,
} from "../../src/bson/type.ts";

Deno.test("type names are those of $type, both ways", () => {
  for (const type of Object.values(BsonType)) {
    assert.equal(typeOfName(typeName(type)), type);
  }
  assert.equal(typeName(16), "int");
  assert.equal(typeName(255), "minKey");
  assert.equal(typeOfName("number"), undefined);
  assert.equal(typeOfName("toString"), undefined);
  assert.equal(typeName(99), "unknown(99)");
});

Deno.test("the cross-type order (7.30)", () => {
  const ascending = [255, 6, 10, 1, 2, 3, 4, 5, 7, 8, 9, 17, 11, 12, 13, 15, 127];
  for (let i = 1; i < ascending.length; i++) {
    assert.ok(CANONICAL_ORDER[ascending[i - 1]] < CANONICAL_ORDER[ascending[i]], `${ascending[i]}`);
  }
  for (const type of [16, 18, 19]) assert.equal(CANONICAL_ORDER[type], CANONICAL_ORDER[1]);
  assert.equal(CANONICAL_ORDER[BsonType.Symbol], CANONICAL_ORDER[BsonType.String]);
  assert.equal(CANONICAL_ORDER[0], CANONICAL_ORDER[BsonType.Undefined]); // missing
});

Deno.test("isNumericType", () => {
  const numeric = Object.values(BsonType).filter(isNumericType);
  assert.deepEqual(numeric.sort((a, b) => a - b), [1, 16, 18, 19]);
});
