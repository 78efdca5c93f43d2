// Law: whatever bytes arrive, the server answers or closes that one connection, and then still serves others.

import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { Connection, type Socket } from "../../src/server/connection.ts";
import { compressMessage } from "../../src/wire/op_compressed.ts";
import { opMsg, sequence, TestServer } from "../server/test_server.ts";
import { Random } from "./generate.ts";

const SOUND: readonly Uint8Array[] = [
  opMsg(documentFrom({ ping: 1, $db: "test" })),
  opMsg(documentFrom({ hello: 1, $db: "admin", helloOk: true })),
  opMsg(
    documentFrom({ writes: "c", $db: "test" }),
    0,
    2,
    sequence("documents", [documentFrom({ a: 1 }), documentFrom({ b: "text" })]),
  ),
  compressMessage(opMsg(documentFrom({ ping: 1, $db: "test" })), 0),
];

/** Hands out the bytes in pieces, then the end. */
class ScriptedSocket implements Socket {
  written = 0;
  constructor(readonly bytes: Uint8Array, readonly random: Random, private at = 0) {}

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.at >= this.bytes.length) return Promise.resolve(null);
    const most = Math.min(buffer.length, this.bytes.length - this.at);
    const count = this.random.below(4) === 0 ? 1 + this.random.below(most) : most;
    buffer.set(this.bytes.subarray(this.at, this.at + count));
    this.at += count;
    return Promise.resolve(count);
  }

  write(bytes: Uint8Array): Promise<number> {
    const count = 1 + this.random.below(bytes.length);
    this.written += count;
    return Promise.resolve(count);
  }

  close(): void {}
}

function randomBytes(random: Random): Uint8Array {
  const messages: Uint8Array[] = [];
  for (let i = random.below(4); i >= 0; i--) {
    const message = SOUND[random.below(SOUND.length)].slice();
    // Half of the messages are changed in a few places, behind the length more often than in it.
    const changes = random.below(2) * random.below(6);
    for (let j = 0; j < changes; j++) {
      const from = random.below(5) === 0 ? 0 : 12;
      message[from + random.below(message.length - from)] = random.below(256);
    }
    messages.push(random.below(6) === 0 ? message.slice(0, random.below(message.length)) : message);
  }
  if (random.below(3) === 0) {
    messages.push(Uint8Array.from({ length: random.below(200) }, () => random.below(256)));
  }
  return Uint8Array.from(messages.flatMap((message) => [...message]));
}

/** Random bytes, whole and mutated messages; the server must not report an internal error, hang or stop serving. */
export async function fuzzWireBytes(seed: number, cases: number): Promise<void> {
  const random = new Random(seed);
  await using test = new TestServer({ testCommands: false });
  for (let i = 0; i < cases; i++) {
    const bytes = randomBytes(random);
    const socket = new ScriptedSocket(bytes, random);
    await new Connection(test.server, socket, i, "fuzz", "127.0.0.1:1").serve();
    const bug = test.records.find(({ level }) => level === "ERROR");
    assert.equal(bug, undefined, `seed ${seed} case ${i}: ${JSON.stringify(bug?.attributes)}`);
    assert.equal(test.server.operations.size, 0, `seed ${seed} case ${i}: an operation is left`);
    test.records.length = 0;
  }
  assert.equal((await test.command({ ping: 1 })).ok, 1);
}
