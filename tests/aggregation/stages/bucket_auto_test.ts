import assert from "node:assert/strict";
import { run, testTable } from "../fixture.ts";

const values = (...list: unknown[]) => list.map((v, i) => v === undefined ? { i } : { i, v });
const auto = (spec: object) => [{ $bucketAuto: { groupBy: "$v", ...spec } }];
const bucket = (min: unknown, max: unknown, count: number) => ({ _id: { min, max }, count });

testTable("$bucketAuto", [
  [auto({ buckets: 2 }), values(1, 2, 3, 4), [bucket(1, 3, 2), bucket(3, 4, 2)]],
  [auto({ buckets: 3 }), values(1, 2, 3, 4), [bucket(1, 2, 1), bucket(2, 3, 1), bucket(3, 4, 2)]],
  [auto({ buckets: 5 }), values(1, 2), [bucket(1, 2, 1), bucket(2, 2, 1)]],
  // Equal values stay together.
  [auto({ buckets: 3 }), values(1, 1, 1, 1, 2, 3), [bucket(1, 2, 4), bucket(2, 3, 2)]],
  [auto({ buckets: 1 }), values(5), [bucket(5, 5, 1)]],
  [auto({ buckets: 2 }), [], []],
  [auto({ buckets: 2 }), values(undefined, null, 3, "x"), [bucket(null, 3, 2), bucket(3, "x", 2)]],
  [
    auto({ buckets: 2, output: { n: { $sum: 1 }, m: { $avg: "$i" } } }),
    values(4, 3, 2, 1),
    [{ _id: { min: 1, max: 3 }, n: 2, m: 2.5 }, { _id: { min: 3, max: 4 }, n: 2, m: 0.5 }],
  ],
  // Accumulators that show an order get the documents as they came.
  [
    auto({ buckets: 1, output: { p: { $push: "$v" }, f: { $first: "$v" }, t: { $max: "$v" } } }),
    values(4, 3, 2, 1),
    [{ _id: { min: 1, max: 4 }, p: [4, 3, 2, 1], f: 4, t: 4 }],
  ],
  [auto({ buckets: 5, granularity: "R5" }), values(...Array.from({ length: 100 }, (_, i) => i)), [
    bucket(0, 25, 25),
    bucket(25, 63, 38),
    bucket(63, 100, 37),
  ]],
  [
    auto({ buckets: 5, granularity: "POWERSOF2" }),
    values(...Array.from({ length: 100 }, (_, i) => i)),
    [
      bucket(0, 32, 32),
      bucket(32, 64, 32),
      bucket(64, 128, 36),
    ],
  ],
  [auto({ buckets: 2, granularity: "1-2-5" }), values(0, 0, 3, 4), [
    bucket(0, 2, 2),
    bucket(2, 5, 2),
  ]],
  [auto({ buckets: 2, granularity: "E6" }), values("x"), 40258],
  [auto({ buckets: 2, granularity: "E6" }), values(undefined), 40258],
  [auto({ buckets: 2, granularity: "E6" }), values(NaN), 40259],
  [auto({ buckets: 2, granularity: "E6" }), values(-1), 40260],
  [[{ $bucketAuto: 5 }], [], 40240],
  [[{ $bucketAuto: { groupBy: "v", buckets: 2 } }], [], 40239],
  [auto({ buckets: "x" }), [], 40241],
  [auto({ buckets: 1.5 }), [], 40242],
  [auto({ buckets: 0 }), [], 40243],
  [auto({ buckets: 2, output: 5 }), [], 40244],
  [auto({ buckets: 2, foo: 5 }), [], 40245],
  [auto({}), [], 40246],
  [auto({ buckets: 2, granularity: 5 }), [], 40261],
  [auto({ buckets: 2, granularity: "E7" }), [], 40257],
]);

Deno.test("$bucketAuto spills, and sorts by the collation", async () => {
  const documents = Array.from(
    { length: 3000 },
    (_, i) => ({ v: (i * 7919) % 3000, s: "x".repeat(200) }),
  );
  const buckets = await run(auto({ buckets: 3 }), documents, { memoryLimitBytes: 100_000 });
  assert.deepEqual(buckets.map(({ count }) => count), [1000, 1000, 1000]);
  const words = await run(auto({ buckets: 2 }), values("b", "A", "a", "B"), {
    collation: { locale: "en", strength: 2 },
  });
  assert.deepEqual(words, [bucket("A", "b", 2), bucket("b", "B", 2)]);
});
