import { Long } from "bson";
import assert from "node:assert/strict";
import { ANY, NONE, OUT_OF_RANGE, type Row, withServer } from "../harness.ts";

const SET_UP: readonly Row[] = [
  [{ create: "plain" }, {}],
  [{ create: "capped", capped: true, size: 4096 }, {}],
  [{ create: "view", viewOn: "plain", pipeline: [{ $match: {} }] }, {}],
];

const PLAIN = {
  name: "plain",
  type: "collection",
  options: { viewOn: NONE },
  info: { readOnly: false, uuid: ANY },
  idIndex: { v: 2, key: { _id: 1 }, name: "_id_" },
};

const ROWS: readonly Row[] = [
  [{ listCollections: 1 }, {
    cursor: {
      id: 0,
      ns: "test.$cmd.listCollections",
      firstBatch: [
        { name: "capped", options: { capped: true, size: 4096 } },
        PLAIN,
        {
          name: "view",
          type: "view",
          options: { viewOn: "plain", pipeline: [{ $match: {} }] },
          info: { readOnly: true, uuid: NONE },
          idIndex: NONE,
        },
      ],
    },
  }],
  [{ listCollections: 1, filter: { name: "plain" } }, { cursor: { firstBatch: [PLAIN] } }],
  [{ listCollections: 1, filter: { type: "view" } }, {
    cursor: { firstBatch: [{ name: "view" }] },
  }],
  [{ listCollections: 1, filter: { "options.capped": true } }, {
    cursor: { firstBatch: [{ name: "capped" }] },
  }],
  [{ listCollections: 1, filter: { name: { $regex: "^[pc]" } }, nameOnly: true }, {
    cursor: {
      firstBatch: [
        { name: "capped", type: "collection", options: NONE, info: NONE },
        { name: "plain" },
      ],
    },
  }],
  [{ listCollections: 1, filter: { "options.capped": true }, nameOnly: true }, {
    cursor: { firstBatch: [{ name: "capped" }] },
  }],
  [{ listCollections: 1, filter: { $nope: 1 } }, [2, /unknown top level operator/]],
  [{ listCollections: 1, filter: 5 }, [
    14,
    "BSON field 'listCollections.filter' is the wrong type 'int', expected type 'object'",
  ]],
  [{ listCollections: 1, cursor: { batchSize: -1 } }, [
    OUT_OF_RANGE,
    "BSON field 'batchSize' value must be >= 0, actual value '-1'",
  ]],
  [{ listCollections: 1, cursor: { nope: 1 } }, [
    40415,
    "BSON field 'listCollections.cursor.nope' is an unknown field.",
  ]],
];

Deno.test("listCollections: filter, nameOnly, errors", async () => {
  await withServer(async (harness) => {
    await harness.check("test", SET_UP);
    await harness.check("test", ROWS);
    await harness.check("none", [[{ listCollections: 1 }, { cursor: { id: 0, firstBatch: [] } }]]);
  });
});

Deno.test("listCollections: in batches; the uuid stays", async () => {
  await withServer(async (harness) => {
    await harness.check("test", SET_UP);
    const { cursor } = await harness.command("test", {
      listCollections: 1,
      cursor: { batchSize: 2 },
    });
    assert.equal(cursor.firstBatch.length, 2);
    const id = Long.isLong(cursor.id) ? cursor.id : Long.fromNumber(cursor.id);
    await harness.check("test", [
      [{ getMore: id, collection: "$cmd.listCollections" }, {
        cursor: { id: 0, nextBatch: [{ name: "view" }] },
      }],
      [{ listCollections: 1, cursor: { batchSize: 0 } }, { cursor: { firstBatch: [] } }],
      [{ listCollections: 1, filter: { name: "capped" } }, {
        cursor: { firstBatch: [{ info: { uuid: cursor.firstBatch[0].info.uuid } }] },
      }],
    ]);
    const names = await harness.client.db("test").listCollections({}, { batchSize: 1 }).toArray();
    assert.deepEqual(names.map(({ name }) => name), ["capped", "plain", "view"]);
  });
});
