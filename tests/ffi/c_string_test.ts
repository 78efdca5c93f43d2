// NUL-terminated strings.

import assert from "node:assert/strict";
import { cString, optionalCString } from "../../ffi/c_string.ts";

Deno.test("a string ends in NUL and is kept", () => {
  assert.deepEqual([...cString("ab")], [97, 98, 0]);
  assert.deepEqual([...cString("é")], [0xc3, 0xa9, 0]);
  assert.deepEqual([...cString("")], [0]);
  assert.equal(cString("table:x"), cString("table:x"));
  assert.equal(optionalCString(undefined), null);
  assert.equal(optionalCString("ab"), cString("ab"));
});

Deno.test("NUL inside is refused", () => {
  assert.throws(() => cString("a\0b"), TypeError);
});
