// `deno task bench aggregation large [DOCUMENTS [ROW PATTERN [FOLDER]]]`: pipelines over five million documents, by themselves.
//
// The server runs with a heap of 512 MiB (it dies when that is not enough) and a storage cache of 256 MiB. Shown for each
// pipeline: its time, the largest JavaScript heap and the largest resident memory without the cache while it ran, how long
// another client's pings took, and how late maxTimeMS and killOp stopped it (worst of three places in the run).
// The pipelines are run by a process of their own, so that its work does not delay the pings.

import { type Document, MongoClient } from "mongodb";
import { type Daemon, startDaemon } from "../tests/crash/daemon.ts";
import { percentile } from "./bench_peers.ts";

const HEAP_MB = 512;
const CACHE_MB = 256;
const KEYS = 100_000;
const BATCH_DOCUMENTS = 20_000;
const PING_INTERVAL_MS = 3;
/** At which parts of the time of a pipeline it is stopped. */
const STOP_AT = [0.1, 0.5, 0.9];

const SUMMARY: Document = { $group: { _id: null, count: { $sum: 1 }, last: { $last: "$$ROOT" } } };
const JOIN = { localField: "key", foreignField: "key", as: "found" };

function windows(output: Document, partitionBy?: string): Document[] {
  const stage = {
    sortBy: { random: 1 },
    output,
    ...(partitionBy === undefined ? {} : { partitionBy }),
  };
  return [{ $setWindowFields: stage }, SUMMARY];
}

interface LargeRow {
  readonly collection?: string;
  readonly pipeline: Document[];
}

const ROWS: Record<string, LargeRow> = {
  "group, 100,000 keys": {
    pipeline: [{
      $group: { _id: "$key", sum: { $sum: "$value" }, mean: { $avg: "$value" }, n: { $sum: 1 } },
    }, SUMMARY],
  },
  "group, a key each": {
    pipeline: [{ $group: { _id: "$random", sum: { $sum: "$value" } } }, SUMMARY],
  },
  "group, $push": { pipeline: [{ $group: { _id: "$key", all: { $push: "$text" } } }, SUMMARY] },
  "group, $addToSet": {
    pipeline: [{ $group: { _id: "$key", all: { $addToSet: "$value" } } }, SUMMARY],
  },
  "sort": { pipeline: [{ $sort: { random: 1 } }, SUMMARY] },
  "sort, limit 10,000": { pipeline: [{ $sort: { random: 1 } }, { $limit: 10_000 }, SUMMARY] },
  "lookup in 100,000": { pipeline: [{ $lookup: { from: "keys", ...JOIN } }, SUMMARY] },
  "lookup in 5,000,000": {
    collection: "keys",
    pipeline: [
      { $match: { key: { $lt: 3000 } } },
      { $lookup: { from: "large", ...JOIN } },
      { $project: { n: { $size: "$found" } } },
      SUMMARY,
    ],
  },
  "windows, moving": {
    pipeline: windows({ mean: { $avg: "$value", window: { documents: [-99, 0] } } }),
  },
  "windows, whole": { pipeline: windows({ sum: { $sum: "$value" }, place: { $rank: {} } }) },
  "windows, to the end": {
    pipeline: windows({
      rest: { $sum: "$value", window: { documents: ["current", "unbounded"] } },
    }),
  },
  "windows, 100,000 partitions": {
    pipeline: windows({ sum: { $sum: "$value" }, place: { $documentNumber: {} } }, "$key"),
  },
  "bucketAuto": {
    pipeline: [{ $bucketAuto: { groupBy: "$random", buckets: 20 } }, SUMMARY],
  },
  "facet": {
    pipeline: [{
      $facet: {
        groups: [{ $group: { _id: "$key", n: { $sum: 1 } } }, { $count: "n" }],
        top: [{ $sort: { random: -1 } }, { $limit: 5 }],
        sorted: [{ $sort: { value: 1 } }, { $skip: 1000 }, SUMMARY],
      },
    }],
  },
  "unwind, group": {
    pipeline: [{ $set: { tag: ["a", "b", "$key"] } }, { $unwind: "$tag" }, {
      $group: { _id: "$tag", n: { $sum: 1 } },
    }, SUMMARY],
  },
};

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function load(client: MongoClient, count: number): Promise<void> {
  const db = client.db("bench");
  const step = 1_299_709 % count;
  for (let from = 0; from < count; from += BATCH_DOCUMENTS) {
    const size = Math.min(BATCH_DOCUMENTS, count - from);
    await db.collection<Document>("large").insertMany(
      Array.from({ length: size }, (_, offset) => {
        const i = from + offset;
        return {
          _id: i as unknown as Document["_id"],
          key: (i * 7919) % KEYS,
          random: (i * step) % count,
          value: (i % 10_007) / 8,
          text: `document ${i}`,
        };
      }),
    );
  }
  for (let from = 0; from < KEYS; from += BATCH_DOCUMENTS) {
    await db.collection("keys").insertMany(
      Array.from(
        { length: BATCH_DOCUMENTS },
        (_, i) => ({ key: from + i, name: `key ${from + i}` }),
      ),
    );
  }
}

