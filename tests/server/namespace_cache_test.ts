import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { getField } from "../../src/bson/read.ts";
import { CommandError } from "../../src/error.ts";
import { NamespaceCache } from "../../src/server/namespace_cache.ts";

function use(cache: NamespaceCache, database: string, collection?: string): string {
  const body = documentFrom({ c: collection ?? 1, $db: database });
  cache.use(
    body,
    getField(body, "$db")!.at,
    collection === undefined ? 0 : getField(body, "c")!.at,
  );
  return cache.namespace;
}

Deno.test("names follow the requests", () => {
  const cache = new NamespaceCache();
  for (let i = 0; i < 2; i++) {
    assert.equal(use(cache, "test", "coll"), "test.coll");
    assert.equal(use(cache, "test", "coll"), "test.coll");
    assert.equal(use(cache, "test"), "test.$cmd");
    assert.equal(use(cache, "other", "coll"), "other.coll");
    assert.equal(cache.database, "other");
    assert.equal(use(cache, "other", "collé"), "other.collé");
    assert.equal(use(cache, "other", "col"), "other.col");
  }
});

for (const [database, collection] of [["a b", "c"], ["", "c"], ["a", ""], ["a", ".c"]]) {
  Deno.test(`"${database}"."${collection}" is refused with 73, every time`, () => {
    const cache = new NamespaceCache();
    for (let i = 0; i < 2; i++) {
      assert.throws(
        () => use(cache, database, collection),
        (error) => error instanceof CommandError && error.code === 73,
      );
    }
  });
}
