// Ordered keys through the real library: bounds in all combinations, entries with record ids, counts, truncation.

import assert from "node:assert/strict";
import { KeyScanBuffer, type WtKeyCursor } from "../../ffi/cursor.ts";
import { WiredTigerError, WtCode } from "../../ffi/errors.ts";
import { bytes, TemporaryHome, text } from "./temporary_home.ts";

function isDuplicate(error: unknown): boolean {
  return error instanceof WiredTigerError && error.code === WtCode.duplicateKey;
}

function scanned(out: KeyScanBuffer): string[] {
  return Array.from({ length: out.count }, (_, i) => text(out.key(i))!);
}

type Range = [string | null, boolean, string | null, boolean];

function scanRange(
  cursor: WtKeyCursor,
  range: Range,
  forward: boolean,
  out: KeyScanBuffer,
): number {
  const [low, lowInclusive, high, highInclusive] = range;
  return cursor.scan(
    low === null ? null : bytes(low),
    lowInclusive,
    high === null ? null : bytes(high),
    highInclusive,
    forward,
    out,
  );
}

Deno.test("keys are put, read, updated and removed; empty values too", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.keys();
  cursor.put(bytes("a"), bytes("1"));
  cursor.insert(bytes("b"), bytes(""));
  assert.equal(text(cursor.get(bytes("a"))), "1");
  assert.equal(text(cursor.get(bytes("b"))), "");
  assert.equal(cursor.get(bytes("c")), null);
  cursor.update(bytes("a"), bytes("2"));
  assert.equal(text(cursor.get(bytes("a"))), "2");
  assert.throws(() => cursor.insert(bytes("a"), bytes("3")), isDuplicate);
  assert.throws(() => cursor.update(bytes("zz"), bytes("3")), WiredTigerError);
  assert.equal(cursor.remove(bytes("a")), true);
  assert.equal(cursor.remove(bytes("a")), false);
  assert.equal(cursor.remove(bytes("bxx"), 1), true);
  assert.equal(cursor.count(), 0);
  const large = new Uint8Array(200_000).fill(3);
  cursor.put(bytes("large"), large);
  assert.deepEqual(cursor.get(bytes("large")), large);
});

// [range, expected ascending] over the keys a, b, bb, c, d
const RANGES: [Range, string[]][] = [
  [[null, true, null, true], ["a", "b", "bb", "c", "d"]],
  [["b", true, "c", true], ["b", "bb", "c"]],
  [["b", false, "c", true], ["bb", "c"]],
  [["b", true, "c", false], ["b", "bb"]],
  [["b", false, "c", false], ["bb"]],
  [["ba", true, null, false], ["bb", "c", "d"]],
  [[null, false, "ba", true], ["a", "b"]],
  [["", true, "zz", true], ["a", "b", "bb", "c", "d"]],
  [["", false, "a", false], []],
  [["e", true, null, true], []],
  [["c", true, "b", true], []],
  [["b", true, "b", true], ["b"]],
  [["b", true, "b", false], []],
  [[null, true, "", true], []],
];

Deno.test("scans and counts keep their bounds, both ways", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.keys();
  for (const key of ["c", "a", "d", "bb", "b"]) cursor.put(bytes(key), bytes(`of ${key}`));
  const out = new KeyScanBuffer({ values: true });
  for (const [range, expected] of RANGES) {
    assert.equal(scanRange(cursor, range, true, out), expected.length, `${range}`);
    assert.deepEqual(scanned(out), expected, `${range}`);
    for (let i = 0; i < out.count; i++) assert.equal(text(out.value(i)), `of ${expected[i]}`);
    scanRange(cursor, range, false, out);
    assert.deepEqual(scanned(out), expected.toReversed(), `${range} backwards`);
    const [low, lowInclusive, high, highInclusive] = range;
    const count = cursor.countRange(
      low === null ? null : bytes(low),
      lowInclusive,
      high === null ? null : bytes(high),
      highInclusive,
    );
    assert.equal(count, expected.length);
  }
  assert.equal(cursor.countRange(null, true, null, true, 3), 3);
});

