// How soon killOp, maxTimeMS and a closed connection stop long commands over 200,000 documents. Shown is the time from
// the request (or the limit) until currentOp no longer has the command, in milliseconds; the worst of three tries.

import { type Db, type Document, MongoClient } from "mongodb";
import { startDaemon } from "../tests/crash/daemon.ts";

const DOCUMENTS = 200_000;
const TRIES = 3;

/** A filter that costs about ten microseconds a document. */
const SLOW: Document = {
  $or: Array.from({ length: 40 }, (_, i) => ({ text: { $regex: `item.*number ${i} .*x${i}$` } })),
};

const COMMANDS: Record<string, Document> = {
  find: { find: "items", filter: SLOW },
  "find, sorted": { find: "items", filter: { $nor: [SLOW] }, sort: { text: -1, n: 1 } },
  aggregate: {
    aggregate: "items",
    pipeline: [{ $unwind: "$tags" }, { $match: SLOW }, { $group: { _id: "$k" } }],
    cursor: {},
  },
  count: { count: "items", query: SLOW },
  distinct: { distinct: "items", key: "text", query: SLOW },
  update: { update: "items", updates: [{ q: {}, u: { $inc: { n: 1 } }, multi: true }] },
  "update of nothing": {
    update: "items",
    updates: [{ q: SLOW, u: { $set: { n: 1 } }, multi: true }],
  },
  "update of one": { update: "items", updates: [{ q: SLOW, u: { $set: { n: 1 } } }] },
  delete: { delete: "items", deletes: [{ q: SLOW, limit: 0 }] },
  findAndModify: { findAndModify: "items", query: SLOW, remove: true },
  createIndexes: {
    createIndexes: "items",
    indexes: [
      { key: { k: 1, text: 1, n: 1 }, name: "long" },
      { key: { tags: 1, text: 1 }, name: "tags" },
    ],
  },
  validate: { validate: "items", full: true },
};

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

class Stops {
  readonly #admin: Db;
  #number = 0;

  constructor(readonly uri: string, readonly client: MongoClient) {
    this.#admin = client.db("admin");
  }

  async #running(comment: string): Promise<number | undefined> {
    const { inprog } = await this.#admin.command({ currentOp: 1, "command.comment": comment });
    return inprog[0]?.opid;
  }

  /** Starts a command on a connection of its own; how long it took to stop, NaN when it was done before. */
  async measure(command: Document, how: "killOp" | "maxTimeMS" | "close"): Promise<number> {
    const client = new MongoClient(this.uri, { maxPoolSize: 1 });
    await client.connect();
    const comment = `stop ${++this.#number}`;
    const limit = how === "maxTimeMS" ? { maxTimeMS: 100 } : {};
    const begin = performance.now();
    let end = 0;
    let wasStopped = false;
    const done = client.db("stop").command({ ...command, comment, ...limit })
      .catch(() => wasStopped = true).finally(() => end = performance.now());
    let asked = begin + 100;
    if (how !== "maxTimeMS") {
      await sleep(100);
      const operation = await this.#running(comment);
      asked = performance.now();
      if (operation === undefined) {
        // Done before.
      } else if (how === "killOp") {
        await this.#admin.command({ killOp: 1, op: operation });
      } else {
        await client.close(true);
        while (await this.#running(comment) !== undefined) await sleep(1);
        return performance.now() - asked;
      }
    }
    await done;
    await client.close(true);
    return wasStopped ? end - asked : NaN;
  }
}

/** Prints the table. */
export async function stopTimes(): Promise<void> {
  const daemon = await startDaemon(":memory:");
  const client = new MongoClient(daemon.uri);
  try {
    const items = client.db("stop").collection("items");
    for (let from = 0; from < DOCUMENTS; from += 10_000) {
      await items.insertMany(Array.from({ length: 10_000 }, (_, i) => ({
        n: from + i,
        k: ((from + i) * 7919) % DOCUMENTS,
        text: `item number ${from + i} of the benchmark, with a text of some length`,
        tags: Array.from({ length: 5 }, (_, tag) => `tag ${(from + i) * tag}`),
      })));
    }
    const stops = new Stops(daemon.uri, client);
    console.log("stopped after, ms | killOp | maxTimeMS | close");
    for (const [name, command] of Object.entries(COMMANDS)) {
      const worst: string[] = [];
      for (const how of ["killOp", "maxTimeMS", "close"] as const) {
        const times: number[] = [];
        for (let i = 0; i < TRIES; i++) {
          times.push(await stops.measure(command, how));
          await items.dropIndexes().catch(() => {});
        }
        worst.push(Math.max(...times).toFixed(1));
      }
      console.log([name, ...worst].join(" | "));
    }
  } finally {
    await client.close();
    await daemon.stop();
  }
}

if (import.meta.main) await stopTimes();
