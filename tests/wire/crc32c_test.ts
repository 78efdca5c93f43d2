import assert from "node:assert/strict";
import { crc32c } from "../../src/wire/crc32c.ts";

// RFC 3720, appendix B.4, and the check value of the CRC catalogue.
const VECTORS: ReadonlyArray<readonly [name: string, bytes: Uint8Array, checksum: number]> = [
  ["nothing", new Uint8Array(0), 0],
  ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
];

for (const [name, bytes, checksum] of VECTORS) {
  Deno.test(`crc32c of ${name}`, () => {
    assert.equal(crc32c(bytes, 0, bytes.length), checksum);
  });
}

Deno.test("crc32c of a part is that of the part alone", () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i * 7);
  const part = bytes.slice(13, 80);
  assert.equal(crc32c(bytes, 13, 80), crc32c(part, 0, part.length));
});
