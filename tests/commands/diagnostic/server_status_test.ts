import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("serverStatus shows the sections that monitoring reads", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.command({ writes: "c" }, "test");
  await client.command({ ping: 1, bad: 1 });
  const status = await client.command({ serverStatus: 1 });
  assert.equal(status.process, "mongod");
  assert.equal(status.connections.current, 1);
  assert.equal(status.opcounters.insert, 1);
  assert.equal(status.repl.setName, "secantus");
  assert.equal(status.storageEngine.name, "wiredTiger");
  assert.ok(status.mem.resident > 0);
  assert.ok(status.network.bytesIn > 0);
  assert.deepEqual(status.metrics.commands.ping, { failed: 1, total: 1 });
  assert.equal(status.metrics.cursor.open.total, 0);
  assert.equal(status.metrics.ttl.deletedDocuments, 0);
  assert.equal(status.wiredTiger.cache["bytes currently in the cache"], 42);
  assert.equal(typeof status.locks.Global.acquireCount.w, "number");
  assert.equal(status.queues.execution.read.totalTickets, 128);
});

Deno.test("unwanted sections are left out; a standalone server has no repl", async () => {
  await using test = TestServer.standalone();
  const status = await test.command({ serverStatus: 1, metrics: 0, mem: false });
  for (const name of ["metrics", "mem", "repl"]) assert.equal(name in status, false, name);
  assert.ok(status.opcounters);
});
