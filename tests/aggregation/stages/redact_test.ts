import { testTable } from "../fixture.ts";

const byLevel = {
  $redact: {
    $cond: [{ $lte: [{ $ifNull: ["$level", 0] }, 2] }, "$$DESCEND", "$$PRUNE"],
  },
};

testTable("$redact", [
  [[{ $redact: "$$KEEP" }], [{ a: 1 }, {}], [{ a: 1 }, {}]],
  [[{ $redact: "$$PRUNE" }], [{ a: 1 }, {}], []],
  [[{ $redact: "$$DESCEND" }], [{ a: { b: [{ c: 1 }, 2] } }], [{ a: { b: [{ c: 1 }, 2] } }]],
  [[{ $redact: { $cond: [{ $gt: ["$a", 1] }, "$$KEEP", "$$PRUNE"] } }], [{ a: 1 }, { a: 2 }], [
    { a: 2 },
  ]],
  [
    [byLevel],
    [{
      level: 1,
      open: { level: 2, x: 1 },
      secret: { level: 3, x: 1 },
      list: [{ level: 5 }, { level: 1, in: { level: 9 } }, 7, [{ level: 8 }, { y: 1 }], null],
      scalar: 9,
      empty: {},
    }],
    [{
      level: 1,
      open: { level: 2, x: 1 },
      list: [{ level: 1 }, 7, [{ y: 1 }], null],
      scalar: 9,
      empty: {},
    }],
  ],
  [[byLevel], [{ level: 4, x: { level: 1 } }], []],
  // KEEP does not look any deeper.
  [
    [{ $redact: { $cond: [{ $eq: ["$k", 1] }, "$$KEEP", "$$DESCEND"] } }, { $project: { _id: 0 } }],
    [{ a: { k: 1, b: { secret: 1 } } }],
    [{ a: { k: 1, b: { secret: 1 } } }],
  ],
  // $$ROOT is the whole document at every level, $$CURRENT the one at hand.
  [
    [{ $redact: { $cond: [{ $eq: ["$v", "$$ROOT.v"] }, "$$DESCEND", "$$PRUNE"] } }],
    [{ v: 1, a: { v: 1 }, b: { v: 2 } }],
    [{ v: 1, a: { v: 1 } }],
  ],
  [
    [{ $redact: { $cond: [{ $eq: ["$$CURRENT.v", 2] }, "$$PRUNE", "$$DESCEND"] } }],
    [{ v: 1, a: { v: 1 }, b: { v: 2 } }],
    [{ v: 1, a: { v: 1 } }],
  ],
  [[{ $redact: 5 }], [{ a: 1 }], 17053],
  [[{ $redact: null }], [{ a: 1 }], 17053],
  [[{ $redact: "$nope" }], [{ a: 1 }], 17053],
  [[{ $redact: { $cond: [true, "$$OTHER", 1] } }], [{ a: 1 }], 17276],
  [[{ $redact: "keep" }], [{ a: 1 }], [{ a: 1 }]],
  [[{ $redact: { $nope: 1 } }], [], 168],
]);
