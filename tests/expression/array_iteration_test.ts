// $map $filter $reduce.

import { checkTable } from "./evaluation.ts";

Deno.test("$map", () => {
  checkTable([
    [
      { $map: { input: "$a", as: "x", in: { $add: ["$$x", "$b"] } } },
      { a: [1, 2], b: 10 },
      "[11, 12]",
    ],
    [{ $map: { input: "$a", in: "$$this.q" } }, { a: [{ q: 1 }, {}] }, "[1, null]"],
    [{ $map: { input: "$no", in: 1 } }, {}, "null"],
    [
      {
        $map: { input: "$a", in: { $map: { input: "$$this", in: { $multiply: ["$$this", 2] } } } },
      },
      { a: [[1], [2]] },
      "[[2], [4]]",
    ],
    [{ $map: { input: 5, in: 1 } }, {}, 16883],
    [{ $map: 5 }, {}, 16878],
    [{ $map: { input: [], in: 1, x: 1 } }, {}, 16879],
    [{ $map: { in: 1 } }, {}, 16880],
    [{ $map: { input: [] } }, {}, 16882],
  ]);
});

Deno.test("$filter", () => {
  checkTable([
    [{ $filter: { input: "$a", cond: { $gt: ["$$this", 1] } } }, { a: [1, 2, 3] }, "[2, 3]"],
    [
      { $filter: { input: "$a", as: "x", cond: { $gt: ["$$x", 1] }, limit: 1 } },
      { a: [1, 2, 3] },
      "[2]",
    ],
    [{ $filter: { input: "$a", cond: true, limit: null } }, { a: [1] }, "[1]"],
    [{ $filter: { input: "$no", cond: true } }, {}, "null"],
    [{ $filter: { input: 5, cond: true } }, {}, 28651],
    [{ $filter: { input: "$a", cond: true, limit: 0 } }, { a: [1] }, 327392],
    [{ $filter: { input: "$a", cond: true, limit: 1.5 } }, { a: [1] }, 327391],
    [{ $filter: 5 }, {}, 28646],
    [{ $filter: { input: [], cond: 1, x: 1 } }, {}, 28647],
    [{ $filter: { cond: 1 } }, {}, 28648],
    [{ $filter: { input: [] } }, {}, 28650],
  ]);
});

Deno.test("$reduce", () => {
  const sum = { input: "$a", initialValue: 0, in: { $add: ["$$value", "$$this"] } };
  checkTable([
    [{ $reduce: sum }, { a: [1, 2, 3] }, "6"],
    [{ $reduce: sum }, { a: [] }, "0"],
    [{ $reduce: sum }, {}, "null"],
    [{ $reduce: sum }, { a: 1 }, 40080],
    [{ $reduce: 1 }, {}, 40075],
    [{ $reduce: { ...sum, x: 1 } }, {}, 40076],
    [{ $reduce: { initialValue: 0, in: 1 } }, {}, 40077],
    [{ $reduce: { input: [], in: 1 } }, {}, 40078],
    [{ $reduce: { input: [], initialValue: 1 } }, {}, 40079],
  ]);
});
