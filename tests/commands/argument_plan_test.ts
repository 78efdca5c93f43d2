import assert from "node:assert/strict";
import {
  acceptedTypes,
  ArgumentPlan,
  GENERIC_BASE,
  GENERIC_NAMES,
  GENERIC_TYPES,
  IGNORED_SLOT,
  isGenericArgument,
} from "../../src/commands/argument_plan.ts";

Deno.test("own arguments get slots, generic ones their numbers", () => {
  const plan = new ArgumentPlan("find", {
    filter: { type: "object", fate: "required" },
    comment: { type: "string" },
  });
  const number = (name: string) => plan.names.lookup(new TextEncoder().encode(`${name}\0`), 0);
  assert.equal(number("filter"), 0);
  assert.equal(number("comment"), 1, "an own argument goes before a generic one");
  assert.equal(number("$db"), GENERIC_BASE);
  assert.equal(number("$audit"), IGNORED_SLOT);
  assert.equal(number("foo"), -1);
  assert.deepEqual(plan.required, [0]);
  assert.equal(GENERIC_NAMES.length, GENERIC_TYPES.length);
});

Deno.test("acceptedTypes() lists type bytes in the order of mongod's texts", () => {
  assert.deepEqual(acceptedTypes("int"), [19, 16, 1, 18]);
  assert.deepEqual(acceptedTypes("safeBool"), [16, 19, 18, 8, 1]);
  assert.deepEqual(acceptedTypes("any"), []);
  assert.deepEqual(acceptedTypes(["string", "object"]), [2, 3]);
});

Deno.test("generic arguments are known by name", () => {
  assert.equal(isGenericArgument("lsid"), true);
  assert.equal(isGenericArgument("$audit"), true);
  assert.equal(isGenericArgument("filter"), false);
});
