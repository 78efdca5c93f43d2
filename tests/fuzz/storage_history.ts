// Fuzz: random histories of inserts, updates, removes, transactions, index builds, drops and restarts against a model in memory.
//
// Law: after any history the collection holds exactly the model's documents, counts are exact, and every index holds exactly
// the entries its documents have (`validate`). Run with `deno task fuzz storage_history [seed [steps]]`.

import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { StorageEngine } from "../../src/storage/engine.ts";
import type { Collection } from "../../src/storage/collection.ts";
import type { Transaction } from "../../src/storage/transaction.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import { doc, type Literal, text, value } from "../storage/fixture.ts";

const NAMESPACE = "fuzz.c";
const SPECS: Record<string, Literal>[] = [
  { key: { a: 1 }, name: "a_1" },
  { key: { a: -1, "b.c": 1 }, name: "ab" },
  { key: { "b.c": 1 }, name: "b.c_1", sparse: true },
  { key: { u: 1 }, name: "u_1", unique: true, sparse: true },
  { key: { a: 1 }, name: "partial", partialFilterExpression: { b: { $exists: true } } },
];

/** A small seeded generator (mulberry32). */
export function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

type Model = Map<number, Uint8Array>;

/** A transaction that stays open over several steps: what it sees, and which documents it has written. */
interface OpenTransaction {
  readonly t: Transaction;
  readonly draft: Model;
  readonly touched: Set<number>;
}

const EXPECTED = [11000, 171];
const WRITE_CONFLICT = 112;

function hasCode(error: unknown, codes: readonly number[]): boolean {
  return error instanceof CommandError && codes.includes(error.code);
}

class History {
  engine!: StorageEngine;
  model: Model = new Map();
  open: OpenTransaction[] = [];
  readonly pick: (limit: number) => number;

  constructor(readonly path: string, seed: number) {
    this.pick = generator(seed);
  }

  async start(): Promise<void> {
    this.engine = await StorageEngine.open({ path: this.path, cacheSizeMb: 128 });
  }

  get collection(): Collection {
    return this.engine.definitions.ensureCollection(NAMESPACE);
  }

  scalar(): Literal {
    return [this.pick(5), "x", null, 2n, true, "y".repeat(this.pick(60))][this.pick(6)];
  }

  document(id: number): Uint8Array {
    const fields: Record<string, Literal> = { _id: id };
    if (this.pick(3) > 0) {
      fields.a = this.pick(4) === 0 ? [this.scalar(), this.scalar()] : this.scalar();
    }
    if (this.pick(3) > 0) {
      fields.b = this.pick(3) === 0
        ? [{ c: this.scalar() }, { d: 1 }]
        : this.pick(2) === 0
        ? { c: this.scalar() }
        : this.scalar();
    }
    if (this.pick(3) === 0) fields.u = this.pick(30);
    return doc(fields);
  }

  /** One write; the model follows only when it succeeds. */
  write(t: Transaction, model: Model, touched?: Set<number>): void {
    const { collection } = this;
    const id = this.pick(60);
    const before = model.get(id);
    const after = this.document(id);
    try {
      if (before === undefined) {
        collection.insert(t, after);
        model.set(id, after);
        touched?.add(id);
        return;
      }
      const found = collection.findById(t, value(id))!;
      assert.equal(text(found.document), text(before));
      if (this.pick(3) === 0) {
        collection.remove(t, found.recordId, before);
        model.delete(id);
      } else {
        collection.update(t, found.recordId, before, after, { isReplacement: this.pick(2) === 0 });
        model.set(id, after);
      }
      touched?.add(id);
    } catch (error) {
      if (!hasCode(error, EXPECTED)) throw error;
    }
  }

