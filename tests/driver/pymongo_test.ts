// PyMongo over TCP: the script beside this file, run in the environment that scripts/test_clients.ts made.

import assert from "node:assert/strict";
import { SecantusDBServer } from "../../mod.ts";
import { pythonWithPymongo } from "../../scripts/test_clients.ts";

const python = pythonWithPymongo();

Deno.test({
  name: "a PyMongo session: CRUD, indexes, errors, cursors",
  ignore: python === undefined,
  async fn() {
    await using server = new SecantusDBServer({ port: 0, storagePath: ":memory:" });
    await server.start();
    const { stdout, stderr } = await new Deno.Command(python!, {
      args: [new URL("./pymongo_test.py", import.meta.url).pathname, server.uri],
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "done\n", new TextDecoder().decode(stderr));
  },
});
