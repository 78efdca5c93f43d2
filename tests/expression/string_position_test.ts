// Substrings and positions.

import { checkTable, double } from "./evaluation.ts";

Deno.test("7.70 $substrCP and $indexOfCP count code points, $substrBytes refuses to cut a character", () => {
  checkTable([
    [{ $substrCP: ["a😀b", 1, 1] }, {}, '"😀"'],
    [{ $substrCP: ["a😀b", 2, 5] }, {}, '"b"'],
    [{ $indexOfCP: ["a😀b", "b"] }, {}, "2"],
    [{ $indexOfBytes: ["a😀b", "b"] }, {}, "5"],
    [{ $substrBytes: ["aéb", 1, 2] }, {}, '"é"'],
    [{ $substrBytes: ["aéb", 2, 1] }, {}, 28656],
    [{ $substrBytes: ["aéb", 0, 2] }, {}, 28657],
    [{ $substr: ["aéb", 1, -1] }, {}, '"éb"'],
  ]);
});

Deno.test("$substrBytes and $substrCP arguments", () => {
  checkTable([
    [{ $substr: ["abc", 1, 1] }, {}, '"b"'],
    [{ $substr: ["abc", 5, 1] }, {}, '""'],
    [{ $substr: [123, 0, 2] }, {}, '"12"'],
    [{ $substr: [null, 0, 2] }, {}, '""'],
    [{ $substr: ["abc", "x", 1] }, {}, 16034],
    [{ $substr: ["abc", 0, "x"] }, {}, 16035],
    [{ $substr: ["abc", -1, 1] }, {}, 50752],
    [{ $substr: ["abc", 1] }, {}, 16020],
    [{ $substrCP: ["abc", "x", 1] }, {}, 34450],
    [{ $substrCP: ["abc", 0.5, 1] }, {}, 34451],
    [{ $substrCP: ["abc", 0, "x"] }, {}, 34452],
    [{ $substrCP: ["abc", 0, 0.5] }, {}, 34453],
    [{ $substrCP: ["abc", 0, -1] }, {}, 34454],
    [{ $substrCP: ["abc", -1, 1] }, {}, 34455],
    [{ $substrCP: ["abc", double(1), 1] }, {}, '"b"'],
  ]);
});

Deno.test("$indexOfBytes and $indexOfCP arguments", () => {
  checkTable([
    [{ $indexOfBytes: ["cafe", "f"] }, {}, "2"],
    [{ $indexOfBytes: ["cafe", "x"] }, {}, "-1"],
    [{ $indexOfBytes: ["cafecafe", "f", 3] }, {}, "6"],
    [{ $indexOfBytes: ["cafe", "fe", 0, 3] }, {}, "-1"],
    [{ $indexOfBytes: ["cafe", "", 4] }, {}, "4"],
    [{ $indexOfBytes: ["cafe", "", 5] }, {}, "-1"],
    [{ $indexOfCP: ["éaéa", "a", 2] }, {}, "3"],
    [{ $indexOfCP: ["éaéa", "a", 2, 1] }, {}, "-1"],
    [{ $indexOfCP: ["$no", "a"] }, {}, "null"],
    [{ $indexOfBytes: [5, "a"] }, {}, 40091],
    [{ $indexOfBytes: ["a", null] }, {}, 40092],
    [{ $indexOfCP: [5, "a"] }, {}, 40093],
    [{ $indexOfCP: ["a", 5] }, {}, 40094],
    [{ $indexOfCP: ["a", "a", "x"] }, {}, 40096],
    [{ $indexOfCP: ["a", "a", -1] }, {}, 40097],
    [{ $indexOfCP: ["a"] }, {}, 28667],
  ]);
});