Deno.test("a scan in small buffers goes on from the last key without loss", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.keys();
  const all = Array.from({ length: 500 }, (_, i) => `key ${String(i).padStart(4, "0")}`);
  for (const key of all) cursor.put(bytes(key), bytes(key.repeat(3)));
  cursor.put(bytes("l".repeat(500)), bytes("long"));
  for (const forward of [true, false]) {
    const out = new KeyScanBuffer({ byteCapacity: 90, entryCapacity: 7, values: true });
    const seen: string[] = [];
    let last: Uint8Array | null = null;
    for (;;) {
      const count: number = forward
        ? cursor.scan(last, false, null, false, true, out)
        : cursor.scan(null, false, last, false, false, out);
      if (count === 0) break;
      seen.push(...scanned(out));
      last = out.lastKey();
    }
    const expected = [...all, "l".repeat(500)];
    assert.deepEqual(seen, forward ? expected : expected.toReversed());
  }
});

Deno.test("non-unique entries: many record ids under one key, in order", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.keys();
  const ids = [300, 1, 256, 2 ** 40, 255];
  for (const id of ids) cursor.putEntry(bytes("kxx"), id, 1);
  cursor.putEntry(bytes("l"), 5, 1, bytes("extra"));
  cursor.putEntry(new Uint8Array(400).fill(120), 6);
  const out = new KeyScanBuffer({ recordIdIn: "key", values: true });
  assert.equal(cursor.scan(bytes("k"), true, bytes("m"), false, true, out), 6);
  const sorted = ids.toSorted((a, b) => a - b);
  assert.deepEqual([...out.recordIds.subarray(0, 6)], [...sorted, 5]);
  assert.equal(out.key(0).length, 9);
  assert.equal(text(out.value(5)), "extra");
  assert.equal(cursor.removeEntry(bytes("k"), 256), true);
  assert.equal(cursor.removeEntry(bytes("k"), 256), false);
  assert.equal(cursor.countRange(bytes("k"), true, bytes("l"), false), 4);
  assert.equal(cursor.removeEntry(new Uint8Array(400).fill(120), 6), true);
});

Deno.test("unique entries: one record id per key", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.keys();
  cursor.insertUnique(bytes("a"), 7);
  cursor.insertUnique(bytes("bxx"), 2 ** 50 + 1, 1, bytes("type bits"));
  assert.throws(() => cursor.insertUnique(bytes("a"), 8), isDuplicate);
  assert.equal(cursor.getRecordId(bytes("a")), 7);
  assert.equal(cursor.getRecordId(bytes("b...."), 1), 2 ** 50 + 1);
  assert.equal(cursor.getRecordId(bytes("c")), -1);
  const out = new KeyScanBuffer();
  cursor.scan(null, true, null, true, true, out, 10, "value");
  assert.deepEqual([...out.recordIds.subarray(0, out.count)], [7, 2 ** 50 + 1]);
  assert.equal(cursor.get(bytes("b"))?.length, 17);
});

Deno.test("truncate removes a range of keys, ends included or open", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.keys();
  for (const key of "abcdefgh") cursor.put(bytes(key), bytes(""));
  cursor.truncate(null, bytes("b"));
  cursor.truncate(bytes("d"), bytes("e"));
  cursor.truncate(bytes("h"), null);
  cursor.truncate(bytes("x"), bytes("y"));
  const out = new KeyScanBuffer();
  cursor.scan(null, true, null, true, true, out);
  assert.deepEqual(scanned(out), ["c", "f", "g"]);
  cursor.truncate(null, null);
  assert.equal(cursor.count(), 0);
  cursor.reset();
  cursor.close();
  assert.throws(() => cursor.count(), /after close/);
  cursor.close();
});

Deno.test("an empty key is refused and does no harm (WiredTiger itself would panic)", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.keys();
  const empty = new Uint8Array(0);
  const calls = [
    () => cursor.put(empty, empty),
    () => cursor.get(empty),
    () => cursor.remove(empty),
    () => cursor.getRecordId(empty),
    () => cursor.insertUnique(empty, 1),
  ];
  for (const call of calls) {
    assert.throws(call, (error: unknown) => {
      return error instanceof WiredTigerError && error.code === WtCode.invalid;
    });
  }
  cursor.putEntry(empty, 5);
  cursor.truncate(empty, empty);
  assert.equal(cursor.countRange(empty, true, null, false), 1);
  cursor.truncate(empty, null);
  assert.equal(cursor.count(), 0);
});
