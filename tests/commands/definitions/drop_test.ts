import { Long } from "bson";
import { NONE, withServer } from "../harness.ts";

Deno.test("drop: collections, views, what is not there, and their cursors", async () => {
  await withServer(async (harness) => {
    const documents = Array.from({ length: 5 }, (_, _id) => ({ _id }));
    await harness.check("test", [
      [{ drop: "none" }, { ns: NONE, nIndexesWas: NONE }],
      [{ insert: "c", documents }, { n: 5 }],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a" }] }, {}],
      [{ create: "v", viewOn: "c" }, {}],
    ]);
    const { cursor } = await harness.command("test", { find: "c", batchSize: 2 });
    const id = Long.isLong(cursor.id) ? cursor.id : Long.fromNumber(cursor.id);
    await harness.check("test", [
      [{ drop: "v" }, { ns: "test.v", nIndexesWas: NONE }],
      [{ drop: "c" }, { ns: "test.c", nIndexesWas: 2 }],
      [{ drop: "c" }, { ns: NONE }],
      [{ getMore: id, collection: "c" }, [175, /^collection dropped. UUID /]],
      [{ listCollections: 1 }, { cursor: { firstBatch: [] } }],
      [{ drop: 5 }, [73, "Collection name has invalid type int"]],
      [{ drop: "c", nope: 1 }, [40415, "BSON field 'drop.nope' is an unknown field."]],
      [{ drop: "c", writeConcern: { w: 50 } }, { writeConcernError: { code: 100 } }],
    ]);
    await harness.check("local", [[{ drop: "oplog.rs" }, [20, /oplog/]]]);
  });
});
