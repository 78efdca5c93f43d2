import nodeAssert from "node:assert/strict";
import { assert, AssertionError, unreachable } from "../src/assert.ts";

Deno.test("assert throws AssertionError with the text when the condition does not hold", () => {
  assert(true, "fine");
  assert(1, "fine");
  nodeAssert.throws(() => assert(false, "broken"), { name: "AssertionError", message: "broken" });
  nodeAssert.throws(() => assert(0, "zero"), AssertionError);
});

Deno.test("unreachable names the value", () => {
  nodeAssert.throws(() => unreachable("x" as never), { message: "unreachable: x" });
  nodeAssert.throws(() => unreachable(7 as never, "kind"), { message: "kind: 7" });
});
