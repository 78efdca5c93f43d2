import assert from "node:assert/strict";
import { BSONRegExp } from "bson";
import { CommandError } from "../../src/error.ts";
import { checkPartialFilter, parsePartialFilter } from "../../src/storage/partial_filter.ts";
import { doc, type Literal } from "./fixture.ts";

const NOT_SUPPORTED = "Expression not supported in partial index: ";

/** `[filter, code and text of the error, or undefined when it may be]`. */
const FILTERS: ReadonlyArray<readonly [Record<string, Literal>, [number, string]?]> = [
  [{}],
  [{ a: 1 }],
  [{ a: { $gte: 1, $lt: 5 }, b: { $exists: true } }],
  [{ a: { $type: "string" } }],
  [{ a: { $in: [1, 2] } }],
  [{ $or: [{ a: 1 }, { $and: [{ b: 1 }, { c: 1 }] }] }],
  [{ a: { $exists: false } }, [67, `${NOT_SUPPORTED}$not\n    a exists\n`]],
  [{ a: { $nin: [1] } }, [67, `${NOT_SUPPORTED}$not\n    a $in [ 1]\n`]],
  [{ a: { $ne: 1 } }, [67, `${NOT_SUPPORTED}$not\n    a $eq 1\n`]],
  [{ a: { $not: { $gt: 1 } } }, [67, `${NOT_SUPPORTED}$not\n    $and\n        a $gt 1\n`]],
  [{ $or: [{ a: { $ne: 1 } }] }, [67, `${NOT_SUPPORTED}$not\n    a $eq 1\n`]],
  [{ $nor: [{ a: 1 }] }, [67, `${NOT_SUPPORTED}$nor\n    a $eq 1\n`]],
  [{ a: new BSONRegExp("x") }, [67, `${NOT_SUPPORTED}a regex /x/\n`]],
  [{ a: { $mod: [2, 0] } }, [67, `${NOT_SUPPORTED}a mod 2 % x == 0\n`]],
  [{ a: { $size: 1 } }, [67, `${NOT_SUPPORTED}a $size : 1\n`]],
  [{ a: { $elemMatch: { b: 1 } } }, [67, `${NOT_SUPPORTED}a $elemMatch (obj)\n    b $eq 1\n`]],
  [{ $expr: { $eq: ["$a", 1] } }, [224, "$expr is not allowed in this context"]],
  [{ $jsonSchema: {} }, [224, "$jsonSchema is not allowed in this context"]],
  [{ $where: "1" }, [2, "$where is not allowed in this context"]],
  [{ $nope: 1 }, [2, "unknown top level operator: $nope"]],
  [{ a: { $nope: 1 } }, [2, "unknown operator: $nope"]],
];

for (const [filter, expected] of FILTERS) {
  Deno.test(`partial filter ${JSON.stringify(filter)}`, () => {
    const check = () => checkPartialFilter(parsePartialFilter(doc(filter)));
    if (expected === undefined) return check();
    const [code, message] = expected;
    assert.throws(check, (error) => {
      assert(error instanceof CommandError);
      assert.equal(error.code, code);
      assert(error.message.startsWith(message), JSON.stringify(error.message));
      return true;
    });
  });
}

Deno.test("a partial filter is at most four levels deep", () => {
  const nested = (depth: number): Record<string, Literal> =>
    depth === 0 ? { a: 1 } : { $or: [nested(depth - 1), { b: 1 }] };
  checkPartialFilter(parsePartialFilter(doc(nested(3))));
  assert.throws(
    () => checkPartialFilter(parsePartialFilter(doc(nested(4)))),
    /partialFilterExpression depth may not exceed 4/,
  );
});
