import assert from "node:assert/strict";
import { BSON } from "bson";
import { SpillWriter } from "../../src/stream/sort_spill.ts";

Deno.test("SpilledRun gives back what SpillWriter took, across pieces, and deletes its file", async () => {
  const directory = Deno.makeTempDirSync();
  try {
    const writer = new SpillWriter(directory);
    const sizes = [10, 300_000, 1_500_000, 5, 700_000, 2_000];
    for (const [i, size] of sizes.entries()) {
      const bytes = new Uint8Array(BSON.serialize({ i, text: "x".repeat(size) }));
      const key = new Uint8Array([0, i, 7]);
      writer.write({
        keyBytes: key,
        keyStart: 1,
        keyEnd: 3,
        prefix: 0,
        bytes,
        start: 0,
        recordId: i + 0.5,
      });
      if (writer.isFull) await writer.flush();
    }
    const run = (await writer.finish())!;
    for (let i = 0; i < sizes.length; i++) {
      assert.ok(run.advance());
      const { keyBytes, keyStart, keyEnd, bytes, start, recordId } = run.entry;
      assert.deepEqual([...keyBytes.subarray(keyStart, keyEnd)], [i, 7]);
      assert.equal(
        BSON.deserialize(bytes.slice(start), { allowObjectSmallerThanBufferSize: true }).text
          .length,
        sizes[i],
      );
      assert.equal(recordId, i + 0.5);
    }
    assert.equal(run.advance(), false);
    run.close();
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("SpillWriter given up while it writes has no run, and leaves no file", async () => {
  const directory = Deno.makeTempDirSync();
  const writer = new SpillWriter(directory);
  const bytes = new Uint8Array(BSON.serialize({ text: "x".repeat(2_000_000) }));
  const entry = {
    keyBytes: bytes,
    keyStart: 0,
    keyEnd: 1,
    prefix: 0,
    bytes,
    start: 0,
    recordId: 1,
  };
  writer.write(entry);
  const finished = writer.finish();
  writer.abandon();
  assert.equal(await finished, undefined);
  assert.deepEqual([...Deno.readDirSync(directory)], []);
  Deno.removeSync(directory);
});
