// $bitAnd $bitOr $bitXor $bitNot.

import { checkTable, double, long } from "./evaluation.ts";

Deno.test("bitwise operators", () => {
  checkTable([
    [{ $bitAnd: [12, 10] }, {}, "8"],
    [{ $bitOr: [12, 10] }, {}, "14"],
    [{ $bitXor: [12, 10] }, {}, "6"],
    [{ $bitAnd: [12, long(10)] }, {}, "8n"],
    [{ $bitAnd: [] }, {}, "-1"],
    [{ $bitOr: [] }, {}, "0"],
    [{ $bitNot: 5 }, {}, "-6"],
    [{ $bitNot: long(5) }, {}, "-6n"],
    [{ $bitAnd: ["$no", 1] }, {}, "null"],
    [{ $bitAnd: [1.5, 1] }, {}, 14],
    [{ $bitNot: double(1) }, {}, 14],
    [{ $bitNot: "x" }, {}, 28765],
    [{ $bitNot: null }, {}, "null"],
  ]);
});
