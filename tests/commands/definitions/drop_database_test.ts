import { withServer } from "../harness.ts";

Deno.test("dropDatabase: all collections and views; databases the server needs are kept", async () => {
  await withServer(async (harness) => {
    await harness.check("one", [
      [{ insert: "c", documents: [{}] }, { n: 1 }],
      [{ create: "v", viewOn: "c" }, {}],
    ]);
    await harness.check("two", [[{ insert: "c", documents: [{}] }, { n: 1 }]]);
    await harness.check("one", [
      [{ dropDatabase: 1 }, { dropped: "one" }],
      [{ listCollections: 1 }, { cursor: { firstBatch: [] } }],
      [{ dropDatabase: 1 }, { dropped: "one" }],
    ]);
    await harness.check("admin", [
      [{ listDatabases: 1, filter: { name: /one|two/ }, nameOnly: true }, {
        databases: [{ name: "two" }],
      }],
      [{ dropDatabase: 1 }, [20, "Dropping the 'admin' database is prohibited."]],
    ]);
    await harness.check("local", [[{ dropDatabase: 1 }, [20, /prohibited/]]]);
  });
});
