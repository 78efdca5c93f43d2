// Field paths and their errors.

import assert from "node:assert/strict";
import { checkFieldName, parseFieldPath } from "../../src/expression/field_path.ts";
import { throwsCode } from "./evaluation.ts";

Deno.test("paths", () => {
  assert.deepEqual(parseFieldPath("a.b.0"), ["a", "b", "0"]);
  assert.deepEqual(parseFieldPath("a.$id"), ["a", "$id"]);
  const rows: readonly (readonly [string, number])[] = [
    ["", 40352],
    ["a.", 40353],
    [".a", 15998],
    ["a..b", 15998],
    ["a.$b", 16410],
    ["a\0b", 16411],
    ["a.".repeat(201) + "a", 15],
  ];
  for (const [path, code] of rows) throwsCode(() => parseFieldPath(path), code);
  throwsCode(() => checkFieldName("$x"), 16410);
});
