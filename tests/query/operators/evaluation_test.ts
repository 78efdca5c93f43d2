import assert from "node:assert/strict";
import { Decimal128, Long } from "bson";
import { answer, refusal, table } from "../table.ts";

table("7.24 $mod truncates; the sign follows the dividend", [
  [{ a: { $mod: [4, 0] } }, { a: 8 }, true],
  [{ a: { $mod: [4, 1] } }, { a: 8 }, false],
  [{ a: { $mod: [4, 0] } }, { a: 8.9 }, true],
  [{ a: { $mod: [4.9, 0] } }, { a: 8 }, true],
  [{ a: { $mod: [3, -1] } }, { a: -4 }, true],
  [{ a: { $mod: [3, 2] } }, { a: -4 }, false],
  [{ a: { $mod: [-3, 1] } }, { a: 4 }, true],
  [{ a: { $mod: [3, 0] } }, { a: -3 }, true],
  [{ a: { $mod: [3, 0] } }, { a: NaN }, false],
  [{ a: { $mod: [3, 0] } }, { a: Infinity }, false],
  [{ a: { $mod: [3, 0] } }, { a: "3" }, false],
  [{ a: { $mod: [3, 0] } }, {}, false],
  [{ a: { $mod: [3, 0] } }, { a: [1, 6] }, true],
  [{ a: { $mod: [10, 7] } }, { a: Long.fromString("9223372036854775807") }, true],
  [{ a: { $mod: [4, 1] } }, { a: Decimal128.fromString("5.9") }, true],
  [{ a: { $mod: [4, 1] } }, { a: Decimal128.fromString("1E300") }, false],
  [{ a: { $mod: [0, 1] } }, { a: 5 }, 2],
]);

table("$comment, $alwaysTrue, $alwaysFalse, $sampleRate at its ends", [
  [{ $comment: "x" }, {}, true],
  [{ $comment: { any: 1 }, a: 1 }, { a: 2 }, false],
  [{ $alwaysTrue: 1 }, {}, true],
  [{ $alwaysFalse: 1 }, {}, false],
  [{ $alwaysFalse: 2 }, {}, 9],
  [{ $sampleRate: 1 }, {}, true],
  [{ $sampleRate: 0 }, {}, false],
]);

Deno.test("$sampleRate takes about its share", () => {
  let count = 0;
  for (let i = 0; i < 2000; i++) if (answer({ $sampleRate: 0.5 }, {}) === true) count++;
  assert(count > 800 && count < 1200, `${count} of 2000`);
});

Deno.test("errors of evaluation operators", () => {
  const rows: [unknown, string][] = [
    [{ a: { $mod: 5 } }, "2 malformed mod, needs to be an array"],
    [{ a: { $mod: [] } }, "2 malformed mod, not enough elements"],
    [{ a: { $mod: [1] } }, "2 malformed mod, not enough elements"],
    [{ a: { $mod: [1, 2, 3] } }, "2 malformed mod, too many elements"],
    [{ a: { $mod: ["x", 2, 3] } }, "2 malformed mod, divisor not a number"],
    [{ a: { $mod: ["x", 2] } }, "2 malformed mod, divisor not a number"],
    [{ a: { $mod: [2, "x"] } }, "2 malformed mod, remainder not a number"],
    [{ a: { $mod: [0, 1] } }, "2 divisor cannot be 0"],
    [
      { a: { $mod: [NaN, 1] } },
      "2 malformed mod, divisor value is invalid :: caused by :: Unable to coerce NaN/Inf to integral type",
    ],
    [{ $alwaysTrue: 2 }, "9 $alwaysTrue must be an integer value of 1"],
    [{ $sampleRate: "x" }, "2 argument to $sampleRate must be a numeric type"],
    [{ $sampleRate: 2 }, "2 numeric argument to $sampleRate must be in [0, 1]"],
    [{ $where: "1" }, "6108304 no globalScriptEngine in $where parsing"],
    [{ a: { $near: 5 } }, "2 near must be first in: { $near: 5 }"],
    [{ a: { $near: {} } }, "2 $geometry is required for geo near query"],
    [{ a: { $nearSphere: { x: 1 } } }, "2 invalid argument in geo near query: 0"],
    [
      { a: { $near: [1, 2] } },
      "291 error processing query: unable to find index for $geoNear query",
    ],
    [{ a: { $where: "1" } }, "2 unknown operator: $where"],
    [{ $text: { $search: "x" } }, "27 text index required for $text query"],
    [{ a: { $geoWithin: {} } }, "2 unknown operator: $geoWithin"],
  ];
  for (const [filter, expected] of rows) assert.equal(refusal(filter), expected);
  assert.match(refusal({ a: { $near: [0, 0] } }), /^291 /);
});
