import assert from "node:assert/strict";
import type { Document } from "bson";
import { testDatabase } from "../database.ts";
import { testTable } from "../fixture.ts";

const PEOPLE = [
  { _id: 1, name: "Dev" },
  { _id: 2, name: "Eliot", boss: "Dev" },
  { _id: 3, name: "Ron", boss: "Eliot" },
  { _id: 4, name: "Andrew", boss: "Eliot" },
  { _id: 5, name: "Asya", boss: "Ron" },
];
const OTHERS = {
  others: {
    people: PEOPLE,
    ring: [{ _id: 1, to: 2 }, { _id: 2, to: 3 }, { _id: 3, to: 1 }],
    nulls: [{ _id: 1 }, { _id: 2, k: null }, { _id: 3, k: null, next: 9 }, { _id: 4, k: 9 }],
    tree: [{ _id: 1, tags: ["a", "b"], next: ["c"] }, { _id: 2, tags: "c", next: [] }],
    noid: [{ k: 1 }],
  },
};

/** The search; ids and depths are what the tests look at. */
function search(spec: Document, shown: Document = { ids: "$r._id" }): Document[] {
  return [{ $graphLookup: { as: "r", ...spec } }, { $project: { _id: 0, ...shown } }];
}

const bosses = {
  from: "people",
  startWith: "$boss",
  connectFromField: "boss",
  connectToField: "name",
};
const good = { ...bosses, as: "r" };
const without = (name: string): Document =>
  Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));

testTable("$graphLookup", [
  [search(bosses), [{ boss: "Ron" }, { boss: "Dev" }, { boss: "?" }, {}], [
    { ids: [3, 2, 1] },
    { ids: [1] },
    { ids: [] },
    { ids: [] },
  ]],
  [search({ ...bosses, maxDepth: 0 }), [{ boss: "Ron" }], [{ ids: [3] }]],
  [search({ ...bosses, maxDepth: 1 }), [{ boss: "Ron" }], [{ ids: [3, 2] }]],
  [search({ ...bosses, depthField: "d.n" }, { d: "$r.d.n" }), [{ boss: "Ron" }], [
    { d: [0, 1, 2] },
  ]],
  // The other way round: everybody below.
  [
    search({ from: "people", startWith: "$n", connectFromField: "name", connectToField: "boss" }),
    [{ n: "Eliot" }],
    [{ ids: [3, 4, 5] }],
  ],
  [search({ ...bosses, restrictSearchWithMatch: { name: { $ne: "Eliot" } } }), [{ boss: "Ron" }], [
    { ids: [3] },
  ]],
  // A ring ends; each document comes once, at its least depth.
  [
    search(
      {
        from: "ring",
        startWith: "$s",
        connectFromField: "to",
        connectToField: "_id",
        depthField: "d",
      },
      { r: 1 },
    ),
    [{ s: 2 }],
    [{ r: [{ _id: 2, to: 3, d: 0 }, { _id: 3, to: 1, d: 1 }, { _id: 1, to: 2, d: 2 }] }],
  ],
  // Several starting points, and arrays on the way.
  [
    search({
      from: "ring",
      startWith: "$s",
      connectFromField: "to",
      connectToField: "_id",
      maxDepth: 0,
    }),
    [{ s: [1, 3] }, { s: [] }, { s: [[1]] }],
    [{ ids: [1, 3] }, { ids: [] }, { ids: [] }],
  ],
  [
    search({ from: "tree", startWith: "$s", connectFromField: "next", connectToField: "tags" }),
    [{ s: "b" }],
    [{ ids: [1, 2] }],
  ],
  // Null finds null but not what is missing; a missing start finds nothing.
  [
    search({ from: "nulls", startWith: "$s", connectFromField: "next", connectToField: "k" }),
    [{ s: null }, {}],
    [{ ids: [2, 3, 4] }, { ids: [] }],
  ],
  [search({ ...bosses, from: "nothing" }), [{ boss: "Ron" }], [{ ids: [] }]],
  [search({ ...bosses, startWith: { $literal: "Dev" } }), [{}], [{ ids: [1] }]],
  [
    search({ from: "noid", startWith: 1, connectFromField: "x", connectToField: "k" }),
    [{}],
    40271,
  ],
  [[{ $graphLookup: 1 }], [], 9],
  [[{ $graphLookup: without("from") }], [], 9],
  [[{ $graphLookup: { ...good, from: 1 } }], [], 9],
  [[{ $graphLookup: { ...good, from: "" } }], [], 73],
  [[{ $graphLookup: without("as") }], [], 40105],
  [[{ $graphLookup: without("startWith") }], [], 40105],
  [[{ $graphLookup: without("connectFromField") }], [], 40105],
  [[{ $graphLookup: without("connectToField") }], [], 40105],
  [[{ $graphLookup: { ...good, as: 1 } }], [], 40103],
  [[{ $graphLookup: { ...good, depthField: 1 } }], [], 40103],
  [[{ $graphLookup: { ...good, maxDepth: "x" } }], [], 40100],
  [[{ $graphLookup: { ...good, maxDepth: -1 } }], [], 40101],
  [[{ $graphLookup: { ...good, maxDepth: 1.5 } }], [], 40102],
  [[{ $graphLookup: { ...good, restrictSearchWithMatch: 1 } }], [], 40185],
  [[{ $graphLookup: { ...good, restrictSearchWithMatch: { $x: 1 } } }], [], 2],
  [[{ $graphLookup: { ...good, x: 1 } }], [], 40104],
  [[{ $graphLookup: { ...good, as: "$r" } }], [], 16410],
  [[{ $graphLookup: { ...good, connectToField: "$r" } }], [], 16410],
], OTHERS);

testDatabase("$graphLookup through an index, a view and under a collation", async (db) => {
  await db.insert("people", PEOPLE);
  await db.createView("view", "people", [{ $match: { _id: { $ne: 1 } } }]);
  await db.insert("c", [{ _id: 1, boss: "ron" }]);
  const pipeline = (from: string) => search({ ...bosses, from });
  const collation = { locale: "en", strength: 2 };
  assert.deepEqual(await db.results("c", pipeline("people")), [{ ids: [] }]);
  assert.deepEqual(await db.results("c", pipeline("people"), { collation }), [{ ids: [3, 2, 1] }]);
  const own = [{ $match: { _id: 5 } }];
  assert.deepEqual(await db.results("people", [...own, ...pipeline("view")]), [{ ids: [3, 2] }]);
  await db.createIndex("people", { name: 1 });
  assert.deepEqual(await db.results("people", [...own, ...pipeline("people")]), [
    { ids: [3, 2, 1] },
  ]);
});
