import assert from "node:assert/strict";
import { inExecutor, withContext } from "../../../src/commands/crud/executor_error.ts";
import { documentFrom } from "../../../src/bson/encode.ts";
import { CommandError } from "../../../src/error.ts";

Deno.test("withContext keeps code, labels and details, and says it once", () => {
  const info = documentFrom({ x: 1 });
  const wrapped = withContext(
    "During y",
    new CommandError(5, "bad", { labels: ["L"], info }),
  ) as CommandError;
  assert.equal(wrapped.message, "During y :: caused by :: bad");
  assert.deepEqual([wrapped.code, wrapped.labels, wrapped.info], [5, ["L"], info]);
  assert.equal(withContext("During y", wrapped), wrapped);
  const bug = new TypeError("x");
  assert.equal(withContext("During y", bug), bug);
});

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
