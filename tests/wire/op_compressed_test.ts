import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { WireError } from "../../src/wire/frame.ts";
import {
  compressMessage,
  COMPRESSORS,
  decompressMessage,
  loadCompressors,
  negotiateCompressors,
} from "../../src/wire/op_compressed.ts";
import { opMsg } from "../server/test_server.ts";

const MESSAGE = opMsg(documentFrom({ ping: 1, text: "a".repeat(5000), $db: "test" }), 0, 77);

Deno.test("a compressor that was not agreed on is refused", async () => {
  const bytes = compressMessage(MESSAGE, 0);
  bytes[24] = 99;
  assert.throws(() => decompressMessage(bytes, 0, bytes.length), WireError);
  await loadCompressors(["unknown"]);
});

for (const [name, id] of [["noop", 0] as const, ...COMPRESSORS]) {
  Deno.test(`${name} there and back`, async () => {
    await loadCompressors([name]);
    const bytes = compressMessage(MESSAGE, id);
    assert.equal(new DataView(bytes.buffer).getInt32(12, true), 2012);
    if (id > 0) assert.ok(bytes.length < 1000);
    const message = decompressMessage(bytes, 0, bytes.length);
    assert.equal(message.compressorId, id);
    assert.deepEqual(message.bytes, MESSAGE);
  });

  Deno.test(`${name}: wrong sizes and broken contents are refused`, async () => {
    await loadCompressors([name]);
    for (const size of [0, 10, 48_000_001, -1]) {
      const bytes = compressMessage(MESSAGE, id);
      new DataView(bytes.buffer).setInt32(20, size, true);
      assert.throws(() => decompressMessage(bytes, 0, bytes.length), WireError, `size ${size}`);
    }
    if (id === 0) return;
    const bytes = compressMessage(MESSAGE, id);
    bytes.fill(0xaa, 26);
    assert.throws(() => decompressMessage(bytes, 0, bytes.length), WireError);
  });
}

Deno.test("compressed inside compressed is refused", () => {
  const inner = compressMessage(MESSAGE, 0);
  new DataView(inner.buffer).setInt32(16, 2012, true);
  assert.throws(() => decompressMessage(inner, 0, inner.length), WireError);
  assert.throws(() => decompressMessage(inner, 0, 20), WireError);
});

Deno.test("negotiateCompressors() keeps the client's order", () => {
  assert.deepEqual(negotiateCompressors(["zlib", "lz4", "snappy"]), ["zlib", "snappy"]);
});
