import assert from "node:assert/strict";
import { Long } from "bson";
import { ANY, type Harness, NONE, type Row, withServer } from "../harness.ts";

const SETTINGS: readonly Row[] = [
  [{ profile: -1 }, { was: 0, slowms: 100, sampleRate: 1, filter: NONE, note: NONE }],
  [{ profile: 1, slowms: 20 }, { was: 0, slowms: 100, sampleRate: 1 }],
  [{ profile: -1 }, { was: 1, slowms: 20, sampleRate: 1 }],
  // Levels that do not exist read, as in mongod.
  [{ profile: 7 }, { was: 1 }],
  [{ profile: -1, sampleRate: 0.5 }, { was: 1, slowms: 20, sampleRate: 1 }],
  [{ profile: Long.fromNumber(2) }, { was: 1, sampleRate: 0.5 }],
  [{ profile: 0.0, sampleRate: 1, slowms: 100 }, { was: 2, sampleRate: 0.5 }],
  [{ profile: 0, filter: { millis: { $gt: 100, $lt: 300 } } }, { was: 0, filter: NONE, note: ANY }],
  [{ profile: -1 }, {
    was: 0,
    filter: { $and: [{ millis: { $lt: 300 } }, { millis: { $gt: 100 } }] },
    note: /slowms and sampleRate are not used/,
  }],
  [{ profile: -1, filter: "unset" }, { filter: ANY }],
  [{ profile: -1 }, { filter: NONE, note: NONE }],
];

const REFUSED: readonly Row[] = [
  [{ profile: "x" }, [14, /^BSON field 'profile.profile' is the wrong type 'string', expected/]],
  [{ profile: 0, slowms: "x" }, [14, /'profile.slowms' is the wrong type 'string'/]],
  [{ profile: 0, sampleRate: true }, [14, /'profile.sampleRate' is the wrong type 'bool'/]],
  [{ profile: 0, sampleRate: 1.1 }, [2, "'sampleRate' must be between 0.0 and 1.0 inclusive"]],
  [{ profile: 0, sampleRate: -0.1 }, [2, "'sampleRate' must be between 0.0 and 1.0 inclusive"]],
  [{ profile: 0, filter: null }, [2, "Expected an object, or the string 'unset'."]],
  [{ profile: 0, filter: "no" }, [2, "Expected an object, or the string 'unset'."]],
  [{ profile: 0, filter: { millis: { $no: 1 } } }, [2, "unknown operator: $no"]],
  [{ profile: 0, filter: { $and: [{ nothing: 1 }] } }, [4910200, /depend on field: nothing$/]],
  [{ profile: 0, other: 1 }, [40415, /'profile.other' is an unknown field/]],
];

Deno.test("settings are read and changed, slowms and sampleRate for all databases", async () => {
  await withServer(async (harness) => {
    await harness.check("test", SETTINGS);
    await harness.check("test", REFUSED);
    await harness.check("test", [[{ profile: 1, slowms: 7 }, { was: 0 }]]);
    await harness.check("other", [[{ profile: -1 }, { was: 0, slowms: 7 }]]);
  });
});

Deno.test("the server's options are what databases begin with", async () => {
  const profiling = { level: 2, slowMs: 5, sampleRate: 0.25 } as const;
  await withServer(async (harness) => {
    await harness.check("a", [[{ profile: -1 }, { was: 2, slowms: 5, sampleRate: 0.25 }]]);
    await harness.check("a", [[{ find: "c" }, {}]]);
    assert.equal((await harness.documents("a", "system.profile"))[0].op, "query");
    const parsed = await harness.command("admin", { getCmdLineOpts: 1 });
    assert.deepEqual(parsed.parsed.operationProfiling, {
      mode: "all",
      slowOpSampleRate: 0.25,
      slowOpThresholdMs: 5,
    });
  }, { profiling });
});

Deno.test("system.profile is made with the level, capped, without indexes, and only to be read", async () => {
  await withServer(async (harness) => {
    const profileInfo = async () => {
      const { cursor } = await harness.command("test", { listCollections: 1 });
      return cursor.firstBatch;
    };
    await harness.check("test", [[{ profile: -1 }, {}]]);
    assert.deepEqual(await profileInfo(), []);
    await harness.check("test", [[{ profile: 1 }, {}]]);
    const [info] = await profileInfo();
    assert.deepEqual(info.options, { capped: true, size: 1048576 });
    assert.equal(info.idIndex, undefined);
    await harness.check("test", [
      [{ listIndexes: "system.profile" }, { cursor: { firstBatch: [] } }],
      [{ insert: "system.profile", documents: [{}] }, [73, "cannot write to test.system.profile"]],
      [{ update: "system.profile", updates: [{ q: {}, u: { $set: { a: 1 } } }] }, [73, ANY_TEXT]],
      [{ delete: "system.profile", deletes: [{ q: {}, limit: 0 }] }, [73, ANY_TEXT]],
      [{ drop: "system.profile" }, [
        20,
        "turn off profiling before dropping system.profile collection",
      ]],
      [{ profile: 0 }, { was: 1 }],
      [{ drop: "system.profile" }, { ns: "test.system.profile" }],
      [{ create: "taken" }, {}],
    ]);
    await harness.check("blocked", [
      [{ create: "system.profile" }, {}],
      [{ profile: 1 }, [48, "blocked.system.profile exists but isn't capped"]],
      [{ profile: -1 }, { was: 0 }],
    ]);
    const oplog = await harness.command("local", { find: "oplog.rs", batchSize: 1000 });
    const texts = JSON.stringify(oplog.cursor.firstBatch);
    assert.ok(texts.includes('"create":"taken"'));
    assert.ok(!texts.includes("profile"), "followers hear nothing of it");
  });
});

const ANY_TEXT = /./;

Deno.test("dropping the database ends its profiling", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ profile: 2 }, {}],
      [{ insert: "c", documents: [{ a: 1 }] }, {}],
      [{ dropDatabase: 1 }, {}],
      [{ profile: -1 }, { was: 0 }],
    ]);
    assert.deepEqual(await harness.documents("test", "system.profile"), []);
  });
});

async function profiled(harness: Harness, filter = {}): Promise<string[]> {
  const reply = await harness.command("test", { find: "system.profile", filter });
  return reply.cursor.firstBatch.map((one: { op: string; ns: string }) => `${one.op} ${one.ns}`);
}

Deno.test("a filter chooses by the whole document, and replaces slowms", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ insert: "c", documents: Array.from({ length: 50 }, (_, i) => ({ a: i })) }, {}],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a_1" }] }, {}],
      [{
        profile: 1,
        slowms: -1,
        filter: { $expr: { $lt: [10, { $divide: ["$docsExamined", "$nreturned"] }] } },
      }, {}],
      [{ find: "c", filter: { a: 42 } }, {}],
      [{ find: "c", filter: { a: 42 }, hint: { $natural: 1 } }, {}],
      // A filter that fails chooses nothing.
      [{ count: "c" }, {}],
    ]);
    assert.deepEqual(await profiled(harness), ["query test.c"]);
  });
});

Deno.test("level 1 has what is slow, in the share that is asked for", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ profile: 1, slowms: 10_000 }, {}],
      [{ find: "c" }, {}],
      [{ profile: 1, slowms: -1, sampleRate: 0 }, {}],
      [{ find: "c" }, {}],
      [{ profile: 1, slowms: -1, sampleRate: 1 }, {}],
      [{ find: "d" }, {}],
      [{ ping: 1 }, {}],
      [{ listCollections: 1 }, {}],
    ]);
    assert.deepEqual(await profiled(harness), ["query test.d"]);
  });
});
