import assert from "node:assert/strict";
import { Long } from "bson";
import { withServer } from "../harness.ts";

Deno.test("killCursors answers in four lists", async () => {
  await withServer(async (server) => {
    await server.check("t", [[{ insert: "c", documents: [{ _id: 1 }, { _id: 2 }] }, { n: 2 }]]);
    const opened = await server.command("t", { find: "c", batchSize: 1 });
    const id = Long.fromString(String(opened.cursor.id));
    const unknown = Long.fromNumber(12345);
    const reply = await server.command("t", { killCursors: "c", cursors: [id, unknown] });
    assert.deepEqual(reply.cursorsKilled.map(String), [String(id)]);
    assert.deepEqual(reply.cursorsNotFound.map(String), ["12345"]);
    await server.check("t", [
      [{ getMore: id, collection: "c" }, [43, /not found/]],
      [{ killCursors: "c", cursors: [] }, { cursorsAlive: [], cursorsUnknown: [] }],
      [{ killCursors: "c" }, [40414, /cursors/]],
      [{ killCursors: "c", cursors: [1] }, [14, /killCursors.cursors.0/]],
    ]);
  });
});