  statement(): void {
    let draft: Model = new Map();
    const fails = this.pick(6) === 0;
    try {
      this.engine.run((t) => {
        draft = new Map(this.model);
        for (let i = this.pick(5); i >= 0; i--) this.write(t, draft);
        if (fails) throw new RangeError("rolled back");
      });
      this.model = draft;
    } catch (error) {
      // A conflict with an open transaction is the statement's loss.
      if (!(error instanceof RangeError) && !hasCode(error, [WRITE_CONFLICT])) throw error;
    }
  }

  /** Opens a client transaction, goes on with one, or ends one. */
  transaction(): void {
    if (this.open.length < 3 && this.pick(2) === 0) {
      this.open.push({
        t: this.engine.begin(),
        draft: new Map(this.model),
        touched: new Set(),
      });
    }
    if (this.open.length === 0) return;
    const at = this.pick(this.open.length);
    const { t, draft, touched } = this.open[at];
    try {
      for (let i = this.pick(4); i >= 0; i--) {
        this.engine.runIn(t, () => this.write(t, draft, touched));
      }
      if (this.pick(3) === 0) this.end(at);
    } catch (error) {
      t.rollback();
      this.open.splice(at, 1);
      if (!hasCode(error, [WRITE_CONFLICT])) throw error;
    }
  }

  end(at: number): void {
    const [{ t, draft, touched }] = this.open.splice(at, 1);
    if (this.pick(3) === 0) return t.rollback();
    t.commit();
    for (const id of touched) {
      const document = draft.get(id);
      if (document === undefined) this.model.delete(id);
      else this.model.set(id, document);
    }
  }

  endAll(): void {
    while (this.open.length > 0) this.end(0);
  }

  async indexes(): Promise<void> {
    const spec = SPECS[this.pick(SPECS.length)];
    if (this.collection.index(spec.name as string)?.isReady) {
      this.engine.indexes.drop(NAMESPACE, spec.name as string);
      return;
    }
    const building = this.engine.indexes.create(NAMESPACE, [doc(spec)]).catch((error) => {
      if (!hasCode(error, EXPECTED)) throw error;
    });
    for (let i = this.pick(12); i >= 0; i--) {
      if (this.pick(2) === 0) this.statement();
      else this.transaction();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    this.endAll();
    await building;
  }

  async check(): Promise<void> {
    const { collection } = this;
    const result = await validateCollection(this.engine.store, collection);
    assert.deepEqual(result.errors, []);
    assert.equal(collection.count, this.model.size);
    let bytes = 0;
    for (const document of this.model.values()) bytes += document.length;
    assert.equal(collection.dataSize, bytes);
    const found = new Map<string, number>();
    const scan = collection.scan();
    for (let batch = scan.next(); batch !== null; batch = scan.next()) {
      for (const document of batch.documents()) found.set(text(document), 1);
    }
    scan.close();
    for (const document of this.model.values()) assert(found.has(text(document)));
    assert.equal(found.size, this.model.size);
  }

  async step(): Promise<void> {
    const choice = this.pick(100);
    if (choice < 60) this.statement();
    else if (choice < 85) this.transaction();
    else if (choice < 95) await this.indexes();
    else if (choice < 97) await this.check();
    else if (choice === 97) {
      this.endAll();
      this.engine.definitions.drop(NAMESPACE);
      this.model.clear();
    } else if (this.path !== ":memory:") {
      this.endAll();
      await this.engine.close();
      await this.start();
    }
  }
}

/** One history at `path`; throws where the law is broken. */
async function runHistory(path: string, seed: number, steps: number): Promise<void> {
  const history = new History(path, seed);
  await history.start();
  try {
    for (let i = 0; i < steps; i++) await history.step();
    history.endAll();
    await history.check();
  } finally {
    await history.engine.close();
  }
}

/** A history in memory and a tenth of it on disk, with restarts. */
export async function fuzzStorageHistory(seed: number, cases: number): Promise<void> {
  await runHistory(":memory:", seed, cases);
  const home = await Deno.makeTempDir({ prefix: "secantusdb-fuzz-" });
  try {
    await runHistory(home, seed + 1, Math.ceil(cases / 10));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