/** What the server holds; the peak until `stop`. */
class MemoryWatch {
  heapMb = 0;
  residentMb = 0;
  #isStopped = false;
  readonly #done: Promise<void>;

  constructor(client: MongoClient, pid: number) {
    this.#done = this.#watch(client, pid);
  }

  async #watch(client: MongoClient, pid: number): Promise<void> {
    while (!this.#isStopped) {
      const resident = /VmRSS:\s+(\d+) kB/.exec(await Deno.readTextFile(`/proc/${pid}/status`));
      this.residentMb = Math.max(this.residentMb, Number(resident?.[1] ?? 0) / 1024);
      const { mem } = await client.db("admin").command({ serverStatus: 1 });
      this.heapMb = Math.max(this.heapMb, Number(mem.virtual) - Number(mem.resident));
      await sleep(100);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }
}

/** Pings until `work` is done; latencies in milliseconds, sorted. */
async function pingWhile(client: MongoClient, work: Promise<unknown>): Promise<number[]> {
  const latencies: number[] = [];
  let isDone = false;
  const finished = work.finally(() => isDone = true);
  while (!isDone) {
    const begin = performance.now();
    await client.db("admin").command({ ping: 1 });
    latencies.push(performance.now() - begin);
    await sleep(PING_INTERVAL_MS);
  }
  await finished;
  return latencies.sort((a, b) => a - b);
}

interface Outcome {
  readonly ms: number;
  readonly result: string;
}

/** Runs a pipeline in a process of its own. */
async function runApart(uri: string, row: string, maxTimeMs = 0): Promise<Outcome> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.filename!, uri, row, String(maxTimeMs)],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function runRow(uri: string, row: string, maxTimeMS: number): Promise<Outcome> {
  const client = new MongoClient(uri);
  await client.connect();
  const { collection = "large", pipeline } = ROWS[row];
  const begin = performance.now();
  let result: string;
  try {
    const options = { comment: row, ...(maxTimeMS > 0 ? { maxTimeMS } : {}) };
    const answer = await client.db("bench").collection(collection).aggregate(pipeline, options)
      .toArray();
    result = JSON.stringify(answer[0] ?? null).slice(0, 100);
  } catch (error) {
    result = error instanceof Error ? error.message : String(error);
  }
  const ms = performance.now() - begin;
  await client.close();
  return { ms, result };
}

async function killAfter(
  client: MongoClient,
  row: string,
  delayMs: number,
  running: Promise<unknown>,
): Promise<number> {
  let isOver = false;
  running.finally(() => isOver = true);
  const admin = client.db("admin");
  const operations = async (): Promise<Document[]> => {
    const { inprog } = await admin.command({ currentOp: 1, "command.comment": row });
    return inprog;
  };
  while (!isOver && (await operations()).length === 0) await sleep(2);
  await sleep(delayMs);
  const [operation] = await operations();
  if (operation === undefined) return NaN;
  const begin = performance.now();
  await admin.command({ killOp: 1, op: operation.opid });
  while ((await operations()).length > 0) await sleep(1);
  return performance.now() - begin;
}

