// A database per test: ready in milliseconds, parallel-safe, nothing left behind.
//
//     deno test -A examples/fixture_test.ts

import assert from "node:assert/strict";
import { MongoClient } from "mongodb";
import { SecantusDBServer } from "../mod.ts";

Deno.test("the cellar counts its bottles", async () => {
  await using server = new SecantusDBServer({ port: 0, storagePath: ":memory:" });
  await server.start();
  const client = new MongoClient(server.uri);
  try {
    const bottles = client.db("wine_cellar").collection("bottles");
    await bottles.insertMany([{ year: 2015 }, { year: 2016 }]);
    assert.equal(await bottles.countDocuments({ year: { $lte: 2015 } }), 1);
  } finally {
    await client.close();
  }
});
