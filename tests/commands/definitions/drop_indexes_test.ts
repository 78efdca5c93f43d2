import { type Document, Double } from "bson";
import { type Row, withServer } from "../harness.ts";

function drop(index: unknown, rest: Document = {}): Document {
  return { dropIndexes: "c", index, ...rest };
}

const SET_UP: Row = [{
  createIndexes: "c",
  indexes: ["a", "b", "d", "e", "f"].map((name) => ({ key: { [name]: 1 }, name })).concat([
    { key: { a: 1 }, name: "sparse", sparse: true } as never,
  ]),
}, { numIndexesAfter: 7 }];

const ROWS: readonly Row[] = [
  [{ dropIndexes: "c" }, [40414, "BSON field 'dropIndexes.index' is missing but a required field"]],
  [
    drop(5),
    [
      14,
      "BSON field 'dropIndexes.index' is the wrong type 'int', expected types '[string, object]'",
    ],
  ],
  [drop(null), [14, /wrong type 'null', expected types '\[string, object\]'$/]],
  [drop(["b", 5]), [14, /dropIndexes\.index\.1' is the wrong type 'int', expected type 'string'$/]],
  [drop([5]), [14, /dropIndexes\.index' is the wrong type 'array', expected types '\[string\]'$/]],
  [drop("nope"), [27, "index not found with name [nope]"]],
  [drop(["b", "nope"]), [27, "index not found with name [nope]"]],
  [drop({ z: 1 }), [27, "can't find index with key: { z: 1 }"]],
  [drop({ a: 1 }), [181, "2 indexes found for key: { a: 1 }, identify by name instead."]],
  [drop("_id_"), [72, "cannot drop _id index"]],
  [drop({ _id: 1 }), [72, "cannot drop _id index"]],
  [drop(["b", "_id_"]), [72, "cannot drop _id index"]],
  [{ dropIndexes: "none", index: "*" }, [26, "ns not found test.none"]],
  [drop("a"), { nIndexesWas: 7 }],
  [drop({ b: new Double(1) }), { nIndexesWas: 6 }],
  [drop(["d", "e"]), { nIndexesWas: 5 }],
  [{ listIndexes: "c" }, {
    cursor: { firstBatch: [{ name: "_id_" }, { name: "f" }, { name: "sparse" }] },
  }],
  [{ deleteIndexes: "c", index: "*" }, {
    nIndexesWas: 3,
    msg: "non-_id indexes dropped for collection",
  }],
  [{ listIndexes: "c" }, { cursor: { firstBatch: [{ name: "_id_" }] } }],
];

Deno.test("dropIndexes: by name, key, list and all", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [SET_UP]);
    await harness.check("test", ROWS);
  });
});
