// The tidy run as a whole: it can fail, exceptions work and do not go stale.

import assert from "node:assert/strict";
import { tidy } from "../../scripts/tidy.ts";
import { SourceFile } from "../../scripts/tidy/source_file.ts";

const HEADER = "// What for.\n// How it fits.\n";
const GOOD = [
  new SourceFile("src/bson/a.ts", `${HEADER}export function a(): void {\n}\n`),
  new SourceFile("tests/bson/a_test.ts", 'import "../../src/bson/a.ts";\n'),
];

/** One project per rule that breaks just this rule. */
const BROKEN: [string, SourceFile[]][] = [
  ["import-rank", [new SourceFile("src/bson/b.ts", `${HEADER}import "../query/c.ts";\n`)]],
  ["import-package", [new SourceFile("src/bson/b.ts", `${HEADER}import "lodash";\n`)]],
  ["import-cycle", [new SourceFile("src/bson/b.ts", `${HEADER}import "./b.ts";\n`)]],
  ["file-length", [new SourceFile("src/bson/b.ts", HEADER + "x;\n".repeat(499))]],
  [
    "function-length",
    [new SourceFile("scripts/b.ts", `${HEADER}function b() {\n${"x;\n".repeat(99)}}\n`)],
  ],
  ["banned-name", [new SourceFile("src/bson/helpers.ts", HEADER)]],
  ["file-name", [new SourceFile("src/bson/B.ts", HEADER)]],
  ["header", [new SourceFile("src/bson/b.ts", "x;\n")]],
  ["test-mirror", [new SourceFile("src/bson/b.ts", `${HEADER}function b() {\n}\n`)]],
  ["fixme", [new SourceFile("README.md", "FIX" + "ME")]],
];

Deno.test("a tidy project passes", () => {
  assert.deepEqual(tidy(GOOD, []), []);
});

Deno.test("each rule can fail, alone and with a remedy", () => {
  for (const [rule, files] of BROKEN) {
    const violations = tidy([...GOOD, ...files], []);
    assert.deepEqual(violations.map((violation) => violation.rule), [rule]);
    assert.ok(violations[0].remedy.length > 5);
  }
});

Deno.test("an exception covers its rule and path only, and is reported once it covers nothing", () => {
  const [, files] = BROKEN[0];
  const exception = { rule: "import-rank", path: "src/bson/b.ts", reason: "for the test" };
  assert.deepEqual(tidy(files, [exception]), []);
  assert.deepEqual(tidy(files, [{ ...exception, path: "src/bson/" }]), []);
  const elsewhere = tidy(files, [{ ...exception, path: "src/query/" }]);
  assert.deepEqual(elsewhere.map((violation) => violation.rule), ["import-rank", "exception"]);
  assert.equal(tidy(GOOD, [exception])[0].rule, "exception");
});

Deno.test("the command line prints violations and exits with 1 if and only if there are some", async () => {
  const script = new URL("../../scripts/tidy.ts", import.meta.url).pathname;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script],
  }).output();
  const last = new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1)!;
  const violations = Number(/(\d+) violations$/.exec(last)?.[1]);
  assert.equal(code, violations === 0 ? 0 : 1);
});
