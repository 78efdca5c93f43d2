// Records through the real library: point access, scans both ways, fetch, transactions, conflicts.

import assert from "node:assert/strict";
import { ScanBuffer, type WtRecordCursor } from "../../ffi/cursor.ts";
import { WiredTigerError, WtCode } from "../../ffi/errors.ts";
import { bytes, RECORDS, TemporaryHome, text } from "./temporary_home.ts";

function hasCode(code: number): (error: unknown) => boolean {
  return (error) => error instanceof WiredTigerError && error.code === code;
}

function fill(cursor: WtRecordCursor, ids: number[]): void {
  for (const id of ids) cursor.put(id, bytes(`value ${id}`));
}

Deno.test("a record is put, read, updated and removed", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  assert.equal(cursor.get(1), null);
  cursor.put(1, bytes("one"));
  cursor.put(2, bytes("xxtwoxx"), 2, 5);
  cursor.put(3, new Uint8Array(0));
  assert.equal(text(cursor.get(1)), "one");
  assert.equal(text(cursor.get(2)), "two");
  assert.equal(cursor.get(3)?.length, 0);
  cursor.put(1, bytes("uno"));
  assert.equal(text(cursor.get(1)), "uno");
  cursor.update(1, bytes("eins"));
  assert.equal(text(cursor.get(1)), "eins");
  assert.equal(cursor.remove(1), true);
  assert.equal(cursor.remove(1), false);
  assert.equal(cursor.get(1), null);
  assert.equal(cursor.count(), 2);
});

Deno.test("insert refuses a taken record id, update a missing one", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  cursor.insert(1, bytes("one"));
  assert.throws(() => cursor.insert(1, bytes("again")), hasCode(WtCode.duplicateKey));
  assert.throws(() => cursor.update(2, bytes("two")), hasCode(WtCode.notFound));
  assert.equal(text(cursor.get(1)), "one");
});

Deno.test("record ids keep all 53 bits", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  const ids = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 2 ** 40 + 1, -5];
  fill(cursor, ids);
  for (const id of ids) assert.equal(text(cursor.get(id)), `value ${id}`);
  assert.equal(cursor.largestKey(), Number.MAX_SAFE_INTEGER);
});

Deno.test("a record larger than every buffer comes back whole", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  const large = new Uint8Array(3_000_000).fill(7);
  cursor.put(1, bytes("small"));
  cursor.put(2, large);
  cursor.put(3, bytes("small"));
  assert.deepEqual(cursor.get(2), large);
  const out = new ScanBuffer(1000, 10);
  assert.equal(cursor.scan(0, true, true, out), 1);
  assert.equal(cursor.scan(1, false, true, out), 1);
  assert.equal(out.byteLength, large.length);
  assert.deepEqual(cursor.fetch(new Float64Array([2, 1]), 0, 2, out), { consumed: 1, count: 1 });
  assert.equal(cursor.scan(2, false, true, out), 1);
  assert.equal(text(out.record(0)), "small");
});

// [from, inclusive, forward, maximum, expected ids] over the records 10, 20, ..., 50
const SCANS: [number, boolean, boolean, number, number[]][] = [
  [-Infinity, true, true, 99, [10, 20, 30, 40, 50]],
  [20, true, true, 99, [20, 30, 40, 50]],
  [20, false, true, 99, [30, 40, 50]],
  [25, true, true, 2, [30, 40]],
  [25, false, true, 1, [30]],
  [50, false, true, 99, []],
  [60, true, true, 99, []],
  [Infinity, true, false, 99, [50, 40, 30, 20, 10]],
  [40, true, false, 99, [40, 30, 20, 10]],
  [40, false, false, 2, [30, 20]],
  [35, true, false, 99, [30, 20, 10]],
  [10, false, false, 99, []],
  [5, true, false, 99, []],
  [10, true, true, 0, []],
];

Deno.test("scans start anywhere, go both ways and stop at the maximum", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  fill(cursor, [50, 10, 40, 20, 30]);
  const out = new ScanBuffer();
  for (const [from, inclusive, forward, maximum, expected] of SCANS) {
    const count = cursor.scan(from, inclusive, forward, out, maximum);
    const ids = [...out.recordIds.subarray(0, count)];
    assert.deepEqual(ids, expected, `${from} ${inclusive} ${forward} ${maximum}`);
    for (let i = 0; i < count; i++) assert.equal(text(out.record(i)), `value ${ids[i]}`);
  }
  assert.equal(home.session().openRecords(RECORDS).scan(0, true, true, out), 5);
});

