import assert from "node:assert/strict";
import { appendToProfile, profileCollection } from "../../src/storage/profile_collection.ts";
import { CommandError } from "../../src/error.ts";
import { doc, openHome, texts, withEngine, withHome } from "./fixture.ts";

Deno.test("the profile is made once, without an index and without telling followers", async () => {
  await withEngine((engine) => {
    const before = engine.changeLog.counters.documents;
    const collection = profileCollection(engine, "db");
    assert.equal(profileCollection(engine, "db"), collection);
    assert.deepEqual(collection.indexes, []);
    assert.equal(collection.options.capped?.maxBytes, 1024 * 1024);
    appendToProfile(engine, collection, doc({ op: "query" }));
    assert.equal(collection.count, 1);
    engine.definitions.drop("db.system.profile");
    assert.equal(engine.changeLog.counters.documents, before);
  });
});

Deno.test("what is not capped is not written to", async () => {
  await withEngine((engine) => {
    engine.definitions.create("db.system.profile");
    assert.throws(
      () => profileCollection(engine, "db"),
      (error) => error instanceof CommandError && error.code === 48,
    );
  });
});

Deno.test("the oldest documents make room, by size and by number, also after a restart", async () => {
  await withHome(async (path) => {
    const engine = await openHome(path);
    engine.definitions.create("db.system.profile", {
      options: doc({ capped: true, size: 4096, max: 5 }),
    });
    const collection = profileCollection(engine, "db");
    for (let i = 0; i < 20; i++) appendToProfile(engine, collection, doc({ i }));
    assert.deepEqual(
      await texts(collection.scan()),
      [15, 16, 17, 18, 19].map((i) => `{ i: ${i} }`),
    );
    appendToProfile(engine, collection, doc({ long: "x".repeat(4000) }));
    assert.equal(collection.count, 5);
    appendToProfile(engine, collection, doc({ long: "y".repeat(4000) }));
    assert.deepEqual([collection.count, collection.dataSize], [1, 4016]);
    await engine.close();
    const again = await openHome(path);
    const reopened = profileCollection(again, "db");
    assert.equal(reopened.count, 1);
    appendToProfile(again, reopened, doc({ long: "z".repeat(100) }));
    assert.deepEqual(await texts(reopened.scan()), [`{ long: "${"z".repeat(100)}" }`]);
    await again.close();
  });
});
