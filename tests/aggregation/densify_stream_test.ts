import assert from "node:assert/strict";
import { run, testTable } from "./fixture.ts";

const densify = (
  range: object,
  spec: object = {},
) => [{ $densify: { field: "v", range, ...spec } }];
const values = (...list: unknown[]) => list.map((v) => ({ v }));
const byP = { partitionByFields: ["p"] };

testTable("$densify full", [
  [densify({ step: 2, bounds: "full" }), values(0, 5, 6), values(0, 2, 4, 5, 6)],
  [densify({ step: 2, bounds: "full" }), values(0, 0, 1, 4), values(0, 0, 1, 2, 4)],
  [densify({ step: 0.5, bounds: "full" }), values(1, 2), values(1, 1.5, 2)],
  [densify({ step: 1, bounds: "full" }), [{ a: 1 }, { v: null }, { v: 1 }, { v: 3 }], [
    { a: 1 },
    { v: null },
    { v: 1 },
    { v: 2 },
    { v: 3 },
  ]],
  [densify({ step: 1, bounds: "full" }), [], []],
  [densify({ step: 1, bounds: "full" }), values("x"), 5733201],
  [densify({ step: 1, bounds: "full" }), values(new Date(0)), 6053600],
  [densify({ step: 1, bounds: "full", unit: "day" }), values(5), 6053600],
  [
    densify({ step: 1, bounds: "full" }, byP),
    [{ p: "a", v: 1 }, { p: "b", v: 3 }, { p: "a", v: 4 }],
    [
      { p: "a", v: 1 },
      { p: "b", v: 1 },
      { p: "b", v: 2 },
      { p: "b", v: 3 },
      { p: "a", v: 2 },
      { p: "a", v: 3 },
      { p: "a", v: 4 },
      { p: "b", v: 4 },
    ],
  ],
]);

testTable("$densify partition", [
  [
    densify({ step: 1, bounds: "partition" }, byP),
    [{ p: "a", v: 1 }, { p: "b", v: 7 }, { p: "a", v: 3 }, { p: "b", v: 8 }, { v: 1 }],
    [{ v: 1 }, { p: "a", v: 1 }, { p: "a", v: 2 }, { p: "a", v: 3 }, { p: "b", v: 7 }, {
      p: "b",
      v: 8,
    }],
  ],
  [
    [{
      $densify: {
        field: "x.v",
        partitionByFields: ["x.p"],
        range: { step: 1, bounds: "partition" },
      },
    }],
    [{ x: { p: 1, v: 1 } }, { x: { p: 1, v: 3 } }],
    [{ x: { p: 1, v: 1 } }, { x: { p: 1, v: 2 } }, { x: { p: 1, v: 3 } }],
  ],
]);

testTable("$densify explicit", [
  [densify({ step: 1, bounds: [0, 3] }), values(1), values(0, 1, 2)],
  [densify({ step: 2, bounds: [0, 5] }), values(-3, 1, 9), values(-3, 0, 1, 2, 4, 9)],
  [densify({ step: 1, bounds: [0, 2] }), [], values(0, 1)],
  [densify({ step: 1, bounds: [0, 2] }), values(5), values(0, 1, 5)],
  [densify({ step: 1, bounds: [0, 2] }), values(-5), values(-5, 0, 1)],
  [densify({ step: 1, bounds: [0, 2] }, byP), [], []],
  [
    densify({ step: 1, bounds: [0, 2] }, byP),
    [{ p: "a", v: 1 }, { p: "b", v: 0 }],
    [{ p: "a", v: 0 }, { p: "a", v: 1 }, { p: "b", v: 0 }, { p: "b", v: 1 }],
  ],
]);

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

testTable("$densify dates", [
  [
    densify({ step: 1, bounds: "full", unit: "month" }),
    values(day("2024-01-15"), day("2024-04-15")),
    values(day("2024-01-15"), day("2024-02-15"), day("2024-03-15"), day("2024-04-15")),
  ],
  [
    densify({ step: 12, bounds: "full", unit: "hour" }),
    values(new Date(0), new Date(86400000)),
    values(new Date(0), new Date(43200000), new Date(86400000)),
  ],
]);

Deno.test("$densify gives large gaps in several batches, up to half a million documents", async () => {
  const found = await run(densify({ step: 1, bounds: [0, 10_000] }), []);
  assert.equal(found.length, 10_000);
  assert.equal(found[9_999].v, 9_999);
  await assert.rejects(run(densify({ step: 1, bounds: [0, 1_000_000] }), []), { code: 5897900 });
});
