import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import {
  CURSOR_TIMEOUT_MS,
  type CursorOptions,
  CursorRegistry,
} from "../../src/session/cursors.ts";
import { Operation } from "../../src/session/operation.ts";
import { Session } from "../../src/session/sessions.ts";

class Source {
  closed = 0;
  close(): void {
    this.closed++;
  }
}

function options(more: Partial<CursorOptions> = {}): CursorOptions & { source: Source } {
  return { source: new Source(), namespace: "db.coll", ...more } as CursorOptions & {
    source: Source;
  };
}

function throwsCode(run: () => void, code: number): void {
  assert.throws(run, (error) => error instanceof CommandError && error.code === code);
}

Deno.test("a cursor is checked out by one getMore at a time", () => {
  const registry = new CursorRegistry();
  const cursor = registry.create(options());
  assert.ok(cursor.id > 0n);
  const operation = new Operation(1, undefined);
  assert.equal(registry.checkOut(cursor.id, operation), cursor);
  throwsCode(() => registry.checkOut(cursor.id, operation), 143);
  registry.checkIn(cursor);
  registry.checkOut(cursor.id, operation);
  throwsCode(() => registry.checkOut(12345n, operation), 43);
});

Deno.test("close() closes the source once", () => {
  const registry = new CursorRegistry();
  const given = options();
  const cursor = registry.create(given);
  registry.close(cursor);
  registry.close(cursor);
  assert.equal(given.source.closed, 1);
  assert.equal(registry.size, 0);
});

Deno.test("kill() closes an idle cursor and interrupts a pinned one", () => {
  const registry = new CursorRegistry();
  const idle = registry.create(options());
  assert.equal(registry.kill(idle.id), true);
  assert.equal(registry.kill(idle.id), false);
  const pinned = registry.create(options());
  const operation = new Operation(1, undefined);
  registry.checkOut(pinned.id, operation);
  assert.equal(registry.kill(pinned.id), true);
  assert.equal(operation.killed, true);
  assert.equal(registry.get(pinned.id), pinned, "the getMore closes it");
});

Deno.test("cursors end with their session, their collection, and at a stop", () => {
  const registry = new CursorRegistry();
  const session = new Session("k", new Uint8Array(16), 0);
  registry.create(options({ session }));
  registry.create(options({ namespace: "db.other" }));
  registry.create(options());
  registry.create(options());
  assert.equal(session.cursorIds.size, 1);
  registry.killForSession(session);
  assert.equal(registry.size, 3);
  assert.equal(session.cursorIds.size, 0);
  registry.killForNamespace("db.other", "collection dropped");
  assert.equal(registry.size, 3, "the next getMore says why it ended");
  registry.closeAll();
  assert.equal(registry.size, 0);
});

Deno.test("a getMore on the cursor of a dropped collection says so, once", () => {
  let closed = 0;
  const registry = new CursorRegistry();
  const cursor = registry.create(options({ source: { close: () => closed++ } }));
  registry.killForNamespace(cursor.namespace, "collection dropped. UUID x");
  assert.equal(closed, 1);
  const operation = new Operation(1, undefined);
  assert.throws(() => registry.checkOut(cursor.id, operation), {
    code: 175,
    message: "collection dropped. UUID x",
  });
  assert.throws(() => registry.checkOut(cursor.id, operation), { code: 43 });
  assert.equal(closed, 1);
});

Deno.test("closeIdle() spares cursors in use, of a session, or without time-out", () => {
  const registry = new CursorRegistry();
  const late = Date.now() + CURSOR_TIMEOUT_MS + 1000;
  const idle = registry.create(options());
  registry.create(options({ noTimeout: true }));
  registry.create(options({ session: new Session("k", new Uint8Array(16), 0) }));
  registry.checkOut(registry.create(options()).id, new Operation(1, undefined));
  registry.closeIdle(Date.now());
  assert.equal(registry.size, 4);
  registry.closeIdle(late);
  assert.equal(registry.size, 3);
  assert.equal(registry.get(idle.id), undefined);
  assert.equal(registry.timedOut, 1);
  assert.equal([...registry.list()].length, 3);
});

Deno.test("a fail point makes a checkout fail and closes the cursor", () => {
  const registry = new CursorRegistry();
  const cursor = registry.create(options());
  registry.failAfterCheckOut = () => new CommandError(5, "told to");
  throwsCode(() => registry.checkOut(cursor.id, new Operation(1, undefined)), 5);
  assert.equal(registry.size, 0);
});
