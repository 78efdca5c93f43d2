import assert from "node:assert/strict";
import { MongoClient } from "mongodb";
import { COMPATIBLE_VERSION, type LogRecord, SecantusDBServer, VERSION } from "../mod.ts";

const quiet = { logSink: () => undefined };

async function insertAndCount(uri: string): Promise<number> {
  const client = new MongoClient(uri);
  try {
    const collection = client.db("test").collection("c");
    await collection.insertOne({ a: 1 });
    return await collection.countDocuments({});
  } finally {
    await client.close();
  }
}

Deno.test("defaults", () => {
  const server = new SecantusDBServer(quiet);
  assert.deepEqual(
    [server.host, server.port, server.storagePath, server.uri, server.isRunning],
    ["127.0.0.1", 27017, "./secantus-data", "mongodb://127.0.0.1:27017", false],
  );
  assert.match(VERSION, /^\d+\.\d+\.\d+$/);
  assert.match(COMPATIBLE_VERSION, /^8\.2\./);
});

for (
  const options of [
    { port: -1 },
    { port: 65536 },
    { port: 1.5 },
    { host: "" },
    { storagePath: "" },
    { replicaSet: "" },
    { cacheSizeMb: 0 },
  ]
) {
  Deno.test(`new SecantusDBServer(${JSON.stringify(options)}) throws`, () => {
    assert.throws(() => new SecantusDBServer(options), /must/);
  });
}

Deno.test("start, use, stop, with the real port in the URI", async () => {
  const records: LogRecord[] = [];
  const server = new SecantusDBServer({
    port: 0,
    storagePath: ":memory:",
    logSink: (record) => records.push(record),
  });
  await Promise.all([server.start(), server.start()]);
  assert.equal(server.isRunning, true);
  assert.ok(server.port > 0);
  assert.equal(server.uri, `mongodb://127.0.0.1:${server.port}`);
  assert.match(records[0].message, /Waiting for connections/);
  assert.ok(records[0].message.includes(server.uri));
  assert.equal(await insertAndCount(server.uri), 1);
  await Promise.all([server.stop(), server.stop(), server.wait()]);
  assert.equal(server.isRunning, false);
  await assert.rejects(async () => await server.start(), TypeError);
});

Deno.test("several servers in one process keep apart", async () => {
  await using one = new SecantusDBServer({ port: 0, storagePath: ":memory:", ...quiet });
  await using two = new SecantusDBServer({ port: 0, storagePath: ":memory:", ...quiet });
  await Promise.all([one.start(), two.start()]);
  assert.notEqual(one.port, two.port);
  assert.deepEqual(
    await Promise.all([insertAndCount(one.uri), insertAndCount(two.uri)]),
    [1, 1],
  );
});

Deno.test("data on disk survive a restart", async () => {
  const storagePath = await Deno.makeTempDir();
  for (const expected of [1, 2]) {
    await using server = new SecantusDBServer({ port: 0, storagePath, ...quiet });
    await server.start();
    assert.equal(await insertAndCount(server.uri), expected);
  }
  await Deno.remove(storagePath, { recursive: true });
});

Deno.test("a port in use rejects the start and leaves the storage alone", async () => {
  await using one = new SecantusDBServer({ port: 0, storagePath: ":memory:", ...quiet });
  await one.start();
  const storagePath = `${await Deno.makeTempDir()}/data`;
  const two = new SecantusDBServer({ port: one.port, storagePath, ...quiet });
  await assert.rejects(two.start(), Deno.errors.AddrInUse);
  assert.throws(() => Deno.statSync(storagePath), Deno.errors.NotFound);
  await two.stop();
});

Deno.test("a home in use is refused, and the one that uses it is unharmed", async () => {
  const storagePath = await Deno.makeTempDir();
  {
    await using one = new SecantusDBServer({ port: 0, storagePath, ...quiet });
    await one.start();
    const two = new SecantusDBServer({ port: 0, storagePath, ...quiet });
    await assert.rejects(two.start(), /in use/);
    await two.stop();
    assert.equal(await insertAndCount(one.uri), 1);
  }
  await Deno.remove(storagePath, { recursive: true });
});

Deno.test("stop() before start() and during start()", async () => {
  const never = new SecantusDBServer(quiet);
  await never.stop();
  await never.wait();
  const server = new SecantusDBServer({ port: 0, storagePath: ":memory:", ...quiet });
  const starting = server.start();
  await Promise.all([starting, server.stop()]);
  assert.equal(server.isRunning, false);
});

Deno.test("several addresses share one port", async () => {
  await using server = new SecantusDBServer({
    host: "127.0.0.1, 127.0.0.2",
    port: 0,
    storagePath: ":memory:",
    ...quiet,
  });
  await server.start();
  assert.equal(await insertAndCount(`mongodb://127.0.0.2:${server.port}`), 1);
});

Deno.test("getCmdLineOpts shows the options as mongod's tree", async () => {
  await using server = new SecantusDBServer({
    port: 0,
    storagePath: ":memory:",
    replicaSet: "rs0",
    parameters: { notablescan: false },
    ...quiet,
  });
  await server.start();
  const client = new MongoClient(server.uri);
  const { parsed } = await client.db("admin").command({ getCmdLineOpts: 1 });
  await client.close();
  assert.deepEqual(parsed, {
    net: { bindIp: "127.0.0.1", port: server.port },
    replication: { replSet: "rs0" },
    setParameter: { notablescan: false },
    storage: { dbPath: ":memory:" },
  });
});
