import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { doc, insert, type Literal, text, withEngine } from "./fixture.ts";

const TABLE: {
  key: Record<string, Literal>;
  options?: Record<string, Literal>;
  first: Record<string, Literal>;
  second: Record<string, Literal>;
  dup: string;
}[] = [
  { key: { a: 1 }, first: { a: "x" }, second: { a: "x" }, dup: '{ a: "x" }' },
  { key: { a: 1, b: -1 }, first: { a: 1, b: 2 }, second: { a: 1, b: 2n }, dup: "{ a: 1, b: 2 }" },
  { key: { a: -1 }, first: {}, second: {}, dup: "{ a: null }" },
  {
    key: { "a.b": 1 },
    first: { a: { b: 5 } },
    second: { a: [{ b: 4 }, { b: 5 }] },
    dup: "{ a.b: 5 }",
  },
  { key: { a: 1 }, first: { a: [3, 4] }, second: { a: [1, 4] }, dup: "{ a: 4 }" },
  { key: { a: 1 }, first: { a: { x: 1 } }, second: { a: { x: 1 } }, dup: "{ a: { x: 1 } }" },
  { key: { "a.0": 1 }, first: { a: [7, 8] }, second: { a: [7, 9] }, dup: "{ a.0: 7 }" },
];

Deno.test("E11000 names collection, index and key, and carries keyPattern and keyValue", async () => {
  for (const { key, options, first, second, dup } of TABLE) {
    await withEngine(async (engine) => {
      const collection = engine.definitions.ensureCollection("db.c");
      await engine.indexes.create("db.c", [doc({ key, name: "k", unique: true, ...options })]);
      insert(engine, collection, doc({ _id: 1, ...first }));
      assert.throws(() => insert(engine, collection, doc({ _id: 2, ...second })), (error) => {
        assert(error instanceof CommandError);
        assert.equal(error.code, 11000);
        assert.equal(
          error.message,
          `E11000 duplicate key error collection: db.c index: k dup key: ${dup}`,
        );
        assert.equal(
          text(error.info!),
          `{ keyPattern: ${text(doc(key))}, keyValue: ${dup} }`,
        );
        return true;
      });
    });
  }
});

Deno.test("a collated index shows its collation", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1 }, name: "k", unique: true, collation: { locale: "en" } }),
    ]);
    insert(engine, collection, doc({ _id: 1, a: 1 }));
    assert.throws(
      () => insert(engine, collection, doc({ _id: 2, a: 1 })),
      /index: k collation: \{ locale: "en".* dup key: \{ a: 1 \}$/,
    );
  });
});

Deno.test("of strings under a collation the keys are shown, and which values they stand for", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const collation = { locale: "en", strength: 2 };
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1, b: 1 }, name: "k", unique: true, collation }),
    ]);
    insert(engine, collection, doc({ _id: 1, a: "x", b: 1 }));
    assert.throws(() => insert(engine, collection, doc({ _id: 2, a: "X", b: 1 })), (error) => {
      assert(error instanceof CommandError);
      assert.match(error.message, /dup key: \{ a: "CollationKey\(0x[0-9a-f]+\)", b: 1 \}$/);
      assert.match(
        text(error.info!),
        /keyValue: \{ a: "[0-9a-f]+", b: 1 \}, hexEncoded: \[ true, false \]/,
      );
      return true;
    });
  });
});
