import assert from "node:assert/strict";
import { wallTimeMs } from "../../src/commands/replica_set.ts";
import { TestServer } from "../server/test_server.ts";
import { ANY, NONE, withServer } from "./harness.ts";

Deno.test("wallTimeMs() reads the seconds of a time", () => {
  assert.equal(wallTimeMs((1000n << 32n) | 5n), 1_000_000);
});

Deno.test("commands of a set are refused on a standalone server with 76", async () => {
  await using test = TestServer.standalone();
  for (const name of ["replSetGetStatus", "replSetGetConfig", "replSetInitiate"]) {
    assert.equal((await test.command({ [name]: 1 })).code, 76, name);
  }
});

Deno.test("writes on a set tell electionId and opTime, on a standalone server they do not", async () => {
  for (const standalone of [false, true]) {
    const expected = standalone
      ? { electionId: NONE, opTime: NONE }
      : { electionId: ANY, opTime: { ts: ANY, t: ANY } };
    await withServer(async (server) => {
      await server.check("t", [
        [{ insert: "c", documents: [{ _id: 1 }] }, expected],
        [{ update: "c", updates: [{ q: {}, u: { $set: { a: 1 } } }] }, expected],
        [{ delete: "c", deletes: [{ q: {}, limit: 0 }] }, expected],
      ]);
    }, { standalone });
  }
});
