import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { executing, executorError } from "../../src/write/executor_error.ts";

Deno.test("errors of a running statement name its command; code, labels and details stay", () => {
  const info = Uint8Array.of(5, 0, 0, 0, 0);
  const error = executorError(
    "update",
    new CommandError(11000, "E11000 dup", { labels: ["L"], info }),
  ) as CommandError;
  assert.equal(error.message, "Plan executor error during update :: caused by :: E11000 dup");
  assert.equal(error.code, 11000);
  assert.deepEqual(error.labels, ["L"]);
  assert.equal(error.info, info);
});

Deno.test("the context is given once, and other errors pass unchanged", () => {
  const once = executorError("findAndModify", new CommandError(2, "x"));
  assert.equal(executorError("findAndModify", once), once);
  const bug = new TypeError("bug");
  assert.equal(executorError("update", bug), bug);
});

Deno.test("executing gives the result or the error with its context", () => {
  assert.equal(executing("delete", () => 7), 7);
  assert.throws(
    () =>
      executing("delete", () => {
        throw new CommandError(2, "x");
      }),
    { message: "Plan executor error during delete :: caused by :: x" },
  );
});
