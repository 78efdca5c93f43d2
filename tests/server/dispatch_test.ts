import assert from "node:assert/strict";
import { Binary } from "bson";
import { documentFrom } from "../../src/bson/encode.ts";
import type { BsonValue } from "../../src/bson/value.ts";
import { opMsg, sequence, TestServer } from "./test_server.ts";

const lsid = documentFrom({ id: new Binary(new Uint8Array(16).fill(1), 4) });

const REFUSED: ReadonlyArray<readonly [Record<string, BsonValue>, string, number, RegExp]> = [
  [{ foo: 1 }, "test", 59, /^no such command: 'foo'$/],
  [{ ping: 1, bar: 1 }, "test", 40415, /^BSON field 'ping.bar' is an unknown field.$/],
  [{ ping: 1 }, "a b", 73, /a b/],
  [{ ping: 1 }, "", 73, /./],
  [{ getLog: "global" }, "test", 13, /^getLog may only be run against the admin database.$/],
  [{ writes: 1 }, "test", 73, /^Collection name has invalid type int$/],
  [{ writes: "" }, "test", 73, /^Invalid namespace specified: test$/],
  [{ sleeps: 1, ms: 1000, maxTimeMS: 5 }, "test", 50, /^operation exceeded time limit$/],
  [{ loops: 1, maxTimeMS: 5 }, "test", 50, /^operation exceeded time limit$/],
];
for (const [fields, database, code, text] of REFUSED) {
  Deno.test(`${JSON.stringify(fields)} on "${database}" is refused with ${code}`, async () => {
    await using test = new TestServer();
    const reply = await test.command(fields, database);
    assert.equal(reply.ok, 0);
    assert.equal(reply.code, code, reply.errmsg);
    assert.match(reply.errmsg, text);
  });
}

Deno.test("a request without $db is refused with 40571", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(opMsg(documentFrom({ ping: 1 })));
  assert.equal((await client.read()).document.code, 40571);
});

Deno.test("a bug in a command is an InternalError with a log entry, and the server lives on", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const reply = await client.command({ breaks: 1 });
  assert.deepEqual([reply.ok, reply.code, reply.codeName], [0, 1, "InternalError"]);
  assert.match(String(test.records.at(-1)?.attributes.stack), /broken on purpose/);
  assert.equal((await client.command({ ping: 1 })).ok, 1);
});

Deno.test("document sequences and namespaces reach the command", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const documents = sequence("documents", [documentFrom({ a: 1 }), documentFrom({ a: 2 })]);
  await client.send(opMsg(documentFrom({ writes: "c", $db: "test" }), 0, 1, documents));
  const { document } = await client.read();
  assert.deepEqual([document.ns, document.n], ["test.c", 2]);
  const unknown = sequence("nothing", []);
  await client.send(opMsg(documentFrom({ writes: "c", $db: "test" }), 0, 1, unknown));
  assert.equal((await client.read()).document.code, 40415);
});

Deno.test("a broken document in a sound frame is answered with 22", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const body = documentFrom({ ping: 1, $db: "test" });
  body[4] = 0x20;
  await client.send(opMsg(body));
  assert.equal((await client.read()).document.code, 22);
  assert.equal((await client.command({ ping: 1 })).ok, 1);
});

Deno.test("a write concern that cannot be met is reported beside the result", async () => {
  await using test = new TestServer();
  const reply = await test.command({ writes: "c", writeConcern: documentFrom({ w: 2 }) }, "test");
  assert.equal(reply.ok, 1);
  assert.equal(reply.writeConcernError.code, 100);
});

Deno.test("a standalone server's replies carry no times", async () => {
  await using test = TestServer.standalone();
  assert.deepEqual(Object.keys(await test.command({ ping: 1 })), ["ok"]);
});

async function withFailPoint(
  data: Record<string, BsonValue>,
  run: (client: Awaited<ReturnType<TestServer["connect"]>>) => Promise<void>,
): Promise<void> {
  await using test = new TestServer();
  using client = await test.connect();
  const configured = await client.command({
    configureFailPoint: "failCommand",
    mode: documentFrom({ times: 1 }),
    data: documentFrom({ failCommands: ["writes"], ...data }),
  });
  assert.equal(configured.ok, 1, configured.errmsg);
  await run(client);
}

const numbered = { writes: "c", lsid, txnNumber: 1n };

