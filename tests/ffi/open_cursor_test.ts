import assert from "node:assert/strict";
import { bytes, TemporaryHome } from "./temporary_home.ts";

Deno.test("a cursor closes once; from then on every use throws", async () => {
  await using home = await TemporaryHome.open();
  for (const cursor of [home.records(), home.keys()]) {
    cursor.reset();
    cursor.close();
    cursor.close();
    assert.throws(() => cursor.reset(), /after close/);
    assert.throws(() => cursor.count(), /after close/);
  }
});

Deno.test("closing a session invalidates its cursors", async () => {
  await using home = await TemporaryHome.open();
  const session = home.session();
  const keys = session.openKeys("table:keys");
  keys.put(bytes("a"), bytes("1"));
  session.close();
  assert.throws(() => keys.get(bytes("a")), /after close/);
  keys.close();
});

Deno.test("reset gives up the position of a get inside a transaction", async () => {
  await using home = await TemporaryHome.open();
  const session = home.session();
  const records = session.openRecords("table:records");
  session.begin();
  records.put(1, bytes("x"));
  records.get(1);
  records.reset();
  session.commit();
  assert.equal(records.count(), 1);
});
