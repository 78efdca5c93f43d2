import assert from "node:assert/strict";
import { Long } from "bson";
import { withServer } from "../harness.ts";

Deno.test("documents at hand: the first batch has all of them unless a size was asked for", async () => {
  await withServer(async (harness) => {
    const names = Array.from({ length: 150 }, (_, i) => `c${String(i).padStart(3, "0")}`);
    for (const name of names) await harness.command("test", { create: name });
    const all = await harness.command("test", { listCollections: 1, nameOnly: true });
    assert.equal(all.cursor.id, 0);
    assert.equal(all.cursor.firstBatch.length, 150);
    const { cursor } = await harness.command("test", {
      listCollections: 1,
      nameOnly: true,
      cursor: { batchSize: 100 },
    });
    assert.equal(cursor.firstBatch.length, 100);
    const id = Long.isLong(cursor.id) ? cursor.id : Long.fromNumber(cursor.id);
    const rest = await harness.command("test", {
      getMore: id,
      collection: "$cmd.listCollections",
    });
    assert.equal(rest.cursor.nextBatch.length, 50);
    assert.equal(rest.cursor.nextBatch[49].name, "c149");
  });
});
