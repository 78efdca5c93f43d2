import assert from "node:assert/strict";
import { ObjectId } from "bson";
import { documentFrom } from "../../../src/bson/encode.ts";
import { opMsg, TestServer } from "../../server/test_server.ts";

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("hello shows a primary that the client reaches at the address it used", async () => {
  await using test = new TestServer();
  const reply = await test.command({ hello: 1, helloOk: true });
  const address = `127.0.0.1:${test.port}`;
  assert.equal(reply.helloOk, true);
  assert.equal(reply.isWritablePrimary, true);
  assert.equal(reply.setName, "secantus");
  assert.deepEqual(reply.hosts, [address]);
  assert.deepEqual([reply.me, reply.primary], [address, address]);
  assert.deepEqual([reply.minWireVersion, reply.maxWireVersion], [0, 27]);
  assert.deepEqual(
    [reply.maxBsonObjectSize, reply.maxMessageSizeBytes, reply.maxWriteBatchSize],
    [16777216, 48000000, 100000],
  );
  assert.equal(reply.logicalSessionTimeoutMinutes, 30);
  assert.equal(reply.readOnly, false);
});

Deno.test("isMaster in both spellings answers in the old terms", async () => {
  await using test = new TestServer();
  for (const name of ["isMaster", "ismaster"]) {
    const reply = await test.command({ [name]: 1 });
    assert.equal(reply.ismaster, true);
    assert.equal("isWritablePrimary" in reply, false);
  }
});

Deno.test("a standalone server names no set", async () => {
  await using test = TestServer.standalone();
  const reply = await test.command({ hello: 1 });
  assert.equal(reply.isWritablePrimary, true);
  for (const name of ["setName", "hosts", "me", "lastWrite"]) assert.equal(name in reply, false);
});

Deno.test("unknown fields are no error", async () => {
  await using test = new TestServer();
  assert.equal((await test.command({ hello: 1, $foo: 1, anything: 2 })).ok, 1);
});

Deno.test("client metadata: once per connection (186), at most 512 bytes (187)", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const metadata = documentFrom({ application: documentFrom({ name: "app" }) });
  assert.equal((await client.command({ hello: 1, client: metadata })).ok, 1);
  const [connection] = test.server.connections;
  assert.equal(connection.applicationName, "app");
  assert.equal((await client.command({ hello: 1, client: metadata })).code, 186);
  const large = documentFrom({ text: "x".repeat(600) });
  assert.equal((await test.command({ hello: 1, client: large })).code, 187);
});

Deno.test("with topologyVersion the answer waits for a change or the time", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const { processId, counter } = (await client.command({ hello: 1 })).topologyVersion;
  const topologyVersion = documentFrom({ processId, counter: BigInt(counter) });
  assert.equal((await client.command({ hello: 1, topologyVersion })).code, 31368);
  const begin = performance.now();
  const late = await client.command({ hello: 1, topologyVersion, maxAwaitTimeMS: 50 });
  assert.ok(performance.now() - begin >= 49);
  assert.equal(late.topologyVersion.counter, counter);
  const waiting = client.command({ hello: 1, topologyVersion, maxAwaitTimeMS: 60_000 });
  await delay(20);
  test.server.topology.change();
  assert.equal((await waiting).topologyVersion.counter, counter + 1);
  const ahead = documentFrom({ processId, counter: 1000n });
  assert.equal(
    (await client.command({ hello: 1, topologyVersion: ahead, maxAwaitTimeMS: 1 })).code,
    31382,
  );
  const foreign = documentFrom({ processId: new ObjectId(), counter: 6n });
  assert.equal(
    (await client.command({ hello: 1, topologyVersion: foreign, maxAwaitTimeMS: 60_000 })).ok,
    1,
    "another process is answered at once",
  );
});

Deno.test("an exhaust hello streams its answers until the server stops", async () => {
  const test = new TestServer();
  using client = await test.connect();
  const { processId, counter } = (await client.command({ hello: 1 })).topologyVersion;
  const request = documentFrom({
    hello: 1,
    topologyVersion: documentFrom({ processId, counter: BigInt(counter) }),
    maxAwaitTimeMS: 20,
    $db: "admin",
  });
  await client.send(opMsg(request, 65536, 7));
  let before = 7;
  for (let i = 0; i < 3; i++) {
    const reply = await client.read();
    assert.equal(reply.flags & 2, 2, "moreToCome");
    assert.equal(reply.responseTo, before);
    before = reply.requestId;
  }
  test.server.topology.change();
  let version = counter;
  while (version === counter) version = (await client.read()).document.topologyVersion.counter;
  assert.equal(version, counter + 1);
  const stopped = test.server.stop();
  let last = await client.read();
  while (last.document.ok === 1) last = await client.read();
  assert.equal(last.document.code, 91);
  assert.equal(last.flags & 2, 0);
  await stopped;
});
