import assert from "node:assert/strict";
import { withoutCalls } from "../../../src/expression/regex/group_calls.ts";
import { EMPTY, type PatternNode } from "../../../src/expression/regex/syntax.ts";

Deno.test("calls become copies that do not capture", () => {
  const group: PatternNode = { type: "group", index: 1, child: EMPTY };
  const call: PatternNode = { type: "call", indexes: [1] };
  const groups = new Map([[1, EMPTY]]);
  assert.deepEqual(withoutCalls({ type: "sequence", items: [group, call] }, groups), {
    type: "sequence",
    items: [group, EMPTY],
  });
});

Deno.test("recursion and unknown groups are refused", () => {
  const call: PatternNode = { type: "call", indexes: [1] };
  assert.throws(() => withoutCalls(call, new Map([[1, call]])), /recursion/);
  assert.throws(
    () => withoutCalls({ type: "group", index: 1, child: call }, new Map([[1, call]])),
    /recursion/,
  );
  assert.throws(() => withoutCalls(call, new Map()), /non-existent/);
});
