// `deno task bench aggregation [ROW PATTERN [PEERS]]`: pipelines over the same data here, in the Rust and in the Python peer.
//
// Each row asserts its answer. Pipelines end in a $group of what they made where that would be a hundred thousand documents:
// the server is to be measured, not the client's decoding. Figures are those of bench_peers.ts; `large` as the pattern is
// bench_large.ts instead: memory and fairness over five million documents.

import type { Db, Document } from "mongodb";
import { largeAggregation } from "./bench_large.ts";
import { compareRows, type Row, startPeers, stopPeers } from "./bench_peers.ts";

const REPETITIONS = 5;
const LIMIT_MS = 60_000;
const BATCH_DOCUMENTS = 10_000;
const ITEMS = 100_000;
const SIDE = 10_000;
const MANY = 1_000_000;
const LARGE = 5_000_000;
const DAY_MS = 86_400_000;
const NAMES = ["secantusdb", "secantus-rs", "secantus-py"];

interface PipelineRow {
  readonly name: string;
  readonly collection: string;
  readonly pipeline: Document[];
  /** Throws when the answer is wrong. */
  check(answer: Document[]): void;
}

interface DataSet {
  readonly load: (db: Db) => Promise<void>;
  readonly rows: readonly PipelineRow[];
}

function item(i: number): Document {
  return {
    _id: i,
    few: `group-${i % 20}`,
    thousand: (i * 7) % 1000,
    many: (i * 7919) % ITEMS,
    price: (i % 997) / 10,
    quantity: i % 10,
    day: new Date(1_700_000_000_000 + (i % 365) * DAY_MS),
    tags: ["red", "green", `tag-${i % 12}`],
    text: `item number ${i} of the aggregation benchmark`,
  };
}

async function insert(db: Db, name: string, count: number, make: (i: number) => Document) {
  const collection = db.collection(name);
  for (let from = 0; from < count; from += BATCH_DOCUMENTS) {
    const size = Math.min(BATCH_DOCUMENTS, count - from);
    await collection.insertMany(Array.from({ length: size }, (_, i) => make(from + i)));
  }
}

function expect(isRight: boolean, answer: unknown): void {
  if (!isRight) throw new Error(`wrong answer: ${JSON.stringify(answer).slice(0, 200)}`);
}

const OF_EACH = {
  quantity: { $sum: "$quantity" },
  price: { $avg: "$price" },
  count: { $sum: 1 },
};

function groupRow(name: string, field: string, keys: number): PipelineRow {
  return {
    name,
    collection: "items",
    pipeline: [{ $group: { _id: field, ...OF_EACH } }],
    check(answer): void {
      const sum = answer.reduce((all, { count }) => all + Number(count), 0);
      expect(answer.length === keys && sum === ITEMS, answer.slice(0, 3));
    },
  };
}

const MANY_GROUPS: PipelineRow = {
  name: "$group by 100,000 keys",
  collection: "items",
  pipeline: [{ $group: { _id: "$many", ...OF_EACH } }, {
    $group: {
      _id: null,
      groups: { $sum: 1 },
      quantity: { $sum: "$quantity" },
      price: { $sum: "$price" },
      count: { $sum: "$count" },
    },
  }],
  check([{ groups, count }]): void {
    expect(groups === ITEMS && count === ITEMS, { groups, count });
  },
};

const GROUPS: readonly PipelineRow[] = [
  groupRow("$group by 20 keys", "$few", 20),
  groupRow("$group by 1,000 keys", "$thousand", 1000),
  MANY_GROUPS,
];

const UNWIND: PipelineRow = {
  name: "$unwind 3, $group by 14 keys",
  collection: "items",
  pipeline: [{ $unwind: "$tags" }, {
    $group: { _id: "$tags", count: { $sum: 1 }, price: { $max: "$price" } },
  }],
  check: (answer) => expect(answer.length === 14, answer),
};

const FACET: PipelineRow = {
  name: "$facet: group, top 5, count",
  collection: "items",
  pipeline: [{
    $facet: {
      groups: [{ $group: { _id: "$few", count: { $sum: 1 } } }],
      top: [{ $sort: { price: -1, _id: 1 } }, { $limit: 5 }],
      half: [{ $match: { quantity: { $lt: 5 } } }, { $count: "count" }],
    },
  }],
  check([{ groups, top, half }]): void {
    expect(groups.length === 20 && top.length === 5 && half[0].count === ITEMS / 2, half);
  },
};

