import assert from "node:assert/strict";
import { Double, Long } from "bson";
import {
  isLeftUnbounded,
  parseBounds,
  parseTimeUnit,
  WHOLE_PARTITION,
} from "../../../src/aggregation/windows/bounds.ts";
import { elements } from "../../../src/bson/read.ts";
import { CommandError } from "../../../src/error.ts";
import { parseSort } from "../../../src/query/sort_spec.ts";
import { bson, contextOf } from "../fixture.ts";
import { throwsCode } from "../../expression/evaluation.ts";

const context = contextOf();

function parse(window: unknown, sort: object | null = { t: 1 }): unknown {
  const [field] = elements(bson({ window }));
  const sortBy = sort === null ? undefined : parseSort(bson(sort));
  return parseBounds(field, { context, sortBy });
}

Deno.test("documents, ranges and times", () => {
  assert.deepEqual(parse({ documents: [-1, 2] }), { kind: "documents", lower: -1, upper: 2 });
  assert.deepEqual(parse({ documents: ["unbounded", "current"] }), {
    kind: "documents",
    lower: -Infinity,
    upper: 0,
  });
  assert.deepEqual(parse({ documents: [Long.fromNumber(1), new Double(2)] }), {
    kind: "documents",
    lower: 1,
    upper: 2,
  });
  assert.deepEqual(parse({ documents: [{ $add: [1, 1] }, 3] }), {
    kind: "documents",
    lower: 2,
    upper: 3,
  });
  assert.deepEqual(parse({ range: [-1.5, "current"] }), {
    kind: "range",
    lower: -1.5,
    upper: "current",
    unit: undefined,
  });
  assert.deepEqual(parse({ range: ["unbounded", 3], unit: "month" }), {
    kind: "range",
    lower: "unbounded",
    upper: 3,
    unit: "month",
  });
  assert.equal(parse({}), WHOLE_PARTITION);
  assert.equal(isLeftUnbounded(WHOLE_PARTITION), true);
});

Deno.test("what is wrong with bounds", () => {
  const rows: readonly (readonly [unknown, number, RegExp, (object | null)?])[] = [
    [5, 9, /'window' field must be an object/],
    [{ documents: [0, 1], range: [0, 1] }, 9, /not both/],
    [{ documents: [0, 1], unit: "day" }, 9, /can only specify 'unit' with range-based/],
    [{ foo: 1 }, 9, /can only contain 'documents'/],
    [{ documents: [0, 1], foo: 1 }, 9, /cannot have other fields/],
    [{ documents: 5 }, 9, /must be a 2-element array: documents: 5/],
    [{ documents: [1] }, 9, /2-element/],
    [{ documents: ["all", 1] }, 9, /must be 'unbounded', 'current', or a number/],
    [{ documents: [1.5, 2] }, 9, /must be an integer/],
    [{ documents: [{ $add: ["$a", 1] }, 2] }, 9, /must be a constant/],
    [{ documents: [2, 1] }, 5339900, /must not exceed upper bound: \[2, 1\]/],
    [{ documents: ["current", -1] }, 5339900, /must not exceed/],
    [{ documents: [0, 1] }, 5339901, /require a sortBy/, null],
    [{ range: [null, 1] }, 9, /must be a number/],
    [{ range: [2, 1] }, 5339900, /must not exceed/],
    [{ range: [1, 2], foo: 1 }, 9, /besides 'unit'/],
    [{ range: [1, 2], unit: 5 }, 9, /'unit' must be a string/],
    [{ range: [1, 2], unit: "eon" }, 9, /unknown time unit value: eon/],
    [{ range: [1.5, 2], unit: "day" }, 9, /With 'unit', range-based bounds must be an integer/],
    [{ range: [1, 2] }, 5339902, /sortBy a single field/, { a: 1, b: 1 }],
    [{ range: [1, 2] }, 5339902, /sortBy a single field/, null],
    [{ range: [1, 2] }, 8947401, /ascending sortBy/, { a: -1 }],
  ];
  for (const [window, code, message, sort] of rows) {
    assert.throws(() => parse(window, sort === undefined ? { t: 1 } : sort), (error) => {
      assert.ok(error instanceof CommandError);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  }
  // Without a sortBy the whole partition is allowed.
  assert.ok(parse({ documents: ["unbounded", "unbounded"] }, null));
  throwsCode(() => parseTimeUnit("Day"), 9);
});