Deno.test("scanning goes past removed records and an empty table", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  const out = new ScanBuffer();
  assert.equal(cursor.scan(-Infinity, true, true, out), 0);
  assert.equal(cursor.scan(Infinity, true, false, out), 0);
  assert.equal(cursor.largestKey(), 0);
  fill(cursor, [1, 2, 3, 4, 5]);
  for (const id of [2, 3, 4]) cursor.remove(id);
  assert.equal(cursor.scan(2, true, true, out), 1);
  assert.equal(out.recordIds[0], 5);
  assert.equal(cursor.scan(4, true, false, out), 1);
  assert.equal(out.recordIds[0], 1);
});

Deno.test("a large table is scanned in batches by byte limit, without loss", async () => {
  await using home = await TemporaryHome.open();
  const session = home.session();
  const cursor = session.openRecords(RECORDS);
  session.begin();
  for (let id = 1; id <= 5000; id++) cursor.put(id, bytes("x".repeat(id % 300)));
  session.commit();
  for (const forward of [true, false]) {
    const out = new ScanBuffer(10_000, 100);
    let last = forward ? -Infinity : Infinity, seen = 0, size = 0;
    while (cursor.scan(last, false, forward, out) > 0) {
      assert.ok(out.byteLength <= 10_000);
      for (let i = 0; i < out.count; i++) {
        assert.equal(out.recordIds[i], forward ? seen + 1 : 5000 - seen);
        assert.equal(out.starts[i + 1] - out.starts[i], out.recordIds[i] % 300);
        seen++;
      }
      size += out.byteLength;
      last = out.recordIds[out.count - 1];
    }
    assert.equal(seen, 5000);
    assert.ok(size > 0);
  }
});

Deno.test("fetch keeps the order, skips what is missing and resumes when the buffer is full", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  fill(cursor, [1, 2, 3, 5, 6, 10, 11]);
  const wanted = new Float64Array([6, 1, 2, 3, 4, 5, 5, 7, 10, 99, 11, 2]);
  const expected = [6, 1, 2, 3, 5, 5, 10, 11, 2];
  for (const capacity of [16, 25, 1000]) {
    const out = new ScanBuffer(capacity, 100);
    const ids: number[] = [];
    for (let from = 0; from < wanted.length;) {
      const { consumed, count } = cursor.fetch(wanted, from, wanted.length - from, out);
      for (let i = 0; i < count; i++) {
        assert.equal(text(out.record(i)), `value ${out.recordIds[i]}`);
        ids.push(out.recordIds[i]);
      }
      from += consumed;
    }
    assert.deepEqual(ids, expected);
  }
  assert.throws(() => cursor.fetch(wanted, 5, 50, new ScanBuffer()), RangeError);
});

Deno.test("get then update or remove of the same record in one transaction", async () => {
  await using home = await TemporaryHome.open();
  const session = home.session();
  const cursor = session.openRecords(RECORDS);
  fill(cursor, [1, 2, 3]);
  session.begin();
  assert.equal(text(cursor.get(2)), "value 2");
  cursor.update(2, bytes("changed"));
  assert.equal(text(cursor.get(2)), "changed");
  assert.equal(cursor.remove(2), true);
  assert.equal(cursor.get(2), null);
  assert.equal(text(cursor.get(1)), "value 1");
  cursor.update(3, bytes("three"));
  cursor.reset();
  session.commit();
  assert.deepEqual([1, 2, 3].map((id) => text(cursor.get(id))), ["value 1", null, "three"]);
  // A position from before the commit must not be used afterwards.
  session.begin();
  cursor.get(1);
  session.rollback();
  session.begin();
  cursor.update(3, bytes("drei"));
  session.commit();
  assert.deepEqual([1, 3].map((id) => text(cursor.get(id))), ["value 1", "drei"]);
});

Deno.test("truncate removes a range, ends included", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  fill(cursor, [1, 2, 3, 4, 5, 6]);
  cursor.truncate(0, 2);
  assert.equal(cursor.count(), 4);
  cursor.truncate(4, 5);
  cursor.truncate(100, 200);
  cursor.truncate(9, 8);
  const out = new ScanBuffer();
  cursor.scan(0, true, true, out);
  assert.deepEqual([...out.recordIds.subarray(0, out.count)], [3, 6]);
});

Deno.test("two writers of one record conflict", async () => {
  await using home = await TemporaryHome.open();
  const first = home.session(), second = home.session();
  const a = first.openRecords(RECORDS), b = second.openRecords(RECORDS);
  a.put(1, bytes("start"));
  first.begin();
  second.begin();
  a.put(1, bytes("first"));
  assert.throws(() => b.put(1, bytes("second")), (error: unknown) => {
    return error instanceof WiredTigerError && error.code === -31800 && error.isConflict;
  });
  second.rollback();
  assert.equal(text(b.get(1)), "start");
  first.commit();
  assert.equal(text(b.get(1)), "first");
});
