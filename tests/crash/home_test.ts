// Homes and signals: a home in use is refused and left alone; a clean stop exits with 0; a port in use with 48.

import assert from "node:assert/strict";
import { MongoClient } from "mongodb";
import { daemonCommand, startDaemon } from "./daemon.ts";

async function tryStart(...options: string[]): Promise<{ code: number; text: string }> {
  const { command, args } = daemonCommand();
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args, ...options] })
    .output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("a home in use by another process is refused and left unharmed", async () => {
  const folder = await Deno.makeTempDir({ prefix: "secantusdb-home-" });
  const daemon = await startDaemon(`${folder}/db`);
  const client = new MongoClient(daemon.uri);
  await client.db("a").collection("b").insertOne({ n: 1 });
  const second = await tryStart("--port", "0", "--storage-path", `${folder}/db`);
  assert.notEqual(second.code, 0);
  assert.match(second.text, /in use|another process/i);
  assert.ok(!/\n\s+at /.test(second.text), second.text);
  assert.equal(await client.db("a").collection("b").countDocuments({}), 1);
  await client.close();
  assert.equal(await daemon.stop(), 0);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a port in use ends with 48 and one line", async () => {
  const folder = await Deno.makeTempDir({ prefix: "secantusdb-port-" });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const { code, text } = await tryStart("--port", String(port), "--storage-path", `${folder}/db`);
  listener.close();
  assert.equal(code, 48, text);
  assert.equal(text.trim().split("\n").length, 1, text);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("bad options end with 2", async () => {
  assert.equal((await tryStart("--no-such-option")).code, 2);
  assert.equal((await tryStart("--port", "many")).code, 2);
});

Deno.test("--help and --version end with 0", async () => {
  assert.match((await tryStart("--help")).text, /--storage-path/);
  assert.match((await tryStart("--version")).text, /\d+\.\d+\.\d+/);
});
