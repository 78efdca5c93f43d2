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
