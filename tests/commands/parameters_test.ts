import assert from "node:assert/strict";
import type { Document } from "bson";
import { applyParameters, PARAMETERS, Parameters } from "../../src/commands/parameters.ts";
import { CommandError } from "../../src/error.ts";
import { DEFAULT_MEMORY_LIMITS } from "../../src/stream/memory_limits.ts";
import { withEngine } from "../storage/fixture.ts";
import { withServer } from "./harness.ts";

Deno.test("the list is sorted", () => {
  const names = PARAMETERS.map(({ name }) => name);
  assert.deepEqual(names, [...names].sort());
});

Deno.test("values have defaults and can be set", () => {
  const parameters = new Parameters();
  assert.equal(parameters.flag("notablescan"), false);
  assert.equal(parameters.set("notablescan", 1), false);
  assert.equal(parameters.flag("notablescan"), true);
  assert.equal(parameters.number("cursorTimeoutMillis"), 600000);
  parameters.setAtStart("enableTestCommands", true);
  assert.equal(parameters.get("enableTestCommands"), true);
  assert.equal(parameters.get("nothing"), undefined);
});

for (
  const [name, value, code] of [
    ["nothing", 1, 72],
    ["enableTestCommands", true, 20],
    ["notablescan", "x", 2],
    ["syncdelay", "x", 2],
    ["internalQueryMaxPushBytes", 0, 2],
    ["internalQueryMaxBlockingSortMemoryUsageBytes", -1, 2],
    ["internalDocumentSourceGroupMaxMemoryBytes", 0, 2],
    ["internalDocumentSourceLookupCacheSizeBytes", -1, 2],
    ["internalLookupStageIntermediateDocumentMaxSizeBytes", 1, 2],
  ] as const
) {
  Deno.test(`set(${name}, ${value}) is refused with ${code}`, () => {
    assert.throws(
      () => new Parameters().set(name, value),
      (error) => error instanceof CommandError && error.code === code,
    );
  });
}

Deno.test("the TTL monitor follows its parameters", async () => {
  await withEngine((engine) => {
    const parameters = new Parameters();
    parameters.set("ttlMonitorSleepSecs", 5);
    parameters.set("ttlMonitorEnabled", false);
    applyParameters(parameters, engine);
    assert.equal(engine.ttl.sleepMs, 5000);
    assert.equal(engine.ttl.isEnabled, false);
  });
});

Deno.test("each engine has the limits of its parameters", async () => {
  const [first, second] = [new Parameters(), new Parameters()];
  first.setAtStart("internalQueryMaxBlockingSortMemoryUsageBytes", 0);
  assert.throws(() => first.setAtStart("internalQueryMaxPushBytes", 0), { code: 2 });
  first.set("internalDocumentSourceGroupMaxMemoryBytes", 1000);
  first.set("internalDocumentSourceLookupCacheSizeBytes", 0);
  first.set("allowDiskUseByDefault", false);
  await withEngine(async (engine) => {
    applyParameters(first, engine);
    await withEngine((other) => {
      applyParameters(second, other);
      assert.deepEqual(other.store.planner.limits, DEFAULT_MEMORY_LIMITS);
    });
    assert.deepEqual(engine.store.planner.limits, {
      ...DEFAULT_MEMORY_LIMITS,
      sortBytes: 0,
      groupBytes: 1000,
      lookupCacheBytes: 0,
      allowDiskUse: false,
    });
  });
});

const PAD = "x".repeat(100);
const SHUFFLED = Array.from(
  { length: 3000 },
  (_, i) => ({ _id: i, r: (i * 7919) % 3000, k: i % 40, list: [i], pad: PAD }),
);
const SORT = { $sort: { r: 1 } };
const GROUP = { $group: { _id: "$r", n: { $sum: 1 }, first: { $first: "$pad" } } };
const BY_ID = { $sort: { _id: 1 } };
const MOVING = { sum: { $sum: "$r", window: { documents: [-5, 5] } }, place: { $rank: {} } };
const REST = { rest: { $sum: "$r", window: { documents: ["current", "unbounded"] } } };

/** Which parameter, its small value, the pipeline, the error without the disk, and with it when there is still one. */
const LIMIT_ROWS: readonly (readonly [
  name: string,
  bytes: number,
  pipeline: readonly Document[],
  withoutDisk: number,
  withDisk?: number,
])[] = [
  ["internalQueryMaxBlockingSortMemoryUsageBytes", 20_000, [SORT], 292],
  ["internalQueryMaxBlockingSortMemoryUsageBytes", 20_000, [{ $project: { r: 1 } }, SORT], 292],
  ["internalQueryMaxBlockingSortMemoryUsageBytes", 20_000, [SORT, { $limit: 2000 }], 292],
  ["internalDocumentSourceGroupMaxMemoryBytes", 20_000, [GROUP, BY_ID], 292],
  ["internalDocumentSourceBucketAutoMaxMemoryBytes", 20_000, [
    { $bucketAuto: { groupBy: "$r", buckets: 7 } },
  ], 292],
  ["internalDocumentSourceSetWindowFieldsMaxMemoryBytes", 120_000, [
    { $setWindowFields: { sortBy: { r: 1 }, output: { n: { $sum: 1 } } } },
  ], 5643011],
  ["internalDocumentSourceSetWindowFieldsMaxMemoryBytes", 120_000, [
    { $setWindowFields: { sortBy: { r: 1 }, output: { ...MOVING, n: { $sum: 1 } } } },
  ], 5643011],
  [
    "internalDocumentSourceSetWindowFieldsMaxMemoryBytes",
    20_000,
    [
      { $setWindowFields: { sortBy: { r: 1 }, output: REST } },
    ],
    5643011,
    5414201,
  ],
  [
    "internalDocumentSourceGraphLookupMaxMemoryBytes",
    2000,
    [
      { $limit: 1 },
      {
        $graphLookup: {
          from: "c",
          startWith: 3,
          connectFromField: "k",
          connectToField: "k",
          as: "g",
        },
      },
    ],
    292,
    40099,
  ],
  ["internalQueryFacetMaxOutputDocSizeBytes", 2000, [{ $facet: { a: [SORT] } }], 4031700, 4031700],
  ["internalQueryMaxPushBytes", 2000, [{ $group: { _id: 1, a: { $push: "$r" } } }], 146, 146],
  [
    "internalQueryMaxAddToSetBytes",
    2000,
    [{ $group: { _id: 1, a: { $addToSet: "$r" } } }],
    146,
    146,
  ],
  [
    "internalQueryMaxConcatArraysBytes",
    2000,
    [
      { $group: { _id: 1, a: { $concatArrays: "$list" } } },
    ],
    146,
    146,
  ],
  [
    "internalQueryMaxSetUnionBytes",
    2000,
    [{ $group: { _id: 1, a: { $setUnion: "$list" } } }],
    146,
    146,
  ],
  [
    "internalQueryTopNAccumulatorBytes",
    2000,
    [
      { $group: { _id: 1, a: { $firstN: { n: 3000, input: "$r" } } } },
    ],
    146,
    146,
  ],
];

