// Sizes, names, headers and the mirror of tests.

import assert from "node:assert/strict";
import {
  checkHeaders,
  checkMirror,
  checkNames,
  checkSizes,
  headerLines,
  testPath,
} from "../../../scripts/tidy/shape_rules.ts";
import { SourceFile } from "../../../scripts/tidy/source_file.ts";

Deno.test("files end at 500 lines, functions at 70", () => {
  const rules = (text: string) =>
    checkSizes([new SourceFile("src/a.ts", text)]).map((violation) => violation.rule);
  assert.deepEqual(rules("x;\n".repeat(500)), []);
  assert.deepEqual(rules("x;\n".repeat(501)), ["file-length"]);
  assert.deepEqual(rules(`function a() {\n${"x;\n".repeat(68)}}`), []);
  assert.deepEqual(rules(`function a() {\n${"x;\n".repeat(69)}}`), ["function-length"]);
});

Deno.test("names that say nothing and names in another style are refused", () => {
  const rule = (path: string) => checkNames([new SourceFile(path, "")])[0]?.rule;
  for (
    const path of ["src/utils.ts", "src/common/a.ts", "src/bson_utils.ts", "tests/core_test.ts"]
  ) {
    assert.equal(rule(path), "banned-name", path);
  }
  assert.equal(rule("src/keyEncoding.ts"), "file-name");
  assert.equal(rule("src/key-encoding.ts"), "file-name");
  for (const path of ["src/value_type.ts", "mod.ts", "src/bson/read.ts", "tests/a/b_test.ts"]) {
    assert.equal(rule(path), undefined, path);
  }
});

Deno.test("every file but a mirror test opens with a comment", () => {
  assert.equal(headerLines("// a\n// b\n\nx;\n"), 2);
  assert.equal(headerLines("/**\n * a\n */\nx;\n"), 3);
  assert.equal(headerLines("x; // a\n"), 0);
  assert.equal(headerLines("#!/usr/bin/env -S deno run\n// a\n"), 1);
  assert.equal(checkHeaders([new SourceFile("src/a.ts", "x;\n")]).length, 1);
  assert.equal(checkHeaders([new SourceFile("src/a.ts", "// a\n// b\nx;\n")]).length, 0);
  assert.equal(checkHeaders([new SourceFile("tests/a_test.ts", "x;\n")]).length, 0);
});

Deno.test("a file with logic has its test beside it in the mirror", () => {
  const logic = new SourceFile("src/bson/a.ts", "export function a() {\n}\n");
  const test = new SourceFile("tests/bson/a_test.ts", "");
  assert.equal(checkMirror([logic]).length, 1);
  assert.equal(checkMirror([logic, test]).length, 0);
  const types = new SourceFile("src/bson/b.ts", "export interface B { c(): void }\n");
  assert.equal(checkMirror([types]).length, 0);
  const path = (name: string) => testPath(new SourceFile(name, ""));
  assert.equal(path("ffi/session.ts"), "tests/ffi/session_test.ts");
  assert.equal(path("src/commands/crud/find.ts"), "tests/commands/crud/find_test.ts");
  assert.equal(path("src/query/all.ts"), undefined);
  assert.equal(path("src/query/definition.ts"), undefined);
  assert.equal(path("scripts/tidy.ts"), undefined);
});
