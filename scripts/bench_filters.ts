// Cost per document of ten typical filters: ours on raw bytes against BSON.deserialize plus sift or mingo.
//
// Run: deno run -A scripts/bench_filters.ts [documents]. The table shows nanoseconds per document, median of five
// rounds that interleave the three, so that a busy machine slows all of them.

import { BSON, ObjectId } from "bson";
import { Query } from "mingo";
import sift from "sift";
import { compileQuery } from "../src/query/filter.ts";

const COUNT = Number(Deno.args[0] ?? 4000);
const ROUNDS = 5;

interface Case {
  readonly name: string;
  readonly filter: Record<string, unknown>;
}

const someIds = Array.from({ length: 50 }, () => new ObjectId());

export const FILTERS: readonly Case[] = [
  { name: "equality, string", filter: { region: "south" } },
  { name: "two fields", filter: { year: { $lte: 2017 }, region: "south" } },
  { name: "range", filter: { price: { $gte: 20, $lt: 40 } } },
  { name: "$in of 5 strings", filter: { region: { $in: ["a", "b", "c", "d", "south"] } } },
  { name: "$in of 50 ids", filter: { _id: { $in: someIds } } },
  { name: "$or", filter: { $or: [{ year: 2001 }, { region: "north" }] } },
  { name: "dotted path in array", filter: { "notes.score": { $gt: 95 } } },
  { name: "$elemMatch", filter: { notes: { $elemMatch: { score: { $gt: 90 }, by: "tom" } } } },
  { name: "regex prefix", filter: { name: { $regex: "^Chateau 1" } } },
  { name: "$exists and $ne", filter: { bottled: { $exists: true }, region: { $ne: "west" } } },
];

function makeDocuments(): Uint8Array[] {
  const regions = ["north", "south", "east", "west"];
  const documents: Uint8Array[] = [];
  for (let i = 0; i < COUNT; i++) {
    documents.push(BSON.serialize({
      _id: i % 97 === 0 ? someIds[i % 50] : new ObjectId(),
      name: `Chateau ${i}`,
      region: regions[i % 4],
      year: 1990 + (i % 35),
      price: (i * 7 % 1000) / 10,
      bottled: new Date(1.5e12 + i * 1e6),
      inStock: i % 3 === 0,
      notes: [{ by: "ann", score: i % 100 }, { by: "tom", score: (i * 3) % 100 }],
      grapes: ["merlot", "malbec"],
    }));
  }
  return documents;
}

/** Nanoseconds per document of one pass. */
function time(pass: () => number): number {
  const start = performance.now();
  pass();
  return (performance.now() - start) * 1e6 / COUNT;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function count(documents: Uint8Array[], test: (document: Uint8Array) => boolean): number {
  let found = 0;
  for (const document of documents) if (test(document)) found++;
  return found;
}

function siftTester(filter: Record<string, unknown>): (item: unknown) => boolean {
  // The package's types describe an ES module, Deno loads its CommonJS form.
  const create = sift as unknown as (filter: unknown) => (item: unknown) => boolean;
  return create(filter);
}

function main(): void {
  const documents = makeDocuments();
  console.log(`${COUNT} documents of about ${documents[5].length} bytes; ns per document\n`);
  console.log("| filter | ours | deserialize + sift | deserialize + mingo | times faster |");
  console.log("|---|---|---|---|---|");
  let slowest = Infinity;
  for (const { name, filter } of FILTERS) {
    const { matches } = compileQuery(BSON.serialize(filter), { now: 0n });
    const sifter = siftTester(filter);
    const mingo = new Query(filter);
    const passes = [
      () => count(documents, (document) => matches(document, 0)),
      () => count(documents, (document) => sifter(BSON.deserialize(document))),
      () => count(documents, (document) => mingo.test(BSON.deserialize(document))),
    ];
    const found = passes.map((pass) => pass());
    const times: number[][] = [[], [], []];
    for (let i = 0; i < 20; i++) passes[0]();
    for (let round = 0; round < ROUNDS; round++) {
      passes.forEach((pass, i) => times[i].push(time(pass)));
    }
    const [ours, bySift, byMingo] = times.map(median);
    const factor = Math.min(bySift, byMingo) / ours;
    slowest = Math.min(slowest, factor);
    const same = found[0] === found[1] && found[0] === found[2] ? "" : ` (found ${found})`;
    console.log(
      `| ${name}${same} | ${ours.toFixed(0)} | ${bySift.toFixed(0)} | ${byMingo.toFixed(0)} | ` +
        `${factor.toFixed(0)} |`,
    );
  }
  console.log(`\nAt least ${slowest.toFixed(0)} times faster on each.`);
}

if (import.meta.main) main();
