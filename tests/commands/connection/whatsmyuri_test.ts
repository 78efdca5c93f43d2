import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("whatsmyuri tells the client's address", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const { port } = client.socket.localAddr as Deno.NetAddr;
  assert.equal((await client.command({ whatsmyuri: 1 })).you, `127.0.0.1:${port}`);
});