/** Summed up at the end, so that the server is measured and not the client's decoding. */
const WINDOW: PipelineRow = {
  name: "$setWindowFields moving average over 100,000",
  collection: "items",
  pipeline: [{
    $setWindowFields: {
      partitionBy: "$few",
      sortBy: { _id: 1 },
      output: { moving: { $avg: "$price", window: { documents: [-9, 0] } } },
    },
  }, { $group: { _id: null, sum: { $sum: "$moving" }, count: { $sum: 1 } } }],
  check: ([{ sum, count }]) =>
    expect(count === ITEMS && sum > 4_900_000 && sum < 5_000_000, { sum, count }),
};

function lookupRow(name: string, foreignField: string): PipelineRow {
  return {
    name,
    collection: "orders",
    pipeline: [
      { $lookup: { from: "customers", localField: "customer", foreignField, as: "found" } },
      { $unwind: "$found" },
      { $group: { _id: null, count: { $sum: 1 }, sum: { $sum: "$found.value" } } },
    ],
    check: ([{ count, sum }]) => expect(count === SIDE && sum === SIDE * (SIDE - 1) / 2, sum),
  };
}

const LOOKUPS: readonly PipelineRow[] = [
  lookupRow("$lookup 10,000 x 10,000, index", "code"),
  lookupRow("$lookup 10,000 x 10,000, no index", "plain"),
];

/** The last whole document keeps the sort from dropping fields early. */
const SORT: PipelineRow = {
  name: "$sort of 1,000,000, no index, spills",
  collection: "many",
  pipeline: [{ $sort: { key: 1 } }, {
    $group: { _id: null, count: { $sum: 1 }, last: { $last: "$$ROOT" } },
  }],
  check: ([{ count, last }]) => expect(count === MANY && last.key === MANY - 1, { count, last }),
};

const DATA_SETS: readonly DataSet[] = [
  {
    load: (db) => insert(db, "items", ITEMS, item),
    rows: [...GROUPS, UNWIND, FACET, WINDOW],
  },
  {
    async load(db): Promise<void> {
      await insert(db, "orders", SIDE, (i) => ({ _id: i, customer: (i * 7919) % SIDE }));
      await insert(
        db,
        "customers",
        SIDE,
        (i) => ({ _id: i, code: i, plain: i, value: i, name: `customer ${i}` }),
      );
      await db.collection("customers").createIndex({ code: 1 });
    },
    rows: LOOKUPS,
  },
  {
    load: (db) =>
      insert(db, "many", MANY, (i) => ({
        _id: i,
        key: (i * 7919) % MANY,
        text: `document ${i} of the million that is to be sorted, a line of some eighty characters`,
      })),
    rows: [SORT],
  },
];

function compared({ name, collection, pipeline, check }: PipelineRow, load: DataSet["load"]): Row {
  return {
    name,
    async prepare(client): Promise<void> {
      const db = client.db("bench");
      if (await db.collection(collection).estimatedDocumentCount() === 0) await load(db);
    },
    async run(client): Promise<void> {
      const options = { allowDiskUse: true, batchSize: 100_000 };
      check(await client.db("bench").collection(collection).aggregate(pipeline, options).toArray());
    },
  };
}

/** Prints the table: rows with the pattern in their name, all without one; `large`: bench_large.ts. */
export async function aggregation(flags: readonly string[]): Promise<void> {
  const [pattern = "", peerNames] = flags;
  if (pattern === "large") {
    return await largeAggregation(Number(flags[1] ?? LARGE), flags[2], flags[3]);
  }
  const rows = DATA_SETS.flatMap(({ load, rows }) => rows.map((row) => compared(row, load)))
    .filter(({ name }) => name.includes(pattern));
  const peers = await startPeers(peerNames?.split(",") ?? NAMES);
  try {
    await compareRows(rows, peers, { repetitions: REPETITIONS, limitMs: LIMIT_MS });
  } finally {
    await stopPeers(peers);
  }
}
