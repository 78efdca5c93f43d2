import assert from "node:assert/strict";
import { UNPACED } from "../../src/stream/pacer.ts";
import { insertDocuments, type InsertOptions } from "../../src/write/insert.ts";
import { doc, withEngine } from "../storage/fixture.ts";
import { collectionOf, contents, type Fields } from "./statements.ts";

const OPTIONS: InsertOptions = {
  ordered: true,
  bypassDocumentValidation: false,
  pacer: UNPACED,
  warn: () => {},
};

interface Case {
  readonly name: string;
  readonly documents: readonly Fields[];
  readonly options?: Partial<InsertOptions>;
  readonly collection?: Fields;
  readonly inserted: number;
  /** [position, code] of each failure. */
  readonly failures?: readonly (readonly [number, number])[];
  readonly kept?: readonly string[];
}

const CASES: readonly Case[] = [
  { name: "one", documents: [{ _id: 1, a: 2 }], inserted: 1, kept: ["{ _id: 1, a: 2 }"] },
  {
    name: "_id to the front",
    documents: [{ a: 2, _id: 1 }],
    inserted: 1,
    kept: ["{ _id: 1, a: 2 }"],
  },
  {
    name: "7.74 ordered stops at a duplicate",
    documents: [{ _id: 1 }, { _id: 1 }, { _id: 2 }],
    inserted: 1,
    failures: [[1, 11000]],
    kept: ["{ _id: 1 }"],
  },
  {
    name: "7.74 unordered goes on behind a duplicate",
    documents: [{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }],
    options: { ordered: false },
    inserted: 2,
    failures: [[1, 11000], [3, 11000]],
    kept: ["{ _id: 1 }", "{ _id: 2 }"],
  },
  {
    name: "7.43 an _id that cannot be one fails at its own place",
    documents: [{ _id: 1 }, { _id: [1] }, { _id: 2 }],
    options: { ordered: false },
    inserted: 2,
    failures: [[1, 53]],
  },
  {
    name: "a validator refuses",
    documents: [{ _id: 1, a: 1 }, { _id: 2 }],
    collection: { validator: { a: { $exists: true } } },
    inserted: 1,
    failures: [[1, 121]],
  },
  {
    name: "a validator is bypassed",
    documents: [{ _id: 2 }],
    options: { bypassDocumentValidation: true },
    collection: { validator: { a: { $exists: true } } },
    inserted: 1,
  },
];

for (const { name, documents, options, collection: given, inserted, failures, kept } of CASES) {
  Deno.test(`insert: ${name}`, async () => {
    await withEngine(async (engine) => {
      const collection = collectionOf(engine, [], given);
      const raw = documents.map((fields) => doc(fields));
      const outcome = await insertDocuments(engine, collection, (i) => raw[i], raw.length, {
        ...OPTIONS,
        ...options,
      });
      assert.equal(outcome.inserted, inserted);
      assert.deepEqual(
        outcome.failures.map(({ index, error }) => [index, error.code]),
        failures ?? [],
      );
      assert.equal(collection.count, inserted);
      if (kept !== undefined) assert.deepEqual(await contents(collection), kept);
    });
  });
}

Deno.test("7.39 an empty top-level Timestamp becomes the server's clock", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine);
    const raw = doc({ _id: 1 });
    // { _id: 1, t: Timestamp(0, 0) }
    const bytes = new Uint8Array(raw.length + 11);
    bytes.set(raw);
    bytes[0] = bytes.length;
    bytes.set([0x11, 0x74, 0], raw.length - 1);
    await insertDocuments(engine, collection, () => bytes, 1, OPTIONS);
    const [text] = await contents(collection);
    assert.match(text, /t: Timestamp\(\d{9,}, \d+\)/);
  });
});
