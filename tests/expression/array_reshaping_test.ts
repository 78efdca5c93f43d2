// $zip $sortArray $arrayToObject $objectToArray.

import { checkTable } from "./evaluation.ts";

Deno.test("$zip", () => {
  checkTable([
    [{ $zip: { inputs: ["$a", "$b"] } }, { a: [1, 2], b: [3] }, "[[1, 3]]"],
    [
      { $zip: { inputs: ["$a", "$b"], useLongestLength: true } },
      { a: [1, 2], b: [3] },
      "[[1, 3], [2, null]]",
    ],
    [{ $zip: { inputs: ["$a", "$b"], useLongestLength: true, defaults: [0, 9] } }, {
      a: [1, 2],
      b: [3],
    }, "[[1, 3], [2, 9]]"],
    [{ $zip: { inputs: ["$a", "$no"] } }, { a: [1] }, "null"],
    [{ $zip: { inputs: ["$a", 5] } }, { a: [1] }, 34468],
    [{ $zip: 5 }, {}, 34460],
    [{ $zip: { inputs: 5 } }, {}, 34461],
    [{ $zip: { inputs: ["$a"], defaults: 5 } }, {}, 34462],
    [{ $zip: { inputs: ["$a"], useLongestLength: 1 } }, {}, 34463],
    [{ $zip: { inputs: ["$a"], x: 1 } }, {}, 34464],
    [{ $zip: { inputs: [] } }, {}, 34465],
    [{ $zip: { inputs: ["$a"], defaults: [1] } }, {}, 34466],
    [{ $zip: { inputs: ["$a"], defaults: [1, 2], useLongestLength: true } }, {}, 34467],
  ]);
});

Deno.test("$sortArray", () => {
  const people = [{ n: "b", a: 2 }, { n: "a", a: 2 }, { n: "c", a: 1 }];
  checkTable([
    [{ $sortArray: { input: "$a", sortBy: 1 } }, { a: [3, "x", null, 1] }, '[null, 1, 3, "x"]'],
    [{ $sortArray: { input: "$a", sortBy: -1 } }, { a: [3, 1, 2] }, "[3, 2, 1]"],
    [
      { $map: { input: { $sortArray: { input: "$p", sortBy: { a: -1, n: 1 } } }, in: "$$this.n" } },
      { p: people },
      '["a", "b", "c"]',
    ],
    // What is no document is its own key; arrays are compared whole.
    [
      { $sortArray: { input: "$a", sortBy: { k: 1 } } },
      { a: [3, "x", null, 1] },
      '[null, 1, 3, "x"]',
    ],
    [{ $sortArray: { input: "$a", sortBy: { k: -1 } } }, { a: [3, 1, 2] }, "[3, 2, 1]"],
    [
      { $map: { input: { $sortArray: { input: "$a", sortBy: { k: 1 } } }, in: "$$this.n" } },
      { a: [{ k: [1], n: 1 }, { k: 2, n: 2 }, { n: 3 }] },
      "[3, 2, 1]",
    ],
    [{ $sortArray: { input: "$no", sortBy: 1 } }, {}, "null"],
    [{ $sortArray: { input: 5, sortBy: 1 } }, {}, 2942504],
    [{ $sortArray: { input: [], sortBy: 2 } }, {}, 2942506],
    [{ $sortArray: { input: [], sortBy: "x" } }, {}, 2942507],
    [{ $sortArray: { input: [], sortBy: { a: 2 } } }, {}, 15975],
    [{ $sortArray: { input: [], sortBy: {} } }, {}, 15976],
    [{ $sortArray: 5 }, {}, 2942500],
    [{ $sortArray: { input: [], sortBy: 1, x: 1 } }, {}, 2942501],
    [{ $sortArray: { sortBy: 1 } }, {}, 2942502],
    [{ $sortArray: { input: [] } }, {}, 2942503],
  ]);
});

Deno.test("$arrayToObject and $objectToArray", () => {
  checkTable([
    [{ $arrayToObject: "$a" }, { a: [["x", 1], ["y", 2]] }, "{x: 1, y: 2}"],
    [{ $arrayToObject: "$a" }, { a: [{ k: "x", v: 1 }, { k: "x", v: 2 }] }, "{x: 2}"],
    [{ $arrayToObject: "$a" }, { a: [] }, "{}"],
    [{ $arrayToObject: "$a" }, { a: [["x\0", 1]] }, 4940400],
    [{ $arrayToObject: "$a" }, { a: [{ k: "x\0", v: 1 }] }, 4940401],
    [{ $arrayToObject: "$a" }, {}, "null"],
    [{ $arrayToObject: "$a" }, { a: 5 }, 40386],
    [{ $arrayToObject: "$a" }, { a: [5] }, 40398],
    [{ $arrayToObject: "$a" }, { a: [["x", 1], 5] }, 40396],
    [{ $arrayToObject: "$a" }, { a: [["x"]] }, 40397],
    [{ $arrayToObject: "$a" }, { a: [[5, 1]] }, 40395],
    [{ $arrayToObject: "$a" }, { a: [{ k: "x", v: 1 }, 5] }, 40391],
    [{ $arrayToObject: "$a" }, { a: [{ k: "x" }] }, 40392],
    [{ $arrayToObject: "$a" }, { a: [{ k: "x", w: 1 }] }, 40393],
    [{ $arrayToObject: "$a" }, { a: [{ k: 5, v: 1 }] }, 40394],
    [{ $objectToArray: "$a" }, { a: { x: 1, 0: "n" } }, '[{k: "0", v: "n"}, {k: "x", v: 1}]'],
    [{ $objectToArray: "$no" }, {}, "null"],
    [{ $objectToArray: [[1]] }, {}, 40390],
  ]);
});
