// How long one client waits while another one works: pings every few milliseconds against scans, sorts, loads, updates
// and index builds over 200,000 documents. How soon such work can be stopped: bench_stop.ts.

import { type Collection, MongoClient } from "mongodb";
import { startDaemon } from "../tests/crash/daemon.ts";

const DOCUMENTS = 200_000;

interface Item {
  _id: number;
  n: number;
  k: number;
  text: string;
  tags: string[];
}

function item(i: number): Item {
  return {
    _id: i,
    n: i,
    k: (i * 7919) % DOCUMENTS,
    text: `item number ${i} of the fairness benchmark`,
    tags: ["red", "green", `t${i % 12}`],
  };
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Pings until `work` is done; returns the latencies in milliseconds, sorted. */
async function pingWhile(client: MongoClient, work: Promise<unknown>): Promise<number[]> {
  const latencies: number[] = [];
  let isDone = false;
  const finished = work.finally(() => isDone = true);
  while (!isDone) {
    const start = performance.now();
    await client.db("admin").command({ ping: 1 });
    latencies.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await finished;
  return latencies.sort((a, b) => a - b);
}

/** Runs the load in a process of its own, so that its own client work does not delay the pings. */
function inOwnProcess(uri: string, work: string): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.filename!, uri, work],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status.then(resolve);
  return promise;
}

const WORK: Record<string, (items: Collection<Item>, client: MongoClient) => Promise<unknown>> = {
  async load(items) {
    await items.drop().catch(() => {});
    for (let from = 0; from < DOCUMENTS; from += 10_000) {
      await items.insertMany(Array.from({ length: 10_000 }, (_, i) => item(from + i)));
    }
  },
  async "messages of 40 MB"(_, client) {
    const large = client.db("fairness").collection("large");
    const many = () => Array.from({ length: 100_000 }, (_, i) => ({ a: i, b: "x".repeat(380) }));
    for (let i = 0; i < 3; i++) await large.insertMany(many());
    await large.drop();
  },
  async "documents of 13 MB"(_, client) {
    const large = client.db("fairness").collection("large");
    const text = "y".repeat(13 * 2 ** 20);
    for (let i = 0; i < 3; i++) await large.insertMany([{ text }, { text }, { text }]);
    await large.drop();
  },
  async scan(items) {
    for (let i = 0; i < 5; i++) await items.find({ text: "nowhere" }).toArray();
    for await (const _ of items.find({}, { batchSize: 200_000 }));
  },
  async sort(items) {
    for (let i = 0; i < 3; i++) {
      await items.find({}, { sort: { k: 1, text: 1 }, limit: 150_000, batchSize: 10 }).next();
    }
  },
  async group(items) {
    for (let i = 0; i < 3; i++) {
      await items.aggregate([{ $group: { _id: "$k", n: { $sum: "$n" } } }, { $limit: 1 }])
        .toArray();
    }
  },
  async count(items) {
    for (let i = 0; i < 10; i++) await items.countDocuments({ text: /nowhere/ });
  },
  async distinct(items) {
    for (let i = 0; i < 3; i++) await items.distinct("k");
  },
  async update(items) {
    await items.updateMany({}, { $inc: { n: 1 } });
  },
  async index(items) {
    await items.createIndexes([{ key: { k: 1, text: 1 } }, { key: { tags: 1 } }]);
  },
  async "index scan"(items) {
    for (let i = 0; i < 3; i++) {
      await items.find({ k: { $gte: 0 }, n: -5 }).hint("k_1_text_1").toArray();
    }
  },
  async validate(_, client) {
    await client.db("fairness").command({ validate: "items", full: true });
  },
  async delete(items) {
    await items.deleteMany({ n: { $gt: DOCUMENTS / 2 } });
  },
};

/** Runs one kind of work in this process. */
async function runWork(uri: string, work: string): Promise<void> {
  const client = new MongoClient(uri);
  await WORK[work](client.db("fairness").collection<Item>("items"), client);
  await client.close();
}

/** Prints the table. */
export async function fairness(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "secantusdb-fairness-" });
  const daemon = await startDaemon(`${folder}/db`);
  const client = new MongoClient(daemon.uri);
  try {
    console.log("ping of another client, ms | p50 | p99 | max | pings");
    for (const work of Object.keys(WORK)) {
      const latencies = await pingWhile(client, inOwnProcess(daemon.uri, work));
      const row = [0.5, 0.99, 1].map((share) => percentile(latencies, share).toFixed(1));
      console.log([work, ...row, latencies.length].join(" | "));
    }
  } finally {
    await client.close();
    await daemon.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const [uri, work] = Deno.args;
  await runWork(uri, work);
}
