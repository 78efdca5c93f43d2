// CRC-32C (Castagnoli), the checksum an OP_MSG may carry.
//
// Hardly any driver sends it, so a plain table of eight slices is fast enough (about 1 GB/s).

const POLYNOMIAL = 0x82f63b78;
const SLICES = 8;
const tables = new Int32Array(256 * SLICES);
let isFilled = false;

function fillTables(): void {
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    tables[i] = value;
  }
  for (let i = 256; i < tables.length; i++) {
    const before = tables[i - 256];
    tables[i] = (before >>> 8) ^ tables[before & 255];
  }
  isFilled = true;
}

/** The checksum of the bytes from `from` up to `to`, as an unsigned number. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  if (!isFilled) fillTables();
  let value = -1;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const low = value ^
      (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    value = tables[1792 + (low & 255)] ^ tables[1536 + ((low >>> 8) & 255)] ^
      tables[1280 + ((low >>> 16) & 255)] ^ tables[1024 + (low >>> 24)] ^
      tables[768 + bytes[at + 4]] ^ tables[512 + bytes[at + 5]] ^ tables[256 + bytes[at + 6]] ^
      tables[bytes[at + 7]];
  }
  for (; at < to; at++) value = (value >>> 8) ^ tables[(value ^ bytes[at]) & 255];
  return ~value >>> 0;
}
