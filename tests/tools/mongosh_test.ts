// mongosh connects and runs what everybody types first.

import assert from "node:assert/strict";
import { SecantusDBServer } from "../../mod.ts";
import { mongoshPath } from "../../scripts/test_clients.ts";

const mongosh = mongoshPath();

Deno.test({
  name: "mongosh: show dbs, insertOne, find",
  ignore: mongosh === undefined,
  async fn() {
    await using server = new SecantusDBServer({ port: 0, storagePath: ":memory:" });
    await server.start();
    const home = await Deno.makeTempDir();
    const { stdout, stderr, success } = await new Deno.Command(mongosh!, {
      args: [
        "--quiet",
        "--norc",
        server.uri,
        "--eval",
        "db.getSiblingDB('wine_cellar').bottles.insertOne({ name: 'Barolo', year: 2016 })",
        "--eval",
        "print(EJSON.stringify(db.getSiblingDB('wine_cellar').bottles.find({}, { _id: 0 }).toArray()))",
        // The shell shows the result of the last one only.
        "--eval",
        "show dbs",
      ],
      env: { HOME: home },
    }).output();
    const text = new TextDecoder().decode(stdout);
    await Deno.remove(home, { recursive: true });
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.match(text, /wine_cellar/);
    assert.match(text, /"name":"Barolo","year":2016/);
  },
});
