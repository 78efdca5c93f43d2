import assert from "node:assert/strict";
import { joinIndex } from "../../../src/aggregation/join/index_join.ts";
import { parseCollation } from "../../../src/bson/collation.ts";
import type { QueryContext } from "../../../src/query/filter.ts";
import { withCollection } from "../../plan/collection.ts";
import { bson } from "../fixture.ts";

const CONTEXT: QueryContext = { now: 0n };

Deno.test("the shortest index that begins with the field and knows all documents", async () => {
  await withCollection([{ _id: 1, a: 1 }], [{ a: 1, b: 1 }], async (collection, engine) => {
    assert.equal(joinIndex(collection, "a", CONTEXT)?.name, "a_1_b_1");
    assert.equal(joinIndex(collection, "b", CONTEXT), undefined);
    assert.equal(joinIndex(collection, "_id", CONTEXT)?.name, "_id_");
    const collation = parseCollation(bson({ locale: "en", strength: 1 }));
    assert.equal(joinIndex(collection, "a", { ...CONTEXT, collation }), undefined);
    await engine.indexes.create("t.c", [
      bson({ key: { s: 1 }, name: "s", sparse: true }),
      bson({ key: { p: 1 }, name: "p", partialFilterExpression: { p: { $gt: 1 } } }),
      bson({ key: { h: 1 }, name: "h", hidden: true }),
      bson({ key: { a: 1 }, name: "a" }),
    ]);
    for (const field of ["s", "p", "h"]) {
      assert.equal(joinIndex(collection, field, CONTEXT), undefined, field);
    }
    assert.equal(joinIndex(collection, "a", CONTEXT)?.name, "a");
  });
});
