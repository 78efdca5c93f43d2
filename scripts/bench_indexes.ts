// `deno task bench indexes`: what indexes are for, against the Rust peer in the same run.
//
// Queries (rows as in mbench, and covered, `$in`, `$or`, compound), inserts with 10 indexes, the build of an index over a
// million documents with the pings of another client meanwhile, and growth: point reads in collections of 10 thousand and
// 1 million documents (10 million with --ten-million, which takes minutes and 5 GB of disk for each peer).
//   --only REGEX  --peers A,B  --repetitions N  --documents N (of the build)  --ten-million

import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { type Collection, type Document, MongoClient, ObjectId } from "mongodb";
import {
  compareRows,
  formatMs,
  type Peer,
  percentile,
  type Row,
  startPeers,
  stopPeers,
  type Table,
} from "./bench_peers.ts";

const DATABASE = "bench_indexes";
const SMALL = 10_000;
const LARGE = 100_000;
const LOAD_BATCH = 5_000;
const POINT_READS = 1000;
/** Coprime to every size used, so that i * STRIDE % size meets each position once. */
const STRIDE = 7919;
const TAGS = ["red", "green", "blue", "new", "used", "sale", "rare", "hot", "cold", "fast"];

/** About 240 bytes, as in mbench; `k` and `score` are spread over 0..count-1. */
export function item(i: number, count: number): Document {
  const k = (i * STRIDE) % count;
  return {
    _id: i,
    n: i,
    k,
    cat: (i * 37) % 100,
    grp: `group-${i % 20}`,
    name: `user ${String(i).padStart(8, "0")}`,
    qty: k % 100,
    price: (k % 10_000) / 100,
    score: ((i * 104_729) % count) + 0.5,
    created: new Date(1.7e12 + i * 60_000),
    tags: [TAGS[k % 10], TAGS[(k + 3) % 10], `t${i % 12}`],
    addr: { city: `city-${k % 50}`, zip: 10_000 + (k % 50) * 7 },
    ref: ObjectId.createFromTime((i * 2654435761 % 2 ** 32) >>> 0),
  };
}

async function load(items: Collection<Document>, count: number): Promise<void> {
  for (let from = 0; from < count; from += LOAD_BATCH) {
    const size = Math.min(LOAD_BATCH, count - from);
    await items.insertMany(Array.from({ length: size }, (_, i) => item(from + i, count)), {
      ordered: false,
    });
  }
}

function collection(client: MongoClient, name: string): Collection<Document> {
  return client.db(DATABASE).collection(name);
}

/** The collection that read rows share, loaded by the first of them. */
async function shared(client: MongoClient, count: number): Promise<void> {
  const items = collection(client, `items_${count}`);
  if (await items.findOne({ _id: (count - 1) as never }) !== null) return;
  await load(items, count);
  await items.createIndex({ k: 1 });
  await items.createIndex({ n: 1 });
  await items.createIndex({ cat: 1, score: 1 });
}

async function total(cursor: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const _ of cursor) found++;
  return found;
}

/** A row over a shared collection that only reads. */
function readRow(
  name: string,
  count: number,
  run: (items: Collection<Document>) => Promise<void>,
): Row {
  return {
    name,
    prepare: (client) => shared(client, count),
    run: (client) => run(collection(client, `items_${count}`)),
  };
}

const RAW = { raw: true, batchSize: 1_000_000 } as const;

