import assert from "node:assert/strict";
import { elements, type RawElement } from "../../../src/bson/read.ts";
import {
  collectionOfSource,
  databaseAndCollection,
} from "../../../src/aggregation/join/source_namespace.ts";
import { bson, contextOf } from "../fixture.ts";

function value(from: unknown): RawElement {
  return [...elements(bson({ from }))][0];
}

Deno.test("the collection a stage reads from", () => {
  const context = contextOf();
  assert.equal(collectionOfSource("$lookup", value("c"), context), "c");
  assert.equal(collectionOfSource("$lookup", value(""), context), "");
  for (
    const [from, code, message] of [
      [5, 9, "$lookup 'from' field must be a string, but found int"],
      [null, 9, "$lookup 'from' field must be a string, but found null"],
      [".x", 73, "invalid $lookup namespace: t..x"],
      [
        { db: "d", coll: "c" },
        9,
        "$lookup with syntax {from: {db:<>, coll:<>},..} is not supported for db: d and coll: c",
      ],
      [{ x: 1 }, 40415, "BSON field '$lookup.from.x' is an unknown field."],
      [
        { db: 1 },
        14,
        "BSON field '$lookup.from.db' is the wrong type 'int', expected type 'string'",
      ],
    ] as const
  ) {
    assert.throws(
      () => collectionOfSource("$lookup", value(from), context),
      { code, message },
    );
  }
});

Deno.test("a database and a collection", () => {
  assert.deepEqual(databaseAndCollection("x", value({ db: "d", coll: "c" })), {
    database: "d",
    collection: "c",
  });
  assert.deepEqual(databaseAndCollection("x", value({})), {
    database: undefined,
    collection: undefined,
  });
});
