import { testDatabase } from "../database.ts";
import { testTable } from "../fixture.ts";

testTable("$replaceRoot", [
  [[{ $replaceRoot: { newRoot: "$d" } }], [{ d: { x: 1 } }], [{ x: 1 }]],
  [[{ $replaceRoot: { newRoot: { y: "$d.x" } } }], [{ d: { x: 1 } }], [{ y: 1 }]],
  [[{ $replaceWith: "$d" }], [{ d: { x: 1 } }], [{ x: 1 }]],
  [[{ $replaceWith: { $mergeObjects: ["$d", { z: 1 }] } }], [{ d: { x: 1 } }], [{ x: 1, z: 1 }]],
  [[{ $replaceRoot: { newRoot: "$d" } }], [{ d: 5 }], 40228],
  [[{ $replaceWith: "$d" }], [{}], 40228],
  [[{ $replaceRoot: 5 }], [], 40229],
  [[{ $replaceRoot: { root: 1 } }], [], 40415],
  [[{ $replaceRoot: {} }], [], 40414],
]);

testDatabase("$replaceWith shows the value and the fields it was made of", async (db) => {
  const before = "Executor error during aggregate command on namespace: t.c :: caused by :: ";
  await db.insert("c", [{ _id: 1, a: [1, "x"], b: { c: 2 } }]);
  await db.check("c", [{ $replaceWith: "$a" }], [
    40228,
    `${before}'replacement document'  must evaluate to an object, but resulting value was: ` +
    `[1, "x"]. Type of resulting value: 'array'. Input document: {a: [1, "x"]}`,
  ]);
  await db.check("c", [{ $replaceRoot: { newRoot: 5 } }], [
    40228,
    `${before}'newRoot' expression  must evaluate to an object, but resulting value was: 5. Type ` +
    "of resulting value: 'int'. Input document: {}",
  ]);
});

testDatabase("texts of refused stages", async (db) => {
  const rows: readonly (readonly [Record<string, unknown>, number, string])[] = [
    [
      { $limit: 1.5 },
      5107201,
      "invalid argument to $limit stage: Expected an integer: $limit: 1.5",
    ],
    [
      { $skip: NaN },
      5107200,
      "invalid argument to $skip stage: Expected an integer, but found NaN in: $skip: nan",
    ],
    [{ $project: {} }, 51272, "projection specification must have at least one field"],
    [{ $unset: "" }, 40352, "FieldPath cannot be constructed with empty string"],
    [{ $unwind: "" }, 28812, "no path specified to $unwind stage"],
    [
      { $listLocalSessions: 1 },
      14,
      "$listLocalSessions options must be specified in an object, but found: int",
    ],
    [{ $out: "" }, 73, "Invalid $out target namespace, t"],
  ];
  for (const [stage, code, message] of rows) await db.check("c", [stage], [code, message]);
});
