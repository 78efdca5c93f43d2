// The real driver's handshake over TCP and a Unix socket: discovery, monitors, compression, sessions, stops.

import assert from "node:assert/strict";
import { MongoClient, type MongoClientOptions } from "mongodb";
import { SecantusDBServer, type SecantusDBServerOptions } from "../../mod.ts";

async function withServer(
  options: SecantusDBServerOptions,
  run: (server: SecantusDBServer) => Promise<void>,
): Promise<void> {
  await using server = new SecantusDBServer({
    port: 0,
    storagePath: ":memory:",
    logSink: () => undefined,
    ...options,
  });
  await server.start();
  await run(server);
}

async function withClient(
  uri: string,
  options: MongoClientOptions,
  run: (client: MongoClient) => Promise<void>,
): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 3000, ...options });
  try {
    await run(client);
  } finally {
    await client.close();
  }
}

async function ping(client: MongoClient): Promise<void> {
  assert.equal((await client.db("admin").command({ ping: 1 })).ok, 1);
}

Deno.test("a replica set of any name is discovered", async () => {
  await withServer({ replicaSet: "rs7" }, async (server) => {
    await withClient(`${server.uri}/?replicaSet=rs7`, {}, async (client) => {
      await ping(client);
      const hello = await client.db("admin").command({ hello: 1 });
      assert.equal(hello.setName, "rs7");
      assert.equal(hello.me, `127.0.0.1:${server.port}`);
    });
  });
});

Deno.test("localhost in the URI works with the set's own address", async () => {
  await withServer({}, async (server) => {
    const uri = `mongodb://localhost:${server.port}/?replicaSet=secantus`;
    await withClient(uri, {}, ping);
  });
});

Deno.test("a standalone server is one to the driver", async () => {
  await withServer({ standalone: true }, async (server) => {
    await withClient(server.uri, {}, async (client) => {
      await ping(client);
      assert.equal("setName" in await client.db("admin").command({ hello: 1 }), false);
    });
  });
});

// The driver has no snappy of its own: tests/server/connection_test.ts covers that.
for (const compressor of ["zlib", "zstd"] as const) {
  Deno.test(`compressors=${compressor}`, async () => {
    await withServer({}, async (server) => {
      await withClient(server.uri, { compressors: [compressor] }, async (client) => {
        await ping(client);
        await client.db("test").collection("c").insertOne({ text: "x".repeat(10_000) });
        assert.equal((await client.db("test").collection("c").findOne())?.text.length, 10_000);
      });
    });
  });
}

Deno.test("polling and streaming monitors", async () => {
  await withServer({}, async (server) => {
    for (const mode of ["stream", "poll"] as const) {
      const options = { serverMonitoringMode: mode, heartbeatFrequencyMS: 500 };
      await withClient(server.uri, options, async (client) => {
        let heartbeats = 0;
        client.on("serverHeartbeatSucceeded", () => heartbeats++);
        await ping(client);
        await new Promise((resolve) => setTimeout(resolve, 1300));
        assert.ok(heartbeats >= 2, `${mode}: ${heartbeats} heartbeats`);
      });
    }
  });
});

Deno.test("the driver notices a stop at once through its streaming monitor", async () => {
  const server = new SecantusDBServer({
    port: 0,
    storagePath: ":memory:",
    logSink: () => undefined,
  });
  await server.start();
  await withClient(server.uri, { heartbeatFrequencyMS: 60_000 }, async (client) => {
    await ping(client);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const noticed = new Promise((resolve) => client.once("serverHeartbeatFailed", resolve));
    const begin = performance.now();
    await server.stop();
    await noticed;
    assert.ok(performance.now() - begin < 1000);
  });
});

Deno.test("sessions are ended when the client closes", async () => {
  await withServer({}, async (server) => {
    const count = async (): Promise<number> => {
      let sessions = 0;
      await withClient(server.uri, {}, async (client) => {
        const status = await client.db("admin").command({ serverStatus: 1 });
        sessions = status.logicalSessionRecordCache.activeSessionsCount;
      });
      return sessions;
    };
    assert.equal(await count(), await count());
  });
});

Deno.test("retryable writes are accepted, transactions refused with 263", async () => {
  await withServer({}, async (server) => {
    await withClient(server.uri, { retryWrites: true }, async (client) => {
      const collection = client.db("test").collection("c");
      await collection.insertOne({ a: 1 });
      await assert.rejects(
        client.withSession((session) =>
          session.withTransaction(() => collection.insertOne({ a: 2 }, { session }))
        ),
        (error) => (error as { code: number }).code === 263,
      );
    });
  });
});

Deno.test("Stable API: strict refuses commands outside version 1", async () => {
  await withServer({}, async (server) => {
    await withClient(server.uri, { serverApi: { version: "1", strict: true } }, async (client) => {
      await ping(client);
      await assert.rejects(
        client.db("admin").command({ buildInfo: 1 }),
        (error) => (error as { code: number }).code === 323,
      );
    });
  });
});

Deno.test("failCommand makes the driver retry", async () => {
  await withServer({ enableTestCommands: true }, async (server) => {
    await withClient(server.uri, {}, async (client) => {
      const admin = client.db("admin");
      assert.equal(
        (await admin.command({ getParameter: 1, enableTestCommands: 1 })).enableTestCommands,
        true,
      );
      await admin.command({
        configureFailPoint: "failCommand",
        mode: { times: 1 },
        data: { failCommands: ["insert"], closeConnection: true },
      });
      const collection = client.db("test").collection("c");
      await collection.insertOne({ a: 1 });
      await admin.command({
        configureFailPoint: "failCommand",
        mode: { times: 1 },
        data: { failCommands: ["insert"], errorCode: 91 },
      });
      await collection.insertOne({ a: 2 });
      assert.equal(await collection.estimatedDocumentCount(), 2);
    });
  });
});

Deno.test("failGetMoreAfterCursorCheckout makes a getMore fail", async () => {
  await withServer({ enableTestCommands: true }, async (server) => {
    await withClient(server.uri, {}, async (client) => {
      const collection = client.db("test").collection("c");
      await collection.insertMany([{ a: 1 }, { a: 2 }, { a: 3 }]);
      await client.db("admin").command({
        configureFailPoint: "failGetMoreAfterCursorCheckout",
        mode: { times: 1 },
        data: { errorCode: 280, closeConnection: false },
      });
      await assert.rejects(
        collection.find({}, { batchSize: 2 }).toArray(),
        (error) => (error as { code: number }).code === 280,
      );
      assert.equal((await collection.find({}, { batchSize: 2 }).toArray()).length, 3);
    });
  });
});

Deno.test({
  name: "a Unix socket",
  ignore: Deno.build.os === "windows",
  async fn() {
    const unixSocket = `${await Deno.makeTempDir()}/mongodb.sock`;
    await withServer({ unixSocket }, async () => {
      const uri = `mongodb://${encodeURIComponent(unixSocket)}`;
      await withClient(`${uri}/?replicaSet=secantus`, {}, ping);
    });
  },
});

Deno.test("shutdown stops the server", async () => {
  const server = new SecantusDBServer({
    port: 0,
    storagePath: ":memory:",
    logSink: () => undefined,
  });
  await server.start();
  await withClient(server.uri, {}, async (client) => {
    await ping(client);
    await assert.rejects(client.db("admin").command({ shutdown: 1 }));
    await server.wait();
  });
});
