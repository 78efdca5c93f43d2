import assert from "node:assert/strict";
import { BSON } from "bson";
import { BsonWriter } from "../../src/bson/encode.ts";
import { noSpills, writeSpills } from "../../src/stream/spill_statistics.ts";

Deno.test("what explain shows of a stage that may use the disk", () => {
  const written = (statistics: ReturnType<typeof noSpills>): unknown => {
    const writer = new BsonWriter();
    writer.startDocument();
    writeSpills(writer, statistics);
    writer.end();
    return BSON.deserialize(writer.bytes());
  };
  assert.deepEqual(written(noSpills()), {
    usedDisk: false,
    spills: 0,
    spilledDataStorageSize: 0,
    spilledBytes: 0,
    spilledRecords: 0,
  });
  assert.deepEqual(written({ spills: 2, spilledBytes: 300, spilledRecords: 4 }), {
    usedDisk: true,
    spills: 2,
    spilledDataStorageSize: 300,
    spilledBytes: 300,
    spilledRecords: 4,
  });
});