export const QUERY_ROWS: readonly Row[] = [
  readRow("find_eq_indexed: 1000 by an index", SMALL, async (items) => {
    for (let i = 0; i < POINT_READS; i++) {
      const k = (i * STRIDE) % SMALL;
      const found = await items.findOne({ k });
      assert.equal(found?.k, k);
    }
  }),
  readRow("find_range_indexed: 5 x 10% of 10,000", SMALL, async (items) => {
    for (let i = 0; i < 5; i++) {
      const from = i * SMALL / 10;
      const range = { k: { $gte: from, $lt: from + SMALL / 10 } };
      assert.equal(await total(items.find(range, { raw: true })), SMALL / 10);
    }
  }),
  readRow("sort_indexed: 10,000 in the order of an index", SMALL, async (items) => {
    assert.equal(await total(items.find({}, { raw: true, sort: { k: 1 } })), SMALL);
  }),
  readRow("covered: 5 x 10% of 100,000 without a fetch", LARGE, async (items) => {
    for (let i = 0; i < 5; i++) {
      const from = i * LARGE / 10;
      const range = { k: { $gte: from, $lt: from + LARGE / 10 } };
      const found = items.find(range, { ...RAW, projection: { _id: 0, k: 1 } });
      assert.equal(await total(found), LARGE / 10);
    }
  }),
  readRow("in_1000: 5 x $in of 1000 among 100,000", LARGE, async (items) => {
    for (let i = 0; i < 5; i++) {
      const wanted = Array.from({ length: 1000 }, (_, j) => ((i * 1000 + j) * STRIDE) % LARGE);
      assert.equal(await total(items.find({ k: { $in: wanted } }, RAW)), 1000);
    }
  }),
  readRow("or: 20 x $or on two indexes, 400 each", LARGE, async (items) => {
    for (let i = 0; i < 20; i++) {
      const from = i * 1000;
      const either = [{ k: { $gte: from, $lt: from + 200 } }, {
        n: { $gte: from, $lt: from + 200 },
      }];
      const found = await total(items.find({ $or: either }, RAW));
      assert.ok(found >= 380 && found <= 400, `${found} found`);
    }
  }),
  readRow("compound_sort: 500 x equality, sort, limit 20", LARGE, async (items) => {
    for (let i = 0; i < 500; i++) {
      const found = items.find({ cat: i % 100 }, { ...RAW, sort: { score: 1 }, limit: 20 });
      assert.equal(await total(found), 20);
    }
  }),
  readRow("count_range: 20 x 10% of 100,000", LARGE, async (items) => {
    for (let i = 0; i < 20; i++) {
      const from = i * 1000;
      const range = { k: { $gte: from, $lt: from + LARGE / 10 } };
      assert.equal(await items.countDocuments(range), LARGE / 10);
    }
  }),
];

const TEN_INDEXES: Document[] = [
  { n: 1 },
  { k: 1 },
  { cat: 1, score: 1 },
  { grp: 1, k: -1 },
  { name: 1 },
  { qty: 1 },
  { price: -1 },
  { created: 1 },
  { tags: 1 },
  { "addr.city": 1, "addr.zip": 1 },
];

/** Inserts of 10,000 documents by the thousand into a collection with indexes. */
function insertRow(name: string, indexes: readonly Document[]): Row {
  const documents = Array.from({ length: SMALL }, (_, i) => item(i, SMALL));
  return {
    name,
    async prepare() {},
    async reset(client) {
      await client.db(DATABASE).dropCollection("inserted").catch(() => {});
      const items = collection(client, "inserted");
      await client.db(DATABASE).createCollection("inserted");
      for (const key of indexes) await items.createIndex(key);
    },
    async run(client) {
      const items = collection(client, "inserted");
      for (let from = 0; from < SMALL; from += 1000) {
        const { insertedCount } = await items.insertMany(documents.slice(from, from + 1000));
        assert.equal(insertedCount, 1000);
      }
    },
    async finish(client) {
      const items = collection(client, "inserted");
      assert.equal(await items.countDocuments({ tags: "red" }), 3 * SMALL / 10 - SMALL / 10);
      await items.drop();
    },
  };
}

export const WRITE_ROWS: readonly Row[] = [
  insertRow("insert_plain: 10,000, no index but _id", []),
  insertRow("insert_10_indexes: 10,000", TEN_INDEXES),
];

