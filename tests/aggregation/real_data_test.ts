// Pipelines as people write them, over a shop: each result against the same question answered in plain TypeScript.

import assert from "node:assert/strict";
import type { Document } from "bson";
import { type Harness, withServer } from "../commands/harness.ts";
import { JOINS } from "./shop_joins.ts";
import { customers, orders, products, type Question } from "./shop_questions.ts";
import { REPORTS } from "./shop_reports.ts";
import { SHAPES, WINDOWS } from "./shop_shapes.ts";

async function load(server: Harness): Promise<void> {
  await server.check("shop", [
    [{ insert: "products", documents: [...products] }, { n: products.length }],
    [{ insert: "customers", documents: [...customers] }, { n: customers.length }],
    [{ insert: "orders", documents: [...orders] }, { n: orders.length }],
  ]);
}

async function ask(server: Harness, questions: readonly Question[]): Promise<void> {
  for (const [name, collection, pipeline, answer] of questions) {
    const reply = await server.command("shop", {
      aggregate: collection,
      pipeline,
      cursor: { batchSize: 10_000 },
    });
    assert.equal(reply.ok, 1, `${name}: ${reply.errmsg}`);
    const expected = answer();
    assert.ok(expected.length > 0, `${name}: a question without an answer tests nothing`);
    assert.deepEqual(reply.cursor.firstBatch, expected, name);
  }
}

for (
  const [kind, questions] of [
    ["reports", REPORTS],
    ["joins", JOINS],
    ["windows", WINDOWS],
    ["facets and shapes", SHAPES],
  ] as const
) {
  Deno.test(`a shop: ${kind}`, async () => {
    await withServer(async (server) => {
      await load(server);
      await ask(server, questions);
    });
  });
}

Deno.test("a shop: the same answers with indexes and through a view", async () => {
  await withServer(async (server) => {
    await load(server);
    const index = (key: Document, name: string) => ({ key, name });
    await server.check("shop", [
      [{
        createIndexes: "orders",
        indexes: [
          index({ customer: 1, placed: 1 }, "customer"),
          index({ status: 1 }, "status"),
          index({ "items.sku": 1 }, "sku"),
          index({ placed: -1 }, "placed"),
        ],
      }, {}],
      [{ createIndexes: "customers", indexes: [index({ city: 1, name: 1 }, "city")] }, {}],
      [
        { create: "all_orders", viewOn: "orders", pipeline: [{ $match: { _id: { $gte: 0 } } }] },
        {},
      ],
    ]);
    const questions = [...REPORTS, ...JOINS, ...WINDOWS, ...SHAPES];
    await ask(server, questions);
    await ask(
      server,
      questions.filter(([, collection]) => collection === "orders")
        .map(([name, , pipeline, answer]) => [`view: ${name}`, "all_orders", pipeline, answer]),
    );
  });
});
