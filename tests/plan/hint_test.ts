import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { getField } from "../../src/bson/read.ts";
import { resolveHint } from "../../src/plan/hint.ts";
import { bson, index } from "./fixture.ts";

const indexes = [index({ a: 1 }), index({ a: 1, b: -1 }), index({ h: 1 }, { isUsable: false })];
const resolve = (hint: unknown) => resolveHint(getField(bson({ hint }), "hint")!, indexes, "t.c");

for (
  const [hint, expected] of [
    ["a_1", "a_1"],
    [{ a: 1 }, "a_1"],
    [{ a: 1.0, b: -1 }, "a_1_b_-1"],
    [{ $natural: 1 }, 1],
    [{ $natural: -1 }, -1],
    [{}, undefined],
    ["nope", 2],
    ["$natural", 2],
    [{ b: -1, a: 1 }, 2],
    ["h_1", 2],
    [{ $natural: 2 }, 2],
    [{ $natural: 1, a: 1 }, 2],
  ] as const
) {
  Deno.test(`hint ${JSON.stringify(hint)}`, () => {
    if (expected === 2) {
      assert.throws(
        () => resolve(hint),
        (error) => error instanceof CommandError && error.code === expected,
      );
      return;
    }
    const found = resolve(hint);
    assert.equal(found === undefined ? undefined : found.index?.name ?? found.natural, expected);
  });
}

Deno.test("an unknown hint is refused with mongod's text", () => {
  assert.throws(() => resolve("nope"), /hint provided does not correspond to an existing index/);
});
