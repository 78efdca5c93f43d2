import assert from "node:assert/strict";
import { ANY, NONE, withServer } from "../harness.ts";

Deno.test("listDatabases: filter, nameOnly, sizes", async () => {
  await withServer(async (harness) => {
    for (const name of ["one", "two"]) {
      await harness.command(name, { insert: "c", documents: [{}] });
    }
    const { databases, totalSize } = await harness.command("admin", { listDatabases: 1 });
    const names = databases.map(({ name }: { name: string }) => name);
    assert.deepEqual(names, ["admin", "config", "local", "one", "two"]);
    const sum = databases.reduce(
      (bytes: number, { sizeOnDisk }: { sizeOnDisk: number }) => bytes + sizeOnDisk,
      0,
    );
    assert.equal(totalSize, sum);
    await harness.check("admin", [
      [{ listDatabases: 1, filter: { name: "one" } }, {
        databases: [{ name: "one", sizeOnDisk: ANY, empty: false }],
        totalSize: ANY,
        totalSizeMb: ANY,
      }],
      [{ listDatabases: 1, filter: { name: /^t/ }, nameOnly: true }, {
        databases: [{ name: "two", sizeOnDisk: NONE, empty: NONE }],
        totalSize: NONE,
      }],
      [{ listDatabases: 1, filter: { empty: false, name: { $in: ["one", "x"] } } }, {
        databases: [{ name: "one" }],
      }],
      [{ listDatabases: 1, filter: { $nope: 1 } }, [2, /unknown top level operator/]],
      [{ listDatabases: 1, filter: 5 }, [14, /listDatabases\.filter/]],
      [{ listDatabases: 1, nope: 5 }, [
        40415,
        "BSON field 'listDatabases.nope' is an unknown field.",
      ]],
    ]);
    await harness.check("test", [[{ listDatabases: 1 }, [
      13,
      "listDatabases may only be run against the admin database.",
    ]]]);
  });
});
