// Recording a value's change.

import assert from "node:assert/strict";
import { BsonType } from "../../../src/bson/type.ts";
import { elementText, pathOfElement, UpdateScope } from "../../../src/write/update/update_scope.ts";
import { encode } from "./update_table.ts";

const options = { now: 0n, nextTimestamp: () => 0n };

Deno.test("setValue records nothing for the same bytes and the type when it differs", () => {
  const scope = new UpdateScope(options);
  const document = encode({ a: 1 });
  const other = encode({ a: 2 });
  scope.begin(document, -1, false);
  scope.setValue(4, 7, BsonType.Int32, document, 7, 11);
  assert.equal(scope.edits.count, 0);
  scope.setValue(4, 7, BsonType.Int32, other, 7, 11);
  assert.deepEqual(scope.edits.emit(document), other);
  scope.begin(document, -1, false);
  scope.setValue(4, 7, BsonType.Null, document, 0, 0);
  assert.equal(scope.edits.delta, -4);
  assert.equal(scope.edits.emit(document)[4], BsonType.Null);
});

Deno.test("texts for error messages", () => {
  const scope = new UpdateScope(options);
  scope.begin(encode({ _id: 5, a: { b: "x" } }), -1, false);
  assert.equal(scope.idText(), "_id: 5");
  assert.equal(elementText(scope.bytes, 13), `a: { b: "x" }`);
  scope.begin(encode({}), -1, false);
  assert.equal(scope.idText(), "no id");
});

Deno.test("the path of an element", () => {
  const document = encode({ a: 1, b: [{ c: 2 }, { d: { e: 3 } }] });
  // a: 4, b: 11, b.0: 18, b.0.c: 25, b.1: 33, b.1.d: 40, b.1.d.e: 47
  const rows: readonly (readonly [number, string])[] = [
    [4, "a"],
    [11, "b"],
    [18, "b.0"],
    [25, "b.0.c"],
    [33, "b.1"],
    [40, "b.1.d"],
    [47, "b.1.d.e"],
  ];
  for (const [at, path] of rows) assert.equal(pathOfElement(document, at), path);
});
