import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { normalizeIndexSpec } from "../../src/storage/index_spec.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import { checkWildcard } from "../../src/storage/wildcard_spec.ts";
import { doc, insert, type Literal, withEngine } from "./fixture.ts";

const ALL = { "$**": 1 };
const PAIR = { "$**": 1, b: 1 };

const REFUSED: ReadonlyArray<readonly [Record<string, Literal>, number, RegExp]> = [
  [{ key: { a: 1 }, wildcardProjection: { b: 1 } }, 2, /only allowed in 'wildcard' indexes$/],
  [{ key: { "a.$**": 1 }, wildcardProjection: { b: 1 } }, 9, /only allowed when 'key' is/],
  [{ key: ALL, wildcardProjection: {} }, 9, /can't be an empty object/],
  [
    { key: ALL, wildcardProjection: { a: 1, b: 0 } },
    31254,
    /Cannot do exclusion on field b in inclusion projection$/,
  ],
  [{ key: ALL, wildcardProjection: { a: "x" } }, 51271, /computed fields/],
  [{ key: ALL, unique: true }, 67, /does not support the 'unique' option$/],
  [{ key: ALL, sparse: true }, 67, /does not support the 'sparse' option$/],
  [{ key: ALL, expireAfterSeconds: 5 }, 67, /cannot make a TTL index :: caused by :: /],
  [{ key: { "$**": 1, "a.$**": 1 } }, 7246201, /only one wildcard/],
  [{ key: { "a.$**": 1, b: "hashed" } }, 67, /hashed/],
  [{ key: { "$**": 1, b: 1 } }, 67, /must also specify 'wildcardProjection' option$/],
  [{ key: { "a.$**": 1, "a.b": 1 } }, 7246204, /'a\.b' is overlapping/],
  [{ key: { "$**": "hashed" } }, 67, /./],
  [{ key: ALL, wildcardProjection: 5 }, 14, /must be a non-empty object, but got int$/],
  [{ key: ALL, wildcardProjection: { a: 0, b: 1 } }, 31253, /inclusion on field b in exclusion/],
  [{ key: PAIR, wildcardProjection: { a: "x" } }, 7246207, /however 'a: "x"' is a string\.$/],
  [{ key: PAIR, wildcardProjection: { a: 1, "a.c": 1 } }, 7246200, /'a' is overlapped with 'a\.c$/],
  [{ key: PAIR, wildcardProjection: { b: 1 } }, 7246208, /'b' index field/],
  [{ key: PAIR, wildcardProjection: { z: 0 } }, 7246209, /'b'is not excluded\.$/],
  [{ key: PAIR, wildcardProjection: { a: 0 } }, 7246210, /'b'is not excluded\.$/],
  [{ key: PAIR, wildcardProjection: { b: 0, c: 1, d: 1 } }, 7246211, /exception of explicitly/],
];

for (const [spec, code, pattern] of REFUSED) {
  Deno.test(`${JSON.stringify(spec)} is refused with ${code}`, () => {
    assert.throws(
      () => normalizeIndexSpec(doc({ name: "w", ...spec }), undefined),
      (error) =>
        error instanceof CommandError && error.code === code && pattern.test(error.message),
    );
  });
}

Deno.test("what may be", () => {
  const specs: Record<string, Literal>[] = [
    { key: ALL },
    { key: { "a.b.$**": -1 } },
    { key: ALL, wildcardProjection: { a: 1, _id: 0 } },
    { key: { t: 1, "a.$**": 1, z: -1 } },
    { key: { "$**": 1, b: 1 }, wildcardProjection: { b: 0 } },
    { key: ALL, partialFilterExpression: { x: 1 }, hidden: true },
  ];
  for (const spec of specs) {
    checkWildcard(normalizeIndexSpec(doc({ name: "w", ...spec }), undefined));
  }
});

Deno.test("a wildcard index is kept up by all writes", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 0, a: [1, { b: 2 }] }));
    await engine.indexes.create("db.c", [
      doc({ key: ALL, name: "all" }),
      doc({ key: { t: 1, "a.$**": -1 }, name: "some" }),
    ]);
    const before = doc({ _id: 1, a: { b: 1 }, c: 5 });
    const [recordId] = insert(engine, collection, before);
    const after = doc({ _id: 1, a: { b: [1, 2] }, d: {} });
    engine.run((t) => collection.update(t, recordId, before, after));
    const [gone] = insert(engine, collection, doc({ _id: 2, t: 1, a: 1 }));
    engine.run((t) => collection.remove(t, gone, doc({ _id: 2, t: 1, a: 1 })));
    assert.equal(collection.index("all")!.isMultikey, true);
    assert.deepEqual((await validateCollection(engine.store, collection)).errors, []);
  });
});
