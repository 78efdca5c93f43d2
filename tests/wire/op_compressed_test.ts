import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { COMPRESSORS, loadCompressors } from "../../src/wire/codec.ts";
import { WireError } from "../../src/wire/frame.ts";
import {
  compressMessage,
  decompressMessage,
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

const LARGE = opMsg(documentFrom({ ping: 1, text: "abc".repeat(700_000), $db: "test" }), 0, 78);

for (const [name, id] of [["noop", 0] as const, ...COMPRESSORS]) {
  Deno.test(`${name}: large messages pause when they can, small ones never`, async () => {
    await loadCompressors([name]);
    let pauses = 0;
    const pause = (): Promise<void> => {
      pauses++;
      return Promise.resolve();
    };
    assert.ok(compressMessage(MESSAGE, id, pause) instanceof Uint8Array);
    const bytes = await compressMessage(LARGE, id, pause);
    const expectsPauses = name === "zlib" || name === "zstd";
    assert.equal(pauses > 10, expectsPauses);
    const message = await decompressMessage(bytes, 0, bytes.length, pause);
    assert.equal(message.compressorId, id);
    assert.deepEqual(message.bytes, LARGE);
    // Either way of compressing can be read by either way of decompressing.
    assert.deepEqual(decompressMessage(bytes, 0, bytes.length).bytes, LARGE);
    const atOnce = compressMessage(LARGE, id);
    assert.deepEqual((await decompressMessage(atOnce, 0, atOnce.length, pause)).bytes, LARGE);
  });

  Deno.test(`${name}: a large message with a wrong size or broken contents is refused`, async () => {
    await loadCompressors([name]);
    const pause = (): Promise<void> => Promise.resolve();
    const read = async (bytes: Uint8Array): Promise<unknown> =>
      await decompressMessage(bytes, 0, bytes.length, pause);
    for (const change of [-1, 1]) {
      const bytes = compressMessage(LARGE, id);
      new DataView(bytes.buffer).setInt32(20, LARGE.length - 16 + change, true);
      await assert.rejects(() => read(bytes), WireError, `size ${change}`);
    }
    if (id === 0) return;
    const broken = compressMessage(LARGE, id);
    broken.fill(0xaa, 26);
    await assert.rejects(() => read(broken), WireError);
    const cut = compressMessage(LARGE, id);
    await assert.rejects(() => read(cut.subarray(0, cut.length - 100)), WireError);
  });
}
