// Patterns as operands: walking over matches, keeping the last pattern.

import assert from "node:assert/strict";
import { BSONRegExp } from "bson";
import { MISSING } from "../../src/bson/value.ts";
import { PatternSource } from "../../src/expression/text_pattern.ts";
import { throwsCode } from "./evaluation.ts";

Deno.test("the last pattern is kept while its operands stay the same", () => {
  const source = new PatternSource("$regexMatch", undefined);
  const first = source.get("a", null);
  assert.equal(source.get("a", null), first);
  assert.notEqual(source.get("a", "i"), first);
  assert.equal(source.get(MISSING, null), undefined);
  assert.equal(source.get(null, "i"), undefined);
});

Deno.test("a walk ends behind the text", () => {
  const walk = new PatternSource("$split", undefined).get(new BSONRegExp("", ""), null)!.walk(
    "a😀",
  );
  assert.deepEqual([walk.next()?.start, walk.next()?.start, walk.next()?.start], [0, 1, 3]);
  assert.equal(walk.next(), undefined);
  assert.equal(walk.next(), undefined);
});

Deno.test("options are checked even without a pattern", () => {
  const source = new PatternSource("$regexFind", undefined);
  throwsCode(() => source.get(null, 5), 51106);
  throwsCode(() => source.get(null, "\0"), 51110);
});
