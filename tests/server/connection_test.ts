import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { compressMessage, decompressMessage } from "../../src/wire/op_compressed.ts";
import { deserialize } from "bson";
import { crc32c } from "../../src/wire/crc32c.ts";
import { opMsg, opQuery, type TestClient, TestServer } from "./test_server.ts";

const PING = documentFrom({ ping: 1, $db: "test" });

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("a message in single bytes is put together", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  for (const byte of opMsg(PING)) {
    await client.send(Uint8Array.of(byte));
    if (Math.random() < 0.2) await delay(0);
  }
  assert.equal((await client.read()).document.ok, 1);
});

Deno.test("many messages in one write are answered in order", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const messages = Array.from({ length: 500 }, (_, i) => [...opMsg(PING, 0, i + 1)]);
  await client.send(Uint8Array.from(messages.flat()));
  for (let i = 0; i < 500; i++) assert.equal((await client.read()).responseTo, i + 1);
});

Deno.test("pipelined behind a waiting command, in order", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(opMsg(documentFrom({ sleeps: 1, ms: 120, $db: "test" }), 0, 1));
  await delay(60);
  await client.send(opMsg(PING, 0, 2));
  await delay(20);
  await client.send(opMsg(PING, 0, 3));
  for (const id of [1, 2, 3]) assert.equal((await client.read()).responseTo, id);
});

Deno.test("a request of 20 MB and an answer of 16 MB", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const filter = documentFrom({ text: "x".repeat(20_000_000) });
  await client.send(opMsg(documentFrom({ writes: "c", filter, $db: "test" })));
  assert.equal((await client.read()).document.filter.text.length, 20_000_000);
  const reply = await client.command({ grows: 1, bytes: 16_000_000 });
  assert.equal(reply.data.length(), 16_000_000);
  assert.equal((await client.command({ ping: 1 })).ok, 1);
});

Deno.test("large buffers are kept while they are needed, then given back", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  for (let round = 0; round < 6; round++) {
    if (round !== 3) {
      const filter = documentFrom({ text: "x".repeat(3_000_000 + round) });
      await client.send(opMsg(documentFrom({ writes: "c", filter, $db: "test" })));
      assert.equal((await client.read()).document.filter.text.length, 3_000_000 + round);
    }
    if (round > 1) test.server.expire(Date.now());
    assert.equal((await client.command({ ping: 1 })).ok, 1);
  }
});

Deno.test("moreToCome is not answered", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(opMsg(documentFrom({ writes: "c", $db: "test" }), 2, 1));
  await client.send(opMsg(documentFrom({ foo: 1, $db: "test" }), 2, 2));
  await client.send(opMsg(PING, 0, 3));
  assert.equal((await client.read()).responseTo, 3);
});

Deno.test("a request with a checksum gets an answer with one", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const bytes = Uint8Array.from([...opMsg(PING, 1), 0, 0, 0, 0]);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length, true);
  view.setUint32(bytes.length - 4, crc32c(bytes, 0, bytes.length - 4), true);
  await client.send(bytes);
  const reply = await client.read();
  assert.equal(reply.flags & 1, 1);
  const end = reply.bytes.length - 4;
  assert.equal(new DataView(reply.bytes.buffer).getUint32(end, true), crc32c(reply.bytes, 0, end));
});

for (
  const [name, bytes] of [
    ["random text", new TextEncoder().encode("hello, is this a database? ".repeat(3))],
    ["an unknown op code", Uint8Array.of(16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 9, 0, 0)],
    ["a length beyond the limit", Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 1, 2, 3, 4)],
    ["a wrong checksum", Uint8Array.from([...opMsg(PING, 1)])],
  ] as const
) {
  Deno.test(`${name} closes that connection, with a log line`, async () => {
    await using test = new TestServer();
    using other = await test.connect();
    using client = await test.connect();
    await client.send(bytes);
    assert.equal(await client.isClosed(), true);
    assert.match(test.records.at(-1)!.message, /closing connection/);
    assert.equal((await other.command({ ping: 1 })).ok, 1);
  });
}

Deno.test("a browser is told what it has found", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  const buffer = new Uint8Array(1000);
  const count = await client.socket.read(buffer);
  assert.match(new TextDecoder().decode(buffer.subarray(0, count!)), /native driver port/);
});

Deno.test("OP_QUERY is for hello only", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(opQuery("admin.$cmd", documentFrom({ isMaster: 1, helloOk: true })));
  const reply = await client.read();
  assert.equal(reply.opCode, 1);
  assert.equal(reply.document.ismaster, true);
  assert.equal(reply.document.helloOk, true);
  await client.send(opQuery("admin.$cmd", documentFrom({ ping: 1 })));
  assert.equal((await client.read()).document.code, 352);
});

for (const [name, id] of [["snappy", 1], ["zlib", 2], ["zstd", 3]] as const) {
  Deno.test(`compressed with ${name}, both ways`, async () => {
    await using test = new TestServer();
    using client = await test.connect();
    const hello = await client.command({ hello: 1, compression: ["nonsense", name] });
    assert.deepEqual(hello.compression, [name]);
    await client.send(compressMessage(opMsg(PING, 0, 9), id));
    const reply = await client.read();
    assert.equal(reply.opCode, 2012);
    const message = decompressMessage(reply.bytes, 0, reply.bytes.length);
    assert.equal(deserialize(message.bytes.subarray(21)).ok, 1);
  });
}

async function whileRunning(command: string, end: (client: TestClient, test: TestServer) => void) {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(opMsg(documentFrom({ [command]: 1, ms: 60_000, $db: "test" })));
  await delay(30);
  assert.equal(test.server.operations.size, 1);
  const begin = performance.now();
  end(client, test);
  while (test.server.operations.size > 0) await delay(1);
  assert.ok(performance.now() - begin < 100, `stopped after ${performance.now() - begin} ms`);
}

Deno.test("a client that hangs up stops its waiting command within 100 ms", async () => {
  await whileRunning("sleeps", (client) => client.socket.close());
});

Deno.test("killOp stops a command within 100 ms", async () => {
  await whileRunning("sleeps", (_client, test) => {
    const [operation] = test.server.operations.list();
    test.command({ killOp: 1, op: operation.id });
  });
});

Deno.test("a client that hangs up stops its busy command", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  using other = await test.connect();
  await client.send(opMsg(documentFrom({ loops: 1, $db: "test" })));
  await delay(30);
  assert.equal((await other.command({ ping: 1 })).ok, 1, "others are served meanwhile");
  client.socket.close();
  const begin = performance.now();
  while (test.server.operations.size > 0) await delay(1);
  assert.ok(performance.now() - begin < 100);
});
