import assert from "node:assert/strict";
import { getField } from "../../src/bson/read.ts";
import { isOperatorDocument } from "../../src/query/operator_document.ts";
import { bson } from "./table.ts";

Deno.test("operators, values and DBRefs", () => {
  const rows: [unknown, boolean, boolean][] = [
    [{ $gt: 1 }, true, true],
    [{ a: 1 }, false, false],
    [{ a: 1, $gt: 1 }, false, false],
    [{}, false, false],
    [5, false, false],
    [{ $ref: "c", $id: 1 }, false, false],
    [{ $id: 1, $ref: "c" }, false, false],
    [{ $id: 1 }, true, false],
    [{ $db: "x" }, true, false],
  ];
  for (const [value, complete, incomplete] of rows) {
    // Not npm:bson's own DBRef handling: the value as written.
    const raw = getField(bson({ v: value }), "v")!;
    assert.equal(isOperatorDocument(raw, false), complete, Deno.inspect(value));
    assert.equal(isOperatorDocument(raw, true), incomplete, Deno.inspect(value));
  }
});
