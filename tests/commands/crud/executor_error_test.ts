import assert from "node:assert/strict";
import { inExecutor } from "../../../src/commands/crud/executor_error.ts";
import { CommandError } from "../../../src/error.ts";

Deno.test("inExecutor wraps errors thrown now and later", async () => {
  assert.equal(inExecutor("C", () => 5), 5);
  assert.equal(await inExecutor("C", () => Promise.resolve(5)), 5);
  const fail = (): never => {
    throw new CommandError(2, "bad");
  };
  assert.throws(() => inExecutor("C", fail), { code: 2, message: "C :: caused by :: bad" });
  await assert.rejects(
    async () =>
      await inExecutor("C", async () => {
        await Promise.resolve();
        fail();
      }),
    { message: "C :: caused by :: bad" },
  );
});
