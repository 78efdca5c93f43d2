import assert from "node:assert/strict";
import { Binary } from "bson";
import { documentFrom } from "../../src/bson/encode.ts";
import { CommandError } from "../../src/error.ts";
import { Operation } from "../../src/session/operation.ts";
import {
  isSameSession,
  Session,
  SESSION_TIMEOUT_MINUTES,
  sessionKey,
  SessionRegistry,
  sessionUuidOffset,
  uuidText,
} from "../../src/session/sessions.ts";

const UUID = Uint8Array.from({ length: 16 }, (_, i) => i * 16 + i);

function lsid(uuid = UUID): Uint8Array {
  return documentFrom({ id: new Binary(uuid, 4) });
}

Deno.test("sessionUuidOffset() finds the id, also beside other fields", () => {
  assert.equal(sessionUuidOffset(lsid(), 0), 13);
  const digest = new Binary(new Uint8Array(32), 0);
  const long = documentFrom({ uid: digest, id: new Binary(UUID, 4) });
  const padded = new Uint8Array(long.length + 3);
  padded.set(long, 3);
  const at = sessionUuidOffset(padded, 3);
  assert.deepEqual(padded.slice(at, at + 16), UUID);
});

for (
  const [name, document, code] of [
    ["no id", documentFrom({ uid: 1 }), 40414],
    ["a string", documentFrom({ id: "x" }), 14],
    ["a short binary", documentFrom({ id: new Binary(new Uint8Array(3), 4) }), 14],
    ["another subtype", documentFrom({ id: new Binary(UUID, 0) }), 14],
  ] as const
) {
  Deno.test(`sessionUuidOffset() refuses ${name} with ${code}`, () => {
    assert.throws(
      () => sessionUuidOffset(document, 0),
      (error) => error instanceof CommandError && error.code === code,
    );
  });
}

Deno.test("the same lsid is the same session", () => {
  const registry = new SessionRegistry();
  const session = registry.use(lsid(), 0, 1000);
  assert.equal(registry.use(lsid(), 0, 2000), session);
  assert.equal(session.lastUseMs, 2000);
  assert.equal(session.text, "00112233-4455-6677-8899-aabbccddeeff");
  assert.equal(uuidText(UUID), session.text);
  assert.equal(isSameSession(session, UUID, 0), true);
  assert.equal(isSameSession(session, new Uint8Array(16), 0), false);
  assert.notEqual(registry.use(lsid(new Uint8Array(16)), 0, 1), session);
  assert.equal(registry.size, 2);
});

Deno.test("an ended session is gone", () => {
  const registry = new SessionRegistry();
  const session = registry.use(lsid(), 0, 1000);
  assert.equal(registry.end(session.key), session);
  assert.equal(session.isEnded, true);
  assert.equal(registry.get(sessionKey(UUID, 0)), undefined);
  assert.equal(registry.end(session.key), undefined);
});

Deno.test("start() makes random UUIDs of version 4", () => {
  const registry = new SessionRegistry();
  const session = registry.start(1);
  assert.match(
    session.text,
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.equal(registry.get(session.key), session);
});

Deno.test("takeIdle() takes sessions unused for the time-out", () => {
  const registry = new SessionRegistry();
  const old = registry.use(lsid(), 0, 0);
  registry.use(lsid(new Uint8Array(16)), 0, 60_000);
  assert.deepEqual(registry.takeIdle(SESSION_TIMEOUT_MINUTES * 60_000 + 1), [old]);
  assert.equal(registry.size, 1);
});

Deno.test("one retryable write at a time has the session", async () => {
  const session = new Session("k", UUID, 0);
  const first = new Operation(1, undefined);
  const second = new Operation(2, undefined);
  await session.whenFree();
  assert.equal(session.checkOut(first), true);
  assert.equal(session.checkOut(second), false);
  const free = session.whenFree();
  session.checkIn(second);
  assert.equal(session.checkOut(second), false, "it was not its to give back");
  session.checkIn(first);
  await free;
  assert.equal(session.checkOut(second), true);
});

Deno.test("retryable writes: answers are remembered per number, old numbers refused with 225", () => {
  const session = new Session("k", UUID, 0);
  const record = session.retryableWrite(5);
  assert.equal(record.answer(0), undefined);
  record.remember(0, documentFrom({ n: 1 }));
  assert.equal(session.retryableWrite(5), record);
  assert.deepEqual(session.retryableWrite(5).answer(0), documentFrom({ n: 1 }));
  assert.equal(session.retryableWrite(6).answer(0), undefined);
  assert.equal(session.txnNumber, 6);
  assert.throws(
    () => session.retryableWrite(5),
    (error) => error instanceof CommandError && error.code === 225,
  );
});