Deno.test("limits of memory: the same answers through the disk, errors without it", async () => {
  await withServer(async (server) => {
    const run = (pipeline: readonly Document[], more: Document = {}): Promise<Document> =>
      server.command("t", { aggregate: "c", pipeline, cursor: { batchSize: 5000 }, ...more });
    await server.command("t", { insert: "c", documents: SHUFFLED });
    for (const [name, bytes, pipeline, withoutDisk, withDisk] of LIMIT_ROWS) {
      const text = `${name} ${JSON.stringify(pipeline)}`;
      const expected = await run(pipeline);
      await server.command("admin", { setParameter: 1, [name]: bytes });
      const actual = await run(pipeline, { allowDiskUse: true });
      assert.equal(actual.code, withDisk, text);
      if (withDisk === undefined) {
        assert.deepEqual(actual.cursor, expected.cursor, text);
        const explain = { aggregate: "c", pipeline, cursor: {} };
        const shown = await server.command("t", { explain, verbosity: "executionStats" });
        assert.match(JSON.stringify(shown), /"usedDisk":true/, text);
      }
      assert.equal((await run(pipeline, { allowDiskUse: false })).code, withoutDisk, text);
      await server.command("admin", { setParameter: 1, allowDiskUseByDefault: false });
      assert.equal((await run(pipeline)).code, withoutDisk, text);
      await server.command("admin", {
        setParameter: 1,
        allowDiskUseByDefault: true,
        [name]: 104857600,
      });
      assert.equal((await run(pipeline)).code, undefined, text);
    }
  });
});

Deno.test("a find's sort keeps to the limit too, and says it in explain", async () => {
  await withServer(async (server) => {
    await server.command("t", { insert: "c", documents: SHUFFLED });
    const find = { find: "c", sort: { r: 1 }, batchSize: 5000 };
    const expected = await server.command("t", find);
    const small = { internalQueryMaxBlockingSortMemoryUsageBytes: 20_000 };
    await server.command("admin", { setParameter: 1, ...small });
    assert.deepEqual((await server.command("t", find)).cursor, expected.cursor);
    await server.check("t", [
      [{ ...find, allowDiskUse: false }, [292, /Sort exceeded memory limit of 20000 bytes/]],
      [{ explain: find, verbosity: "executionStats" }, {
        executionStats: { executionStages: { memLimit: 20_000, usedDisk: true } },
        serverParameters: small,
      }],
    ]);
    await server.command("admin", { setParameter: 1, allowDiskUseByDefault: false });
    await server.check("t", [
      [find, [292, /Sort exceeded memory limit of 20000 bytes/]],
      [{ ...find, allowDiskUse: true }, { cursor: { id: 0 } }],
      [{ create: "v", viewOn: "c" }, {}],
      [{ ...find, find: "v" }, [292, /Sort exceeded memory limit of 20000 bytes/]],
    ]);
  });
});

Deno.test("the limits of a $lookup: its cache, and what it finds for a document", async () => {
  await withServer(async (server) => {
    await server.command("t", { insert: "c", documents: SHUFFLED });
    const pipeline = [
      { $lookup: { from: "c", localField: "r", foreignField: "k", as: "found" } },
      { $project: { n: { $size: "$found" } } },
    ];
    const command = { aggregate: "c", pipeline, cursor: { batchSize: 5000 } };
    const expected = await server.command("t", command);
    await server.command("admin", {
      setParameter: 1,
      internalDocumentSourceLookupCacheSizeBytes: 1000,
    });
    assert.deepEqual((await server.command("t", command)).cursor, expected.cursor);
    const least = 16 * 1024 * 1024 + 16 * 1024;
    const name = "internalLookupStageIntermediateDocumentMaxSizeBytes";
    await server.command("admin", { setParameter: 1, [name]: least });
    const big = Array.from({ length: 3 }, (_, _id) => ({ _id, k: 1, s: "x".repeat(6_000_000) }));
    for (const one of big) await server.command("t", { insert: "big", documents: [one] });
    const lookup = { from: "big", localField: "k", foreignField: "k", as: "found" };
    await server.check("t", [[{
      aggregate: "c",
      pipeline: [{ $match: { _id: 1 } }, { $lookup: lookup }, {
        $project: { n: { $size: "$found" } },
      }],
      cursor: {},
    }, [4568, /exceeds 16793600 bytes/]]]);
  });
});
