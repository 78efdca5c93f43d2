import assert from "node:assert/strict";
import { decodeValue } from "../../src/bson/decode.ts";
import { equalities, idEquality } from "../../src/query/equalities.ts";
import { parseFilter } from "../../src/query/filter.ts";
import { bson, CONTEXT } from "./table.ts";

Deno.test("7.58 equalities that every match satisfies", () => {
  const rows: [unknown, [string, unknown][]][] = [
    [{ a: 1, "b.c": 2 }, [["a", 1], ["b.c", 2]]],
    [{ $and: [{ a: 1 }, { b: { $eq: 2 } }] }, [["a", 1], ["b", 2]]],
    [{ $or: [{ a: 1 }] }, [["a", 1]]],
    [{ $or: [{ a: 1 }, { b: 1 }] }, []],
    [{ a: { $in: [1] } }, [["a", 1]]],
    [{ a: { $in: [1, 2] } }, []],
    [{ a: { $all: [1] } }, [["a", 1]]],
    [{ a: { $gt: 1 } }, []],
    [{ a: /x/ }, []],
    [{ a: { $ne: 1 } }, []],
    [{ a: { $gt: 0, $eq: 5 } }, [["a", 5]]],
    [{ $nor: [{ a: 1 }] }, []],
  ];
  for (const [filter, expected] of rows) {
    const found = equalities(parseFilter(bson(filter), CONTEXT))
      .map(([path, value]) => [path, decodeValue(value)]);
    assert.deepEqual(found, expected);
  }
});

Deno.test("idEquality is for filters of the _id alone", () => {
  const id = (filter: unknown) => idEquality(parseFilter(bson(filter), CONTEXT));
  assert.equal(decodeValue(id({ _id: 5 })!), 5);
  assert.equal(decodeValue(id({ _id: { $eq: "x" } })!), "x");
  assert.equal(id({ _id: 5, a: 1 }), undefined);
  assert.equal(id({ _id: { $gt: 5 } }), undefined);
  assert.equal(id({ a: 5 }), undefined);
});
