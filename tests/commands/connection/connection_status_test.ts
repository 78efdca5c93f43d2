import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("connectionStatus lists nobody, and privileges only when asked", async () => {
  await using test = new TestServer();
  const plain = await test.command({ connectionStatus: 1 });
  assert.deepEqual(plain.authInfo, { authenticatedUsers: [], authenticatedUserRoles: [] });
  const full = await test.command({ connectionStatus: 1, showPrivileges: true });
  assert.deepEqual(full.authInfo.authenticatedUserPrivileges, []);
});
