// A server with collections for the tests of stages that need more than a stream: other collections, writing, the server itself.

import assert from "node:assert/strict";
import type { Document } from "bson";
import { expectPart, type Harness, withServer } from "../commands/harness.ts";

/** Pipeline on a collection, and its documents, or code and text of the error. */
export type Expected = readonly Document[] | readonly [code: number, message?: string | RegExp];

export class Database {
  constructor(readonly harness: Harness, readonly name: string = "t") {}

  command(command: Document): Promise<Document> {
    return this.harness.command(this.name, command);
  }

  async insert(collection: string, documents: readonly Document[]): Promise<void> {
    const reply = await this.command({ insert: collection, documents });
    assert.equal(reply.ok, 1, reply.errmsg);
    assert.equal(reply.writeErrors, undefined);
  }

  async createIndex(collection: string, key: Document, options: Document = {}): Promise<void> {
    const name = Object.entries(key).flat().join("_");
    const reply = await this.command({
      createIndexes: collection,
      indexes: [{ key, name, ...options }],
    });
    assert.equal(reply.ok, 1, reply.errmsg);
  }

  async createView(view: string, viewOn: string, pipeline: readonly Document[]): Promise<void> {
    const reply = await this.command({ create: view, viewOn, pipeline });
    assert.equal(reply.ok, 1, reply.errmsg);
  }

  /** The reply of an aggregate; 1 for no collection. */
  aggregate(
    collection: string | 1,
    pipeline: readonly Document[],
    options: Document = {},
  ): Promise<Document> {
    return this.command({
      aggregate: collection,
      pipeline,
      cursor: { batchSize: 100_000 },
      ...options,
    });
  }

  /** The documents of an aggregate that must succeed. */
  async results(
    collection: string | 1,
    pipeline: readonly Document[],
    options: Document = {},
  ): Promise<Document[]> {
    const reply = await this.aggregate(collection, pipeline, options);
    assert.equal(reply.ok, 1, `${JSON.stringify(pipeline)}: ${reply.code} ${reply.errmsg}`);
    return reply.cursor.firstBatch;
  }

  documents(collection: string): Promise<Document[]> {
    return this.results(collection, []);
  }

  /** One aggregate against what is expected of it: exactly these documents, or this error. */
  async check(
    collection: string | 1,
    pipeline: readonly Document[],
    expected: Expected,
    options: Document = {},
  ): Promise<void> {
    const reply = await this.aggregate(collection, pipeline, options);
    const text = `${JSON.stringify(pipeline)} gave ${Deno.inspect(reply, { depth: 12 })}`;
    if (typeof expected[0] !== "number") {
      assert.equal(reply.ok, 1, text);
      assert.deepEqual(reply.cursor.firstBatch, expected, text);
      return;
    }
    assert.equal(reply.ok, 0, text);
    assert.equal(reply.code, expected[0], text);
    if (expected[1] !== undefined) expectPart(reply.errmsg, expected[1], text);
  }
}

/** One test with a fresh server. */
export function testDatabase(name: string, test: (database: Database) => Promise<void>): void {
  Deno.test(name, () => withServer((harness) => test(new Database(harness))));
}
