// The daemon as a process: what it prints, what it exits with, what signals do.

import assert from "node:assert/strict";
import { daemonCommand, startDaemon } from "./crash/daemon.ts";
import { MongoClient } from "mongodb";

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { command, args } = daemonCommand();
  const output = await new Deno.Command(command, { args: [...args, ...words] }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    out: decoder.decode(output.stdout),
    err: decoder.decode(output.stderr),
  };
}

Deno.test("--version and --help", async () => {
  const version = await run("--version");
  assert.equal(version.code, 0);
  assert.match(version.out, /^SecantusDB \d+\.\d+\.\d+ .*8\.2\.\d+/);
  const help = await run("--help");
  assert.equal(help.code, 0);
  assert.match(help.out, /--storage-path/);
});

Deno.test("bad options: exit code 2 and one line", async () => {
  for (const words of [["--nothing"], ["--port", "x"], ["--log-level", "loud"]]) {
    const { code, err } = await run(...words);
    assert.equal(code, 2);
    assert.match(err, /^secantusdb: [^\n]+\n$/);
  }
});

Deno.test("start line, port in use (48), home in use (100), clean stop (0)", async () => {
  const storagePath = await Deno.makeTempDir();
  const daemon = await startDaemon(storagePath);
  try {
    assert.match(daemon.greeting, /Waiting for connections/);
    assert.ok(daemon.greeting.includes(storagePath));
    const port = new URL(daemon.uri).port;
    const taken = await run("--port", port, "--storage-path", `${storagePath}/other`);
    assert.equal(taken.code, 48);
    assert.match(taken.err, /^[^\n]*address already in use\n$/);
    const locked = await run("--port", "0", "--storage-path", storagePath);
    assert.equal(locked.code, 100);
    assert.match(locked.err, /^[^\n]*in use[^\n]*\n$/);
    const client = new MongoClient(daemon.uri);
    await client.db("test").collection("c").insertOne({ a: 1 });
    await client.close();
  } finally {
    assert.equal(await daemon.stop(), 0);
  }
  await Deno.remove(storagePath, { recursive: true });
});

Deno.test("mongod's usual flags start it unchanged", async () => {
  const daemon = await startDaemon(
    ":memory:",
    ...["--storageEngine", "wiredTiger", "--replSet", "testset", "--bind_ip", "127.0.0.1"],
    ...["--noauth", "--nojournal", "--setParameter", "enableTestCommands=1"],
  );
  const client = new MongoClient(`${daemon.uri}/?replicaSet=testset`);
  const { argv } = await client.db("admin").command({ getCmdLineOpts: 1 });
  assert.ok(argv.includes("--noauth"));
  await client.close();
  assert.equal(await daemon.stop(), 0);
});

Deno.test({
  name: "a second signal forces",
  ignore: Deno.build.os === "windows",
  async fn() {
    const daemon = await startDaemon(":memory:", "--enable-test-commands");
    const client = new MongoClient(daemon.uri, { serverSelectionTimeoutMS: 1000 });
    const admin = client.db("admin");
    await admin.command({
      configureFailPoint: "failCommand",
      mode: "alwaysOn",
      data: { failCommands: ["ping"], blockConnection: true, blockTimeMS: 60_000 },
    });
    const blocked = admin.command({ ping: 1 }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    daemon.process.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const begin = performance.now();
    daemon.process.kill("SIGINT");
    const { signal } = await daemon.process.status;
    assert.equal(signal, "SIGKILL");
    assert.ok(performance.now() - begin < 500);
    await blocked;
    await client.close();
  },
});
