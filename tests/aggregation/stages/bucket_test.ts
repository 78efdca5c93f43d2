import { testTable } from "../fixture.ts";

const PEOPLE = [{ y: 1840 }, { y: 1850 }, { y: 1855 }, { y: 1860 }, { y: 1900 }, {}];
const bucket = (spec: object) => [{ $bucket: { groupBy: "$y", ...spec } }];

testTable("$bucket", [
  [
    bucket({ boundaries: [1840, 1850, 1860], default: "Other" }),
    PEOPLE,
    [{ _id: 1840, count: 1 }, { _id: 1850, count: 2 }, { _id: "Other", count: 3 }],
  ],
  [
    bucket({ boundaries: [0, 2000], default: null, output: { first: { $min: "$y" } } }),
    PEOPLE,
    [{ _id: null, first: null }, { _id: 0, first: 1840 }],
  ],
  [bucket({ boundaries: [0, 2000], default: 5000, output: {} }), [{ y: 1 }], [{ _id: 0 }]],
  [bucket({ boundaries: ["a", "c", "f"] }), [{ y: "b" }, { y: "c" }], [
    { _id: "a", count: 1 },
    { _id: "c", count: 1 },
  ]],
  [bucket({ boundaries: [{ $add: [1, 1] }, 5.5] }), [{ y: 2 }, { y: 5 }], [{ _id: 2, count: 2 }]],
  [bucket({ boundaries: [1840, 1850] }), PEOPLE, 7158303],
  [[{ $bucket: 5 }], [], 40201],
  [[{ $bucket: { groupBy: "y", boundaries: [0, 1] } }], [], 40202],
  [[{ $bucket: { groupBy: { a: 1 }, boundaries: [0, 1] } }], [], 40202],
  [bucket({ boundaries: 5 }), [], 40200],
  [bucket({ boundaries: ["$a", 1] }), [], 40191],
  [bucket({ boundaries: [1] }), [], 40192],
  [bucket({ boundaries: [1, "a"] }), [], 40193],
  [bucket({ boundaries: [1, 1] }), [], 40194],
  [bucket({ boundaries: [2, 1] }), [], 40194],
  [bucket({ boundaries: [1, 2], default: "$a" }), [], 40195],
  [bucket({ boundaries: [1, 2], output: 5 }), [], 40196],
  [bucket({ boundaries: [1, 2], foo: 5 }), [], 40197],
  [[{ $bucket: { groupBy: "$y" } }], [], 40198],
  [[{ $bucket: { boundaries: [0, 1] } }], [], 40198],
  [bucket({ boundaries: [1, 5], default: 3 }), [], 40199],
  [bucket({ boundaries: [1, 5], default: 5 }), [{ y: 3 }], [{ _id: 1, count: 1 }]],
  [bucket({ boundaries: [1, 5], output: { n: 1 } }), [], 40234],
]);
