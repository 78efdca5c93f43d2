import assert from "node:assert/strict";
import { SessionPool } from "../../src/storage/storage_session.ts";
import { withEngine } from "./fixture.ts";

Deno.test("sessions are used again, cursors are kept per table", async () => {
  await withEngine((engine) => {
    const pool = new SessionPool(engine.store.connection);
    const first = pool.borrow();
    const second = pool.borrow();
    assert.notEqual(first, second);
    assert.equal(pool.borrowedCount, 2);
    const cursor = first.records("oplog");
    assert.equal(first.records("oplog"), cursor);
    pool.give(first);
    assert.equal(pool.borrow(), first);
    pool.give(first);
    pool.forgetTable("oplog");
    assert.notEqual(first.records("oplog"), cursor);
    pool.give(second);
    pool.close();
  });
});