/** How late the pipeline stopped at worst: by maxTimeMS, by killOp. */
async function stopTimes(client: MongoClient, uri: string, row: string, ms: number) {
  let late = 0;
  let killed = 0;
  for (const share of STOP_AT) {
    const limit = Math.max(Math.round(ms * share), 10);
    const limited = await runApart(uri, row, limit);
    if (limited.result.includes("time limit")) late = Math.max(late, limited.ms - limit);
    const running = runApart(uri, row);
    const took = await killAfter(client, row, limit, running);
    await running;
    if (took > killed) killed = took;
  }
  return [late.toFixed(0), killed.toFixed(0)];
}

async function measure(daemon: Daemon, client: MongoClient, row: string): Promise<void> {
  const watch = new MemoryWatch(client, daemon.process.pid);
  let outcome: Outcome | undefined;
  const work = runApart(daemon.uri, row).then((done) => outcome = done);
  const latencies = await pingWhile(client, work);
  await watch.stop();
  const { ms, result } = outcome!;
  const stops = await stopTimes(client, daemon.uri, row, ms);
  const pings = [0.5, 0.99, 1].map((share) => percentile(latencies, share).toFixed(1));
  const memory = [watch.heapMb, watch.residentMb - CACHE_MB].map((mb) => mb.toFixed(0));
  console.log(
    `| ${[row, (ms / 1000).toFixed(1), ...memory, ...pings, ...stops].join(" | ")} | ${result}`,
  );
}

async function startSmall(path: string): Promise<Daemon> {
  Deno.env.set("DENO_V8_FLAGS", `--max-old-space-size=${HEAP_MB}`);
  try {
    return await startDaemon(path, "--cache-size", String(CACHE_MB));
  } finally {
    Deno.env.delete("DENO_V8_FLAGS");
  }
}

/** Loads the data unless they are there; by a server of its own, whose memory nobody looks at. */
async function ensureLoaded(path: string, count: number): Promise<void> {
  const daemon = await startSmall(path);
  const client = new MongoClient(daemon.uri);
  const begin = performance.now();
  if (await client.db("bench").collection("large").estimatedDocumentCount() === 0) {
    await load(client, count);
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    console.log(`${count} documents loaded in ${seconds} s`);
  }
  await client.close();
  await daemon.stop();
}

const HEAD = [
  "pipeline",
  "s",
  "heap MiB",
  "resident - cache MiB",
  "ping p50 ms",
  "p99",
  "max",
  "maxTimeMS late ms",
  "killOp ms",
];

async function measureRows(path: string, pattern: string): Promise<void> {
  const daemon = await startSmall(path);
  const client = new MongoClient(daemon.uri);
  try {
    console.log(`| ${HEAD.join(" | ")} |\n|---|${"---:|".repeat(HEAD.length - 1)}`);
    for (const row of Object.keys(ROWS)) {
      if (row.includes(pattern)) await measure(daemon, client, row);
    }
  } finally {
    await client.close();
    await daemon.stop();
  }
}

/** Prints the table. Data in a folder that is named are used again the next time. */
export async function largeAggregation(
  count = 5_000_000,
  pattern = "",
  folder?: string,
): Promise<void> {
  const path = folder ?? await Deno.makeTempDir({ prefix: "secantusdb-large-" });
  try {
    await ensureLoaded(path, count);
    await measureRows(path, pattern);
  } finally {
    if (folder === undefined) await Deno.remove(path, { recursive: true });
  }
}

if (import.meta.main) {
  const [uri, row, maxTimeMs] = Deno.args;
  console.log(JSON.stringify(await runRow(uri, row, Number(maxTimeMs))));
}
