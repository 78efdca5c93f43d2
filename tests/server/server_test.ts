import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { CURSOR_TIMEOUT_MS } from "../../src/session/cursors.ts";
import { opMsg, TestServer } from "./test_server.ts";

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("stop() closes idle connections and is idempotent", async () => {
  const test = new TestServer();
  using client = await test.connect();
  await client.command({ ping: 1 });
  const begin = performance.now();
  await Promise.all([test.server.stop(), test.server.stop()]);
  await test.server.stop();
  assert.ok(performance.now() - begin < 50);
  assert.equal(await client.isClosed(), true);
  assert.equal(test.server.connections.size, 0);
  await assert.rejects(test.connect());
});

Deno.test("during the drain new requests get 91, running ones finish", async () => {
  const test = new TestServer({ drainMs: 2000 });
  using busy = await test.connect();
  using other = await test.connect();
  await other.command({ ping: 1 });
  await busy.send(opMsg(documentFrom({ sleeps: 1, ms: 150, $db: "test" })));
  await delay(20);
  const stopped = test.server.stop();
  const reply = await other.command({ ping: 1 });
  assert.equal(reply.code, 91);
  assert.ok(reply.topologyVersion);
  assert.equal((await busy.read()).document.ok, 1);
  await stopped;
});

Deno.test("what does not finish in time is interrupted with 11600", async () => {
  const test = new TestServer({ drainMs: 20 });
  using client = await test.connect();
  await client.send(opMsg(documentFrom({ sleeps: 1, ms: 60_000, $db: "test" })));
  await delay(20);
  const stopped = test.server.stop();
  assert.equal((await client.read()).document.code, 11600);
  await stopped;
});

Deno.test("connections beyond the limit are refused", async () => {
  await using test = new TestServer({ connectionsMax: 1 });
  using first = await test.connect();
  await first.command({ ping: 1 });
  using second = await test.connect();
  assert.equal(await second.isClosed(), true);
  assert.equal((await first.command({ ping: 1 })).ok, 1);
});

Deno.test("expire() gives up idle sessions and cursors", async () => {
  await using test = new TestServer();
  const { server } = test;
  let closed = 0;
  const source = { close: () => closed++ };
  server.cursors.create({ source, namespace: "db.a" });
  server.cursors.create({ source, namespace: "db.a", session: server.sessions.start(Date.now()) });
  server.expire(Date.now());
  assert.equal(closed, 0);
  server.expire(Date.now() + CURSOR_TIMEOUT_MS + 1000);
  assert.equal(closed, 1);
  server.expire(Date.now() + 31 * 60_000);
  assert.equal(closed, 2);
  assert.equal(server.sessions.size, 0);
});

Deno.test("a hundred clients at once", async () => {
  await using test = new TestServer();
  await Promise.all(Array.from({ length: 100 }, async () => {
    using client = await test.connect();
    for (let i = 0; i < 20; i++) assert.equal((await client.command({ ping: 1 })).ok, 1);
  }));
  assert.equal(test.server.counters.connectionsCreated, 100);
});
