// SecantusDB inside a program: start it, use it through the MongoDB driver, stop it.
// Run it twice: the bottles of the first run are still there.
//
//     deno run -A examples/embedded.ts [storage path]

import { MongoClient } from "mongodb";
import { SecantusDBServer } from "../mod.ts";

await using server = new SecantusDBServer({ port: 0, storagePath: Deno.args[0] ?? "./wine-data" });
await server.start();
const client = new MongoClient(server.uri);
try {
  const bottles = client.db("wine_cellar").collection("bottles");
  console.log(`${await bottles.countDocuments({})} bottles from earlier runs`);

  await bottles.insertOne({ name: "Barolo", region: "Piedmont", year: 2016 });
  await bottles.insertMany([
    { name: "Rioja Reserva", region: "Rioja", year: 2015 },
    { name: "Chablis", region: "Burgundy", year: 2019 },
    { name: "Brunello", region: "Tuscany", year: 2013 },
  ]);
  await bottles.createIndex({ year: 1 });

  for await (const bottle of bottles.find({ year: { $lte: 2016 } }).sort({ year: 1 })) {
    console.log(`${bottle.year} ${bottle.name}, ${bottle.region}`);
  }
} finally {
  await client.close();
}
