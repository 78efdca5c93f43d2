import assert from "node:assert/strict";
import { Binary } from "bson";
import { documentFrom } from "../../src/bson/encode.ts";
import type { BsonValue } from "../../src/bson/value.ts";
import { TestServer } from "./test_server.ts";

const lsid = documentFrom({ id: new Binary(new Uint8Array(16).fill(1), 4) });
const write = { writes: "c", lsid };

type Fields = Record<string, BsonValue>;

const REFUSED: ReadonlyArray<readonly [Fields, number]> = [
  [{ writes: "c", txnNumber: 1n }, 72],
  [{ ...write, autocommit: false }, 72],
  [{ ...write, startTransaction: true }, 72],
  [{ ...write, txnNumber: -1n }, 72],
  [{ ...write, txnNumber: 1n, autocommit: true }, 72],
  [{ ...write, txnNumber: 1n, startTransaction: true }, 72],
  [{ ...write, txnNumber: 1n, autocommit: false, startTransaction: true }, 263],
  [{ ping: 1, lsid, txnNumber: 1n }, 50768],
  [{ ping: 1, lsid: documentFrom({}) }, 40414],
  [{ ping: 1, apiStrict: true }, 4886600],
  [{ ping: 1, apiDeprecationErrors: true }, 4886600],
  [{ ping: 1, apiVersion: "2" }, 322],
  [{ buildInfo: 1, apiVersion: "1", apiStrict: true }, 323],
  [{ ping: 1, writeConcern: documentFrom({ w: 1 }) }, 72],
  [{ ping: 1, readConcern: documentFrom({ level: "majority" }) }, 72],
];
for (const [fields, code] of REFUSED) {
  Deno.test(`${JSON.stringify(Object.keys(fields))} is refused with ${code}`, async () => {
    await using test = new TestServer();
    const reply = await test.command(fields, "test");
    assert.equal(reply.code, code, reply.errmsg);
  });
}

const ACCEPTED: readonly Fields[] = [
  { ping: 1, apiVersion: "1", apiStrict: true, apiDeprecationErrors: true },
  { buildInfo: 1, apiVersion: "1" },
  { ping: 1, readConcern: documentFrom({ level: "local" }) },
  { ...write, txnNumber: 3n, writeConcern: documentFrom({ w: "majority", j: true }) },
];
for (const fields of ACCEPTED) {
  Deno.test(`${JSON.stringify(Object.keys(fields))} is accepted`, async () => {
    await using test = new TestServer();
    const reply = await test.command(fields, "test");
    assert.equal(reply.ok, 1, reply.errmsg);
  });
}

Deno.test("a standalone server has no transaction numbers (20) and checks w (2)", async () => {
  await using test = TestServer.standalone();
  const numbered = await test.command({ ...write, txnNumber: 1n }, "test");
  assert.equal(numbered.code, 20);
  assert.match(numbered.errmsg, /Transaction numbers are only allowed on a replica set member/);
  assert.equal((await test.command({ ...write, writeConcern: documentFrom({ w: 2 }) })).code, 2);
});

Deno.test("a retried statement is known, an old number is refused with 225", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  assert.equal((await client.command({ ...write, txnNumber: 4n })).retried, false);
  assert.equal((await client.command({ ...write, txnNumber: 4n })).retried, true);
  assert.equal((await client.command({ ...write, txnNumber: 5n })).retried, false);
  assert.equal((await client.command({ ...write, txnNumber: 4n })).code, 225);
});

Deno.test("sessions of one connection are kept apart", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const other = documentFrom({ id: new Binary(new Uint8Array(16).fill(2), 4) });
  await client.command({ ...write, txnNumber: 4n });
  assert.equal((await client.command({ ...write, lsid: other, txnNumber: 4n })).retried, false);
  assert.equal((await client.command({ ...write, txnNumber: 4n })).retried, true);
  assert.equal(test.server.sessions.size, 2);
});
