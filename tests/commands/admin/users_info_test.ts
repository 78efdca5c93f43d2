import { withServer } from "../harness.ts";

Deno.test("usersInfo: nobody is there yet", async () => {
  await withServer(async (server) => {
    await server.check("test", [
      [{ usersInfo: 1 }, { users: [] }],
      [{ usersInfo: "u", showPrivileges: true }, { users: [] }],
      [{ usersInfo: 1, nonsense: 1 }, [40415, /usersInfo.nonsense/]],
    ]);
  });
});
