import { withServer } from "../harness.ts";

Deno.test("reIndex is refused in a replica set", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ reIndex: "c" }, [
        20,
        "reIndex is only allowed on a standalone mongod instance. Cannot reIndex 'test.c' while " +
        "replication is active",
      ]],
    ]);
  });
});
