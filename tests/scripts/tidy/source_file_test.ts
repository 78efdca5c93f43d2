// The scanner behind the tidy checks: what is code, what is imported, how long functions are.

import assert from "node:assert/strict";
import { SourceFile } from "../../../scripts/tidy/source_file.ts";

function source(text: string): SourceFile {
  return new SourceFile("src/x.ts", text);
}

// [text, code that must remain with spaces squeezed]
const CODE: [string, string][] = [
  ["a // b {\nc", "a c"],
  ["a /* { \n */ b", "a b"],
  ["x = 'it\\'s {' + y", "x = + y"],
  ['x = "{" + y', "x = + y"],
  ["x = `a ${b + `c ${d}` + {}} e` + f", "x = b + d + {} + f"],
  ["x = /[/{]+/g.test(y)", "x = g.test(y)"],
  ["x = a / b / c; // {", "x = a / b / c;"],
  ["return /}/;", "return ;"],
  ["x = (a) / 2; y = '/'", "x = (a) / 2; y ="],
];

Deno.test("comments, strings, templates and regular expressions are blanked", () => {
  for (const [text, expected] of CODE) {
    const { code } = source(text);
    assert.equal(code.length, text.length);
    assert.equal(code.replace(/\s+/g, " ").trim(), expected, text);
  }
});

Deno.test("imports of every form are found with their lines, those in comments and strings are not", () => {
  const file = source(`import a from "a";
import type { B } from "./b.ts";
import {
  c,
} from "./c.ts";
export * from "./d.ts";
export { e } from "./e.ts";
import "./f.ts";
const g = await import("./g.ts");
// import h from "h";
const i = 'import i from "i"';
`);
  const found = file.imports.map(({ specifier, line }) => `${specifier}:${line}`);
  const expected = ["a:1", "./b.ts:2", "./c.ts:3", "./d.ts:6", "./e.ts:7", "./f.ts:8", "./g.ts:9"];
  assert.deepEqual(found, expected);
});

// [text, expected names with lengths]
const FUNCTIONS: [string, string[]][] = [
  ["function a(): void {\n}\n", ["a:2"]],
  ["function a<T>(x: T): x is { b: 1 } {\n}\n", ["a:2"]],
  ["const a = (x: number) => {\n return x;\n};", ["(anonymous):3"]],
  ["const a = (x: number): { y: number } => ({\n y: x });", []],
  ["const a = (x: number): number => {\n};", ["(anonymous):2"]],
  ["class A {\n b(\n  c: string,\n ): Map<string, { d: number }> {\n }\n}", ["b:4"]],
  ["class A {\n get b(): number {\n return 1;\n }\n}", ["b:3"]],
  ["if (a) {\n}\nfor (;;) {\n}\nwhile (b) {\n}\nswitch (c) {\n}", []],
  ["try {\n} catch (e) {\n}", []],
  ["interface A { b(): void; c(): { d: number } }", []],
  ["abstract class A { abstract b(): void; }\nconst x = { y };", []],
  ["Deno.test('x', async () => {\n await y();\n});", ["(anonymous):3"]],
  ["function a(): asserts b is string | { c: number } {\n}", ["a:2"]],
  ["const a = b(c) ? d : {\n e: 1,\n};", []],
];

Deno.test("functions are found with their length, other blocks are not", () => {
  for (const [text, expected] of FUNCTIONS) {
    const found = source(text).functions.map(({ name, lineCount }) => `${name}:${lineCount}`);
    assert.deepEqual(found, expected, text);
  }
});
