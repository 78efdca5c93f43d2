import assert from "node:assert/strict";
import { ObjectId } from "bson";
import { withServer } from "../harness.ts";

const DOCUMENTS = Array.from({ length: 250 }, (_, i) => ({ _id: i, a: i % 10, b: i }));
const batch = (...ids: number[]) => ({ cursor: { firstBatch: ids.map((_id) => ({ _id })) } });

Deno.test("find answers by _id, by filter, by index, with all plain options", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: DOCUMENTS }, { n: 250 }],
      [{ find: "c", filter: { _id: 7 } }, { cursor: { firstBatch: [DOCUMENTS[7]], ns: "t.c" } }],
      [{ find: "c", filter: { _id: { $eq: 7 } }, limit: 1, singleBatch: true }, batch(7)],
      [{ find: "c", filter: { _id: 777 } }, batch()],
      [{ find: "c", filter: { _id: 7 }, projection: { _id: 1 } }, batch(7)],
      [{ find: "c", filter: { _id: 7 }, skip: 1 }, batch()],
      [{ find: "c", filter: { _id: "7" } }, batch()],
      [{ find: "c", filter: { a: 3, b: { $lt: 20 } }, projection: { _id: 1 } }, batch(3, 13)],
      [{ find: "c", sort: { b: -1 }, limit: 2, projection: { _id: 1 } }, batch(249, 248)],
      [{ find: "c", sort: { b: 1 }, skip: 3, limit: 2, projection: { _id: 1 } }, batch(3, 4)],
      [{
        find: "c",
        filter: { $expr: { $eq: ["$b", "$$x"] } },
        let: { x: 5 },
        projection: { _id: 1 },
      }, batch(5)],
      [{ find: "missing" }, batch()],
      [{ find: "missing", batchSize: 0 }, batch()],
      [{ createIndexes: "c", indexes: [{ key: { a: 1, b: 1 }, name: "ab" }] }, {}],
      [{ find: "c", filter: { a: 3, b: { $lt: 20 } }, projection: { _id: 1 } }, batch(3, 13)],
      [{ find: "c", filter: { b: 4 }, hint: "ab", projection: { _id: 1 } }, batch(4)],
      [{
        find: "c",
        hint: { a: 1, b: 1 },
        min: { a: 2, b: 0 },
        max: { a: 2, b: 13 },
        projection: { _id: 1 },
      }, batch(2, 12)],
      [{ find: "c", filter: { a: 3, b: 3 }, returnKey: true }, {
        cursor: { firstBatch: [{ a: 3, b: 3 }] },
      }],
      [{ find: "c", filter: { _id: 3 }, showRecordId: true }, {
        cursor: { firstBatch: [{ _id: 3, $recordId: /^\d+$/ }] },
      }],
      [
        {
          find: "c",
          sort: { a: 1, b: -1 },
          limit: 1,
          projection: { _id: 1, k: { $meta: "sortKey" } },
        },
        { cursor: { firstBatch: [{ _id: 240, k: [0, 240] }] } },
      ],
    ]);
  });
});

Deno.test("find refuses what mongod refuses", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: 1 }] }, { n: 1 }],
      [{ find: "c", limit: -1 }, [
        2,
        "BSON field 'limit' value must be >= 0, actual value '-1'",
      ]],
      [{ find: "c", skip: -1 }, [2, /skip/]],
      [{ find: "c", batchSize: -1 }, [2, /batchSize/]],
      [{ find: "c", sort: null }, [14, "Expected field sortto be of type object"]],
      [{ find: "c", singleBatch: 1 }, [
        14,
        "Field 'singleBatch' should be a boolean value, but found: int",
      ]],
      [{ find: "c", hint: null }, [9, "Hint must be a string or an object"]],
      [{ find: "c", let: { X: 1 } }, [
        9,
        "Invalid 'let' parameter :: caused by :: 'X' starts with an invalid character for a user " +
        "variable name",
      ]],
      [{ find: "c", collation: { locale: "en", strength: 9 } }, [
        2,
        "BSON field 'strength' value must be <= 5, actual value '9'",
      ]],
      [{ find: "c", foo: 1 }, [40415, "BSON field 'FindCommandRequest.foo' is an unknown field."]],
      [{ find: "c", filter: 5 }, [
        14,
        "Expected field filterto be of type object",
      ]],
      [{ find: "c", filter: { $foo: 1 } }, [2, /unknown top level operator: \$foo/]],
      [{ find: "c", filter: { a: { $foo: 1 } } }, [2, "unknown operator: $foo"]],
      [{ find: "c", hint: "nope" }, [2, /hint provided does not correspond to an existing index/]],
      [{ find: "c", min: { a: 1 } }, [51173, /hint/]],
      [{ find: "c", awaitData: true }, [
        9,
        "Cannot set 'awaitData' without also setting 'tailable'",
      ]],
      [{ find: "c", tailable: true }, [2, /tailable cursor requested on non capped collection/]],
      [{ find: "c", tailable: true, singleBatch: true }, [2, /singleBatch/]],
      [{ find: "c", projection: { a: 1, b: 0 } }, [
        31254,
        /Cannot do exclusion on field b in inclusion projection/,
      ]],
      [{ find: "c", collation: { locale: "xx-nope" } }, [2, /./]],
      [{ find: "" }, [73, /./]],
    ]);
  });
});

Deno.test("a sort that passes its memory without disk use names the command (292)", async () => {
  await withServer(async (server) => {
    const text = "x".repeat(1_000_000);
    for (let i = 0; i < 11; i++) {
      const documents = Array.from({ length: 10 }, (_, k) => ({ _id: i * 10 + k, text }));
      await server.check("t", [[{ insert: "c", documents }, { n: 10 }]]);
    }
    await server.check("t", [
      [
        { find: "c", sort: { z: 1 }, allowDiskUse: false },
        [
          292,
          /^Executor error during find command: t\.c :: caused by :: Sort exceeded memory limit of 104857600 bytes/,
        ],
      ],
      [{ find: "c", sort: { z: 1, _id: 1 }, batchSize: 1, projection: { _id: 1 } }, {
        cursor: { firstBatch: [{ _id: 0 }] },
      }],
    ]);
  });
});

Deno.test("find keeps documents byte for byte, and ids of every type are found", async () => {
  await withServer(async (server) => {
    const ids = [1, "x", new ObjectId(), { a: 1 }, true, new Date(5), null, 1.5];
    await server.check("t", [[{ insert: "c", documents: ids.map((_id) => ({ _id })) }, {
      n: ids.length,
    }]]);
    for (const _id of ids) {
      const reply = await server.command("t", { find: "c", filter: { _id } });
      assert.deepEqual(reply.cursor.firstBatch, [{ _id }], String(_id));
    }
  });
});