Deno.test("failCommand: errorCode, labelled for a retryable write", async () => {
  await withFailPoint({ errorCode: 91 }, async (client) => {
    const reply = await client.command(numbered);
    assert.equal(reply.code, 91);
    assert.deepEqual(reply.errorLabels, ["RetryableWriteError"]);
    assert.equal((await client.command(numbered)).ok, 1, "once only");
  });
});

Deno.test("failCommand: errorLabels stand for the server's own", async () => {
  await withFailPoint({ errorCode: 91, errorLabels: ["Foo"] }, async (client) => {
    assert.deepEqual((await client.command(numbered)).errorLabels, ["Foo"]);
  });
  await withFailPoint({ errorCode: 91, errorLabels: [] }, async (client) => {
    assert.equal((await client.command(numbered)).errorLabels, undefined);
  });
});

Deno.test("failCommand: closeConnection", async () => {
  await withFailPoint({ closeConnection: true }, async (client) => {
    await client.send(opMsg(documentFrom({ writes: "c", $db: "test" })));
    assert.equal(await client.isClosed(), true);
  });
});

Deno.test("failCommand: appName, told in the very hello that is to fail", async () => {
  await withFailPoint(
    { failCommands: ["hello"], errorCode: 5, appName: "shop" },
    async (client) => {
      const named = (name: string) => documentFrom({ application: documentFrom({ name }) });
      assert.equal((await client.command({ hello: 1 })).ok, 1);
      assert.equal((await client.command({ hello: 1, client: named("shop") })).code, 5);
      assert.equal((await client.command({ hello: 1, client: named("shop") })).ok, 1);
    },
  );
});

Deno.test("failCommand: writeConcernError beside the result", async () => {
  await withFailPoint({ writeConcernError: documentFrom({ code: 91 }) }, async (client) => {
    const reply = await client.command(numbered);
    assert.equal(reply.ok, 1);
    assert.deepEqual(reply.writeConcernError, { code: 91 }, "exactly as given");
    assert.deepEqual(reply.errorLabels, ["RetryableWriteError"]);
  });
});

Deno.test("failCommand: blockConnection", async () => {
  await withFailPoint({ blockConnection: true, blockTimeMS: 40 }, async (client) => {
    const begin = performance.now();
    assert.equal((await client.command({ writes: "c" })).ok, 1);
    assert.ok(performance.now() - begin >= 39);
  });
});

Deno.test("a retry that comes while the first attempt runs waits for what it has done", async () => {
  await using test = new TestServer();
  using first = await test.connect();
  using second = await test.connect();
  using other = await test.connect();
  await second.command({
    configureFailPoint: "failCommand",
    mode: documentFrom({ times: 1 }),
    data: documentFrom({ failCommands: ["ping"], errorCode: 5 }),
  });
  const slow = first.command({ ...numbered, ms: 60 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const retried = second.command(numbered);
  const stopped = await other.command({ ...numbered, maxTimeMS: 5 });
  assert.equal(stopped.code, 50, "a waiting retry can be stopped");
  assert.equal((await slow).retried, false);
  assert.equal((await retried).retried, true);
});

Deno.test("without test commands configureFailPoint does not exist", async () => {
  await using test = new TestServer({ testCommands: false });
  const reply = await test.command({ configureFailPoint: "failCommand", mode: "off" });
  assert.equal(reply.code, 59);
});

Deno.test("fsync with lock makes writes wait until it is unlocked", async () => {
  await using test = new TestServer();
  using admin = await test.connect();
  using writer = await test.connect();
  assert.equal((await admin.command({ fsync: 1, lock: true })).lockCount, 1);
  let isWritten = false;
  const writing = writer.command({ writes: "c" }).then(() => isWritten = true);
  assert.equal((await admin.command({ ping: 1 })).ok, 1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(isWritten, false);
  assert.equal((await admin.command({ fsyncUnlock: 1 })).lockCount, 0);
  await writing;
});

Deno.test("opcounters and command counters count", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.command({ writes: "c" }, "test");
  await client.command({ ping: 1, bad: 1 });
  assert.equal(test.server.counters.operations.insert, 1);
  assert.ok(test.server.counters.usage.has("test.c"));
  const ping = test.server.commandUsage.find(({ name }) => name === "ping")!;
  assert.deepEqual([ping.total, ping.failed], [1, 1]);
  assert.equal(test.server.operations.size, 0);
});
