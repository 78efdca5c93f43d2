// Import ranks, packages and cycles.

import assert from "node:assert/strict";
import { checkCycles, checkImports, resolveImport } from "../../../scripts/tidy/import_rules.ts";
import { SourceFile } from "../../../scripts/tidy/source_file.ts";

// [from, specifier, rule that must complain or undefined]
const IMPORTS: [string, string, string | undefined][] = [
  ["src/query/a.ts", "../bson/b.ts", undefined],
  ["src/query/a.ts", "./family/b.ts", undefined],
  ["src/bson/a.ts", "../error.ts", undefined],
  ["src/bson/a.ts", "../query/b.ts", "import-rank"],
  ["src/wire/a.ts", "../index/b.ts", "import-rank"],
  ["src/commands/crud/a.ts", "../../server/b.ts", "import-rank"],
  ["src/storage/a.ts", "../../ffi/b.ts", undefined],
  ["src/plan/a.ts", "../../ffi/b.ts", "import-rank"],
  ["mod.ts", "./ffi/b.ts", "import-rank"],
  ["ffi/a.ts", "../src/error.ts", "import-rank"],
  ["src/novelty/a.ts", "../bson/b.ts", "import-rank"],
  ["src/error.ts", "./bson/b.ts", "import-rank"],
  ["cli.ts", "./mod.ts", undefined],
  ["mod.ts", "./cli.ts", "import-rank"],
  ["src/bson/a.ts", "../../scripts/tidy.ts", "import-rank"],
  ["src/bson/a.ts", "bson", undefined],
  ["src/bson/a.ts", "node:zlib", undefined],
  ["src/bson/a.ts", "mongodb", "import-package"],
  ["tests/bson/a_test.ts", "mongodb", undefined],
];

Deno.test("each room imports only lower rooms and product packages, types included", () => {
  for (const [from, specifier, rule] of IMPORTS) {
    for (const keyword of ["import type", "import", "export"]) {
      const file = new SourceFile(from, `${keyword} { x } from "${specifier}";\n`);
      const found = checkImports([file]).map((violation) => violation.rule);
      assert.deepEqual(found, rule === undefined ? [] : [rule], `${from} ${specifier}`);
    }
  }
});

Deno.test("cycles are found, types included; shared imports are none", () => {
  const files = (edges: [string, string][]) =>
    edges.map(([from, to]) => new SourceFile(from, `import type { X } from "./${to}";\n`));
  assert.equal(checkCycles(files([["a.ts", "b.ts"], ["b.ts", "c.ts"]])).length, 0);
  const found = checkCycles(files([["a.ts", "b.ts"], ["b.ts", "c.ts"], ["c.ts", "a.ts"]]));
  assert.equal(found.length, 1);
  assert.match(found[0].message, /a\.ts -> b\.ts -> c\.ts -> a\.ts/);
  const both = new SourceFile("a.ts", 'import "./b.ts";\nimport "./c.ts";\n');
  assert.equal(checkCycles([both, ...files([["b.ts", "c.ts"]])]).length, 0);
});

Deno.test("relative imports resolve from the importing file", () => {
  assert.equal(resolveImport("src/a/b.ts", "../c/d.ts"), "src/c/d.ts");
  assert.equal(resolveImport("mod.ts", "./src/d.ts"), "src/d.ts");
  assert.equal(resolveImport("mod.ts", "bson"), undefined);
});
