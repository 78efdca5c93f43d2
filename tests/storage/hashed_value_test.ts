import assert from "node:assert/strict";
import { parseCollation } from "../../src/bson/collation.ts";
import { decodeValue } from "../../src/bson/decode.ts";
import { hashedValue } from "../../src/storage/hashed_value.ts";
import { Double } from "bson";
import { doc, type Literal, value, withEngine } from "./fixture.ts";
import { insert } from "./fixture.ts";
import { CommandError } from "../../src/error.ts";
import { validateCollection } from "../../src/storage/validate.ts";

function hash(literal: Literal, locale?: string): unknown {
  const collation = locale === undefined ? undefined : parseCollation(doc({ locale, strength: 2 }));
  return decodeValue(hashedValue(value(literal), collation));
}

Deno.test("hashes are MongoDB's; numbers of all types share them, missing is null", () => {
  assert.equal(hash(1), 5902408780260971510n);
  assert.equal(hash(new Double(1.7)), hash(1n));
  assert.equal(decodeValue(hashedValue(undefined, undefined)), hash(null));
  assert.notEqual(hash("a"), hash("b"));
});

Deno.test("under a collation equal strings have equal hashes", () => {
  assert.equal(hash("a", "en"), hash("A", "en"));
  assert.equal(hash({ x: "a" }, "en"), hash({ x: "A" }, "en"));
  assert.notEqual(hash("a", "en"), hash("b", "en"));
  assert.equal(hash(1, "en"), hash(1));
});

Deno.test("a hashed index is kept up, refuses arrays and is found sound", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [
      doc({ key: { a: "hashed" }, name: "a_hashed" }),
      doc({ key: { b: -1, _id: "hashed" }, name: "b_id" }),
      doc({ key: { _id: "hashed" }, name: "_id_hashed" }),
    ]);
    assert.equal(collection.indexes.length, 4);
    const [first] = insert(engine, collection, doc({ _id: 1, a: "x", b: 5 }));
    insert(engine, collection, doc({ _id: 2, b: 5 }));
    for (const document of [{ _id: 3, a: [1] }, { _id: 3, b: [] }]) {
      assert.throws(
        () => insert(engine, collection, doc(document)),
        (error) => error instanceof CommandError && error.code === 16766,
      );
    }
    const before = doc({ _id: 1, a: "x", b: 5 });
    engine.run((t) => collection.update(t, first, before, doc({ _id: 1, a: "y", b: 6 })));
    assert.equal(collection.count, 2);
    assert.deepEqual((await validateCollection(engine.store, collection)).errors, []);
    insert(engine, engine.definitions.ensureCollection("db.d"), doc({ _id: 1, a: [1] }));
    await assert.rejects(
      engine.indexes.create("db.d", [doc({ key: { a: "hashed" }, name: "a_hashed" })]),
      (error) => error instanceof CommandError && error.code === 16766,
    );
    assert.equal(engine.catalog.collection("db.d")!.indexes.length, 1);
  });
});
