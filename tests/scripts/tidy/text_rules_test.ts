// Forbidden words. They are put together from pieces here, so that this file does not break the rules it tests.

import assert from "node:assert/strict";
import { SourceFile } from "../../../scripts/tidy/source_file.ts";
import { checkText } from "../../../scripts/tidy/text_rules.ts";

const TO_DO = "TO" + "DO";

// [text, rule or undefined]
const TEXTS: [string, string | undefined][] = [
  [`// ${"FIX" + "ME"} later`, "fixme"],
  [`// ${TO_DO} later`, "todo"],
  [`// ${TO_DO}(#12) later`, undefined],
  [`import x from "${"js" + "r"}:@std/x";`, "jsr"],
  [`see https://${["registry", "npmjs", "org"].join(".")}/x`, "registry"],
  [`const path = "${["", "root", "x"].join("/")}";`, "machine-path"],
  [`const path = "${["", "home", "me", "x"].join("/")}";`, "machine-path"],
  ["const path = `${base}/root/x`;", undefined],
  ['import x from "../work/x.ts";', undefined],
  ["ordinary text about mastodons", undefined],
];

Deno.test("forbidden words are found with their rule", () => {
  for (const [text, rule] of TEXTS) {
    const found = checkText([new SourceFile("src/a.ts", text)]).map((violation) => violation.rule);
    assert.deepEqual(found, rule === undefined ? [] : [rule], text);
  }
});

Deno.test("a JSR address is fine in documentation", () => {
  const text = `import { SecantusDBServer } from "${"js" + "r"}:@secantus/db";`;
  assert.deepEqual(checkText([new SourceFile("README.md", text)]), []);
});