/** Pings on a connection of its own until `work` is done; latencies in milliseconds. */
async function pingWhile<T>(uri: string, work: () => Promise<T>, latencies: number[]): Promise<T> {
  const client = new MongoClient(uri);
  await client.db("admin").command({ ping: 1 });
  let isDone = false;
  const finished = work().finally(() => isDone = true);
  while (!isDone) {
    const start = performance.now();
    await client.db("admin").command({ ping: 1 });
    latencies.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await client.close();
  return await finished;
}

/** Builds one index over many documents; the pings of another client go into `latencies` by peer. */
function buildRow(count: number, key: Document, latencies: Map<string, number[]>): Row {
  const drop = (items: Collection<Document>) =>
    items.dropIndex(Object.entries(key).map((part) => part.join("_")).join("_")).catch(() => {});
  return {
    name: `index_build ${JSON.stringify(key)}: ${count} documents`,
    async prepare(client) {
      const items = collection(client, `build_${count}`);
      if (await items.findOne({ _id: (count - 1) as never }) === null) await load(items, count);
    },
    reset: async (client) => void await drop(collection(client, `build_${count}`)),
    async run(client, peer) {
      const items = collection(client, `build_${count}`);
      const pings = latencies.get(peer.name) ?? [];
      latencies.set(peer.name, pings);
      await pingWhile(peer.uri, () => items.createIndex(key), pings);
    },
    finish: async (client) => void await drop(collection(client, `build_${count}`)),
  };
}

/** One line of pings for each peer. */
export function pingLines(latencies: ReadonlyMap<string, readonly number[]>): string[] {
  const lines = ["| ping of another client | p50 | p99 | max | pings |", "|---|---|---|---|---|"];
  for (const [peer, pings] of latencies) {
    const sorted = pings.toSorted((a, b) => a - b);
    const figures = [0.5, 0.99, 1].map((share) => formatMs(percentile(sorted, share)));
    lines.push(`| ${peer} | ${figures.join(" | ")} | ${sorted.length} |`);
  }
  return lines;
}

/** Point reads in a collection of `count` documents, by `_id` and by an index. */
function growthRows(count: number): Row[] {
  const prepare = async (client: MongoClient) => {
    const items = collection(client, `growth_${count}`);
    if (await items.findOne({ _id: (count - 1) as never }) !== null) return;
    await load(items, count);
    await items.createIndex({ k: 1 });
  };
  let round = 0;
  const run = async (client: MongoClient, field: string) => {
    const items = collection(client, `growth_${count}`);
    const first = round++ * 3571;
    for (let i = 0; i < 3 * POINT_READS; i++) {
      const value = ((first + i) * STRIDE) % count;
      const found = await items.findOne({ [field]: value });
      assert.equal(found?.[field], value);
    }
  };
  return ["_id", "k"].map((field) => ({
    name: `growth: 3000 reads by ${field} among ${count}`,
    prepare,
    run: (client: MongoClient) => run(client, field),
  }));
}

/** How much longer point reads take in the largest collection than in the smallest, for each peer and field. */
export function growthFactors(table: Table): string[] {
  return ["_id", "k"].flatMap((field) => {
    const rows = table.rows.filter(({ name }) => name.includes(` by ${field} among `));
    const factor = (figures: readonly (number | undefined)[]) =>
      ((figures.at(-1) ?? NaN) / (figures[0] ?? NaN)).toFixed(2);
    return table.peers.map((peer, i) => {
      const cells = rows.map((row) => row.cells[i]);
      const time = factor(cells.map(({ ms }) => ms));
      return `${peer}, by ${field}: largest / smallest ${time}, CPU ${
        factor(cells.map(({ cpuMs }) => cpuMs))
      }`;
    });
  });
}

interface Choice {
  readonly peers: readonly string[];
  readonly only: RegExp;
  readonly repetitions: number;
  readonly documents: number;
  readonly tenMillion: boolean;
}

export function parseChoice(flags: string[]): Choice {
  const { values } = parseArgs({
    args: flags,
    options: {
      only: { type: "string", default: "" },
      peers: { type: "string", default: "secantus-rs,secantusdb" },
      repetitions: { type: "string", default: "5" },
      documents: { type: "string", default: "1000000" },
      "ten-million": { type: "boolean", default: false },
    },
  });
  return {
    peers: values.peers.split(","),
    only: new RegExp(values.only),
    repetitions: Number(values.repetitions),
    documents: Number(values.documents),
    tenMillion: values["ten-million"],
  };
}

async function measure(peers: readonly Peer[], choice: Choice): Promise<void> {
  const chosen = (rows: readonly Row[]) => rows.filter(({ name }) => choice.only.test(name));
  const { repetitions } = choice;
  const quick = chosen([...QUERY_ROWS, ...WRITE_ROWS]);
  if (quick.length > 0) await compareRows(quick, peers, { repetitions });
  const latencies = new Map<string, number[]>();
  const builds = chosen([
    buildRow(choice.documents, { k: 1 }, latencies),
    buildRow(choice.documents, { cat: 1, score: 1 }, latencies),
  ]);
  if (builds.length > 0) {
    await compareRows(builds, peers, { repetitions: Math.min(3, repetitions), limitMs: 300_000 });
    for (const line of pingLines(latencies)) console.log(line);
  }
  const sizes = [SMALL, 1_000_000, ...(choice.tenMillion ? [10_000_000] : [])];
  const growth = chosen(sizes.flatMap(growthRows));
  if (growth.length === 0) return;
  const table = await compareRows(growth, peers, { repetitions });
  for (const line of growthFactors(table)) console.log(line);
}

/** Runs the benchmark and prints its tables. */
export async function indexes(flags: string[]): Promise<void> {
  const choice = parseChoice(flags);
  const peers = await startPeers(choice.peers);
  try {
    await measure(peers, choice);
  } finally {
    await stopPeers(peers);
  }
}

if (import.meta.main) await indexes(Deno.args);
