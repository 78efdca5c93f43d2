// Sessions: tables come and go, transactions are all or nothing, closed means closed.

import assert from "node:assert/strict";
import { WiredTigerError, WtCode } from "../../ffi/errors.ts";
import { bytes, KEYS, RECORDS, TemporaryHome, text } from "./temporary_home.ts";

Deno.test("commit makes all writes visible to others at once, rollback none", async () => {
  await using home = await TemporaryHome.open();
  const session = home.session();
  const records = session.openRecords(RECORDS), keys = session.openKeys(KEYS);
  const other = home.records();
  session.begin();
  assert.equal(session.inTransaction, true);
  records.put(1, bytes("one"));
  keys.insertUnique(bytes("k"), 1);
  assert.equal(other.get(1), null);
  session.commit();
  assert.equal(session.inTransaction, false);
  assert.equal(text(other.get(1)), "one");
  session.begin("isolation=snapshot");
  records.remove(1);
  keys.remove(bytes("k"));
  session.rollback();
  assert.equal(text(records.get(1)), "one");
  assert.equal(keys.getRecordId(bytes("k")), 1);
});

Deno.test("a snapshot stays as it was when it began", async () => {
  await using home = await TemporaryHome.open();
  const session = home.session();
  const records = session.openRecords(RECORDS);
  records.put(1, bytes("before"));
  session.begin();
  assert.equal(text(records.get(1)), "before");
  home.records().put(1, bytes("after"));
  assert.equal(text(records.get(1)), "before");
  session.commit();
  assert.equal(text(records.get(1)), "after");
  session.reset();
});

Deno.test("tables are created, renamed, altered, emptied and dropped", async () => {
  await using home = await TemporaryHome.open();
  const session = home.session();
  session.create("table:one", "key_format=q,value_format=u");
  const cursor = session.openRecords("table:one");
  cursor.put(1, bytes("x"));
  session.truncate("table:one");
  assert.equal(cursor.count(), 0);
  cursor.put(2, bytes("y"));
  cursor.close();
  await home.connection.checkpoint();
  assert.ok(session.tableBytes("table:one") > 0);
  session.rename("table:one", "table:two");
  session.alter("table:two", "access_pattern_hint=random");
  const renamed = session.openRecords("table:two");
  assert.equal(text(renamed.get(2)), "y");
  assert.throws(() => home.session().drop("table:two"), (error: unknown) => {
    return error instanceof WiredTigerError && error.code === WtCode.busy;
  });
  renamed.close();
  await session.verify("table:two");
  await session.compact("table:two");
  await session.salvage("table:two");
  session.drop("table:two", "force=true");
  assert.throws(() => session.openRecords("table:two"), (error: unknown) => {
    return error instanceof WiredTigerError && error.code === WtCode.noEntry;
  });
});

Deno.test("a bulk cursor loads sorted records", async () => {
  await using home = await TemporaryHome.open();
  const session = home.session();
  session.create("table:bulk", "key_format=u,value_format=u");
  const bulk = session.openKeys("table:bulk", "bulk");
  for (let i = 0; i < 1000; i++) bulk.putEntry(bytes("k"), i);
  bulk.close();
  assert.equal(session.openKeys("table:bulk").count(), 1000);
});

Deno.test("a closed session and its cursors refuse to work; its transaction is rolled back", async () => {
  await using home = await TemporaryHome.open();
  const session = home.session();
  const cursor = session.openRecords(RECORDS);
  session.begin();
  cursor.put(1, bytes("lost"));
  session.close();
  session.close();
  assert.throws(() => cursor.get(1), /after close/);
  assert.throws(() => session.commit(), /after close/);
  assert.equal(home.records().get(1), null);
});
