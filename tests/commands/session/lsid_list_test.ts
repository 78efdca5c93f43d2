import assert from "node:assert/strict";
import { Binary } from "bson";
import { documentFrom } from "../../../src/bson/encode.ts";
import { TestServer } from "../../server/test_server.ts";

Deno.test("lists of lsids are checked", async () => {
  await using test = new TestServer();
  const lsid = documentFrom({ id: new Binary(new Uint8Array(16), 4) });
  const many = Array.from({ length: 10_001 }, () => lsid);
  assert.equal((await test.command({ endSessions: many })).code, 2);
  assert.equal((await test.command({ endSessions: [documentFrom({ id: 1 })] })).code, 14);
});
