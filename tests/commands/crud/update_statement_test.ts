import assert from "node:assert/strict";
import { serialize } from "bson";
import { getField } from "../../../src/bson/read.ts";
import {
  checkArrayFilters,
  checkHint,
  checkUpdateArgument,
  sortWithMulti,
} from "../../../src/commands/crud/update_statement.ts";
import { documentOf } from "../../../src/bson/read.ts";

function valueOf(value: unknown) {
  return getField(serialize({ value }), "value");
}

Deno.test("an update is a document, or a pipeline of documents", () => {
  for (const value of [{}, { $set: { a: 1 } }, [], [{ $set: { a: 1 } }]]) {
    checkUpdateArgument(valueOf(value));
  }
  for (const value of [5, "x", true, null]) {
    assert.throws(() => checkUpdateArgument(valueOf(value)), {
      code: 9,
      message: "Update argument must be either an object or an array",
    });
  }
  assert.throws(() => checkUpdateArgument(undefined), { code: 9 });
  assert.throws(() => checkUpdateArgument(valueOf([{}, 1])), {
    code: 14,
    message: "Each element of the 'pipeline' array must be an object",
  });
});

Deno.test("a hint is a name or a key pattern", () => {
  for (const value of ["a_1", { a: 1 }]) checkHint(valueOf(value));
  checkHint(undefined);
  for (const value of [1, ["a"], null]) {
    assert.throws(() => checkHint(valueOf(value)), {
      code: 9,
      message: "Hint must be a string or an object",
    });
  }
});

Deno.test("array filters are documents", () => {
  const filters = (value: unknown) => documentOf(valueOf(value)!);
  checkArrayFilters(undefined, "update.updates.arrayFilters");
  checkArrayFilters(filters([]), "update.updates.arrayFilters");
  checkArrayFilters(filters([{ e: 1 }]), "update.updates.arrayFilters");
  assert.throws(() => checkArrayFilters(filters([{}, "x"]), "update.updates.arrayFilters"), {
    code: 14,
    message: "BSON field 'update.updates.arrayFilters.1' is the wrong type 'string', expected " +
      "type 'object'",
  });
});

Deno.test("sort and multi exclude each other", () => {
  assert.equal(sortWithMulti().code, 9);
});
