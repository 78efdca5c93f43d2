import { testTable } from "../fixture.ts";

const densify = (spec: object) => [{ $densify: { field: "v", ...spec } }];
const range = (range: object) => densify({ range });
const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

testTable("arguments of $densify", [
  [[{ $densify: 5 }], [], 9],
  [densify({}), [], 40414],
  [[{ $densify: { range: { step: 1, bounds: "full" } } }], [], 40414],
  [densify({ foo: 1, range: { step: 1, bounds: "full" } }), [], 40415],
  [densify({ range: 5 }), [], 14],
  [range({ bounds: "full" }), [], 40414],
  [range({ step: 1 }), [], 40414],
  [range({ step: 1, bounds: "full", foo: 1 }), [], 40415],
  [range({ step: 0, bounds: "full" }), [], 5733401],
  [range({ step: "x", bounds: "full" }), [], 14],
  [range({ step: 1.5, unit: "day", bounds: "full" }), [], 6586400],
  [range({ step: 1, unit: "eon", bounds: "full" }), [], 9],
  [range({ step: 1, unit: 5, bounds: "full" }), [], 14],
  [range({ step: 1, bounds: "all" }), [], 5946802],
  [range({ step: 1, bounds: 5 }), [], 5733404],
  [range({ step: 1, bounds: [1] }), [], 5733403],
  [range({ step: 1, bounds: [2, 1] }), [], 5733402],
  [range({ step: 1, bounds: [1, 2], unit: "day" }), [], 5733409],
  [range({ step: 1, bounds: [1, "x"] }), [], 5733406],
  [range({ step: 1, bounds: [1, 2.5] }), [], 5876900],
  [range({ step: 1, bounds: ["a", "b"] }), [], 5946800],
  [range({ step: 1, bounds: [day("2024-01-01"), day("2024-01-02")] }), [], 5733410],
  [range({ step: 1, bounds: "partition" }), [], 5733408],
  [densify({ field: 5, range: { step: 1, bounds: "full" } }), [], 14],
  [densify({ partitionByFields: "p", range: { step: 1, bounds: "full" } }), [], 14],
  [densify({ partitionByFields: [5], range: { step: 1, bounds: "full" } }), [], 14],
  [densify({ partitionByFields: ["v"], range: { step: 1, bounds: "full" } }), [], 8993000],
  [densify({ partitionByFields: ["v.w"], range: { step: 1, bounds: "full" } }), [], 8993000],
  [
    densify({ field: "v.w", partitionByFields: ["v"], range: { step: 1, bounds: "full" } }),
    [],
    9554500,
  ],
  [densify({ field: "$v", range: { step: 1, bounds: "full" } }), [], 16410],
]);

testTable("$densify through its stage", [
  [range({ step: 1, bounds: "full" }), [{ v: 3 }, { v: 1 }], [{ v: 1 }, { v: 2 }, { v: 3 }]],
  [
    range({ step: 1, bounds: [day("2024-01-30"), day("2024-02-02")], unit: "day" }),
    [{ v: day("2024-01-31"), a: 1 }],
    [{ v: day("2024-01-30") }, { v: day("2024-01-31"), a: 1 }, { v: day("2024-02-01") }],
  ],
]);
