import { withServer } from "../harness.ts";

Deno.test("testVersion2 is there for tests and outside the stable API", async () => {
  await withServer(async (server) => {
    await server.check("test", [
      [{ testVersion2: 1 }, { ok: 1 }],
      [{ testVersion2: 1, apiVersion: "1" }, { ok: 1 }],
      [
        { testVersion2: 1, apiVersion: "1", apiStrict: true },
        [323, /command testVersion2 is not in API Version 1/],
      ],
    ]);
  }, { enableTestCommands: true });
  await withServer(async (server) => {
    await server.check("test", [[{ testVersion2: 1 }, [59, /no such command/]]]);
  });
});
