// Filters asked about one value.

import assert from "node:assert/strict";
import { compileElementMatcher } from "../../../src/write/update/element_matcher.ts";
import { arrayItems } from "../../../src/write/update/array_items.ts";
import { encode, type Literal } from "./update_table.ts";

function accepted(filter: Literal, values: Literal[]): number[] {
  const matches = compileElementMatcher(encode(filter), "e", { now: 0n });
  const document = encode({ l: values });
  return arrayItems(document, 7).flatMap(({ bytes, type, at, end }, i) =>
    matches(bytes, type, at, end) ? [i] : []
  );
}

Deno.test("an element is matched as the field it is named by", () => {
  const values = [1, "x", null, { a: 1 }, { a: [1, 2] }, [1, 5], NaN, 1.0];
  assert.deepEqual(accepted({ e: 1 }, values), [0, 5, 7]);
  assert.deepEqual(accepted({ e: { $gt: 4 } }, values), [5]);
  assert.deepEqual(accepted({ e: null }, values), [2]);
  assert.deepEqual(accepted({ "e.a": 2 }, values), [4]);
  assert.deepEqual(accepted({ e: NaN }, values), [6]);
  assert.deepEqual(accepted({ $or: [{ e: "x" }, { "e.a": 1 }] }, values), [1, 3, 4]);
  assert.deepEqual(accepted({ e: { $type: "string" } }, values), [1]);
});
