// Arrays as lists of references.

import assert from "node:assert/strict";
import {
  appendToArray,
  arrayItems,
  countItems,
  replaceArray,
} from "../../../src/write/update/array_items.ts";
import { UpdateScope } from "../../../src/write/update/update_scope.ts";
import { encode } from "./update_table.ts";

const document = encode({ l: [1, "two", [3]] });

function scope(): UpdateScope {
  const made = new UpdateScope({ now: 0n, nextTimestamp: () => 0n });
  made.begin(document, -1, false);
  return made;
}

Deno.test("an array is listed, counted and rebuilt", () => {
  assert.equal(countItems(document, 7), 3);
  const items = arrayItems(document, 7);
  assert.deepEqual(items.map((item) => item.type), [16, 2, 4]);
  const rebuilt = scope();
  replaceArray(rebuilt, 4, 7, items);
  assert.equal(rebuilt.edits.count, 0);
  replaceArray(rebuilt, 4, 7, [...items].reverse());
  assert.deepEqual(rebuilt.edits.emit(document), encode({ l: [[3], "two", 1] }));
});

Deno.test("appending numbers on", () => {
  const appended = scope();
  appendToArray(appended, 7, 3, arrayItems(document, 7));
  const size = document.length + appended.edits.delta;
  appended.edits.setLength(0, size);
  assert.deepEqual(appended.edits.emit(document), encode({ l: [1, "two", [3], 1, "two", [3]] }));
});
