import assert from "node:assert/strict";
import { ObjectId } from "bson";
import { BsonDate, DBPointer, MISSING, UNDEFINED } from "../../src/bson/value.ts";

Deno.test("markers are distinct", () => {
  assert.notEqual(MISSING as symbol, UNDEFINED as symbol);
});

Deno.test("dates hold what Date cannot (7.38)", () => {
  assert.equal(new BsonDate(2n ** 63n - 1n).ms, 9223372036854775807n);
  assert.equal(new BsonDate(-(2n ** 63n)).ms, -9223372036854775808n);
});

Deno.test("DBPointer keeps namespace and id", () => {
  const id = new ObjectId();
  const pointer = new DBPointer("db.c", id);
  assert.equal(pointer.namespace, "db.c");
  assert.equal(pointer.id, id);
});
