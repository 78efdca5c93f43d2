import assert from "node:assert/strict";
import {
  arrayIndexOf,
  compilePath,
  pathsConflict,
  splitPath,
  valueAtPath,
} from "../../src/bson/path.ts";
import { readInt32 } from "../../src/bson/read.ts";
import { raw } from "./literal.ts";

Deno.test("paths split at dots; numeric parts are indexes (7.18)", () => {
  assert.deepEqual(splitPath("a.0.b"), ["a", "0", "b"]);
  assert.deepEqual(splitPath(""), [""]);
  assert.deepEqual(compilePath("a.0.10.01.-1").indexes, [-1, 0, 10, -1, -1]);
  assert.equal(arrayIndexOf("1e3"), -1);
  assert.equal(arrayIndexOf("9999999999"), -1);
});

Deno.test("valueAtPath walks documents only (7.19)", () => {
  const document = raw({ a: { b: { c: 5 } }, list: [{ b: 1 }], "0": { "1": 7 }, n: null });
  const at = (path: string) => {
    const value = valueAtPath(document, 0, compilePath(path));
    return value === undefined ? undefined : readInt32(document, value.at);
  };
  assert.equal(at("a.b.c"), 5);
  assert.equal(at("0.1"), 7);
  assert.equal(at("a.x"), undefined);
  assert.equal(at("list.b"), undefined);
  assert.equal(at("n.x"), undefined);
  assert.equal(valueAtPath(document, 0, compilePath("list"))!.type, 4);
});

Deno.test("pathsConflict: equal or one inside the other", () => {
  assert.ok(pathsConflict("a", "a"));
  assert.ok(pathsConflict("a", "a.b"));
  assert.ok(pathsConflict("a.b.c", "a.b"));
  assert.ok(!pathsConflict("a", "ab"));
  assert.ok(!pathsConflict("a.b", "a.c"));
});
