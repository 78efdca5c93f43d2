// Goal: what was acknowledged survives kill -9. Method: eight clients insert, update and delete documents of their own while
// the daemon is killed; after each restart every document is compared with what was acknowledged (the one write in
// flight may have happened or not), then counts and index entries by a full validate.

import assert from "node:assert/strict";
import { type Collection, MongoClient } from "mongodb";
import { startDaemon } from "./daemon.ts";

const ROUNDS = 20;
const WRITERS = 8;

interface Entry {
  _id: string;
  n: number;
  k: number;
  tags: string[];
  unique: string;
}

/** What one writer knows: acknowledged documents, and the state a write in flight would lead to. */
class Writer {
  readonly documents = new Map<string, Entry>();
  inFlight: { id: string; after: Entry | undefined } | undefined;
  #next = 0;
  acknowledged = 0;

  constructor(readonly name: string, readonly random: () => number) {}

  async run(collection: Collection<Entry>): Promise<void> {
    try {
      for (;;) await this.#step(collection);
    } catch {
      // The daemon was killed: what was in flight stays unknown until the check.
    }
  }

  async #step(collection: Collection<Entry>): Promise<void> {
    const ids = [...this.documents.keys()];
    const choice = ids.length < 5 ? 0 : this.random();
    const id = choice < 0.4
      ? `${this.name}-${this.#next++}`
      : ids[Math.floor(this.random() * ids.length)];
    if (choice < 0.4) {
      await this.#write(id, this.#newEntry(id), (entry) => collection.insertOne(entry!));
    } else if (choice < 0.8) {
      const before = this.documents.get(id)!;
      const k = Math.floor(this.random() * 1000);
      const after = { ...before, n: before.n + 1, k };
      await this.#write(
        id,
        after,
        () => collection.updateOne({ _id: id }, { $inc: { n: 1 }, $set: { k } }),
      );
    } else {
      await this.#write(id, undefined, () => collection.deleteOne({ _id: id }));
    }
  }

  #newEntry(id: string): Entry {
    const k = Math.floor(this.random() * 1000);
    return { _id: id, n: 0, k, tags: [`t${k % 7}`, `t${k % 5}`], unique: `u-${id}` };
  }

  async #write(
    id: string,
    after: Entry | undefined,
    send: (entry: Entry | undefined) => Promise<unknown>,
  ): Promise<void> {
    this.inFlight = { id, after };
    await send(after);
    if (after === undefined) this.documents.delete(id);
    else this.documents.set(id, after);
    this.inFlight = undefined;
    this.acknowledged++;
  }

  /** Compares with what was found; takes over the outcome of the write in flight. */
  check(found: Map<string, Entry>): void {
    if (this.inFlight !== undefined) {
      const { id, after } = this.inFlight;
      const before = this.documents.get(id);
      const now = found.get(id);
      assert.ok(
        isSame(now, before) || isSame(now, after),
        `${id} is ${JSON.stringify(now)}, neither ${JSON.stringify(before)} nor ${
          JSON.stringify(after)
        }`,
      );
      if (now === undefined) this.documents.delete(id);
      else this.documents.set(id, now);
      this.inFlight = undefined;
    }
    for (const [id, entry] of this.documents) assert.deepEqual(found.get(id), entry);
  }
}

function isSame(a: Entry | undefined, b: Entry | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function connect(uri: string): MongoClient {
  return new MongoClient(uri, { retryWrites: false, serverSelectionTimeoutMS: 5000 });
}

async function checkRound(uri: string, writers: Writer[]): Promise<void> {
  const client = connect(uri);
  try {
    const collection = client.db("crash").collection<Entry>("entries");
    const found = new Map((await collection.find().toArray()).map((entry) => [entry._id, entry]));
    for (const writer of writers) writer.check(found);
    const expected = writers.reduce((sum, writer) => sum + writer.documents.size, 0);
    assert.equal(found.size, expected, "documents nobody inserted");
    assert.equal(await collection.estimatedDocumentCount(), expected, "the fast count");
    const byIndex = await collection.find().hint({ k: 1 }).toArray();
    assert.equal(byIndex.length, expected, "documents found through the index on k");
    const report = await client.db("crash").command({ validate: "entries", full: true });
    assert.equal(report.valid, true, JSON.stringify(report));
    assert.equal(report.nrecords, expected);
  } finally {
    await client.close();
  }
}

Deno.test("acknowledged writes survive kill -9 under load", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  const random = randomFrom(seed);
  const folder = await Deno.makeTempDir({ prefix: "secantusdb-crash-" });
  const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(`w${i}`, random));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const daemon = await startDaemon(`${folder}/db`);
      if (round > 0) await checkRound(daemon.uri, writers);
      const clients = writers.map(() => connect(daemon.uri));
      const collections = clients.map((client) => client.db("crash").collection<Entry>("entries"));
      if (round === 0) {
        await collections[0].createIndexes([
          { key: { k: 1 } },
          { key: { tags: 1, n: -1 } },
          { key: { unique: 1 }, unique: true },
        ]);
      }
      const running = writers.map((writer, i) => writer.run(collections[i]));
      await new Promise((resolve) => setTimeout(resolve, 150 + random() * 300));
      await daemon.kill();
      await Promise.all(clients.map((client) => client.close(true)));
      await Promise.all(running);
    }
    const daemon = await startDaemon(`${folder}/db`);
    await checkRound(daemon.uri, writers);
    assert.equal(await daemon.stop(), 0);
    const total = writers.reduce((sum, writer) => sum + writer.acknowledged, 0);
    console.log(`${ROUNDS} kills, ${total} acknowledged writes, none lost`);
    assert.ok(total > ROUNDS * WRITERS, "too few writes to mean anything");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
