import assert from "node:assert/strict";
import { codecOf, COMPRESSORS, loadCompressors } from "../../src/wire/codec.ts";
import { WireError } from "../../src/wire/frame.ts";

const BYTES = new TextEncoder().encode("to be or not to be ".repeat(20_000));

Deno.test("codecs are there once they were asked for; unknown names are passed over", async () => {
  await loadCompressors(["lz4", ...COMPRESSORS.keys()]);
  for (const id of COMPRESSORS.values()) assert.ok(codecOf(id) !== undefined);
  assert.equal(codecOf(99), undefined);
});

for (const [name, id] of COMPRESSORS) {
  Deno.test(`${name}: at once and in turns, there and back`, async () => {
    await loadCompressors([name]);
    const codec = codecOf(id)!;
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
    const packed = codec.compress(BYTES);
    assert.ok(packed.length < BYTES.length / 10);
    assert.deepEqual(new Uint8Array(codec.decompress(packed, BYTES.length)), BYTES);
    assert.throws(() => codec.decompress(packed, BYTES.length - 1));
    if (codec.compressInTurns === undefined || codec.decompressInTurns === undefined) return;
    const slowly = await codec.compressInTurns(BYTES, pause);
    assert.deepEqual(await codec.decompressInTurns(slowly, BYTES.length, pause), BYTES);
    await assert.rejects(
      () => codec.decompressInTurns!(slowly, BYTES.length - 1, pause),
      WireError,
    );
    await assert.rejects(() => codec.decompressInTurns!(BYTES, BYTES.length, pause));
    assert.deepEqual(
      await codec.decompressInTurns(codec.compress(new Uint8Array(0)), 1, pause),
      new Uint8Array(0),
    );
  });
}
