// Paths of update operators and their order.

import assert from "node:assert/strict";
import {
  arrayFilterIdentifier,
  arrayIndexOf,
  compareNames,
  isArrayFilterPart,
  pathConflict,
  splitUpdatePath,
} from "../../../src/write/update/update_path.ts";

Deno.test("7.53 names are ordered by bytes, digit names by value", () => {
  const names = ["b", "10", "9", "a", "A", "9a", "\u{1f600}", "\uff21", "1", "-1"];
  assert.deepEqual(names.sort(compareNames), [
    "-1",
    "1",
    "9",
    "10",
    "9a",
    "A",
    "a",
    "b",
    "\uff21",
    "\u{1f600}",
  ]);
});

Deno.test("parts of a path", () => {
  assert.deepEqual(splitUpdatePath("a.0.$[].b"), ["a", "0", "$[]", "b"]);
  assert.equal(isArrayFilterPart("$[x]"), true);
  assert.equal(isArrayFilterPart("$"), false);
  assert.equal(arrayFilterIdentifier("$[x]"), "x");
  assert.equal(arrayIndexOf("12"), 12);
  assert.equal(arrayIndexOf("x"), -1);
  assert.equal(arrayIndexOf("-1"), -1);
  for (const path of ["", "a.", ".a", "a..b"]) {
    assert.throws(() => splitUpdatePath(path), { code: 56 });
  }
  for (const path of ["$.a", "$", "a.$.b.$"]) {
    assert.throws(() => splitUpdatePath(path), { code: 2 });
  }
  assert.equal(pathConflict("a.b", "a").code, 40);
});
