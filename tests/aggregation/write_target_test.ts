import assert from "node:assert/strict";
import {
  isInternalDatabase,
  isSystemCollection,
  isValidTarget,
  targetCollection,
  targetNamespace,
} from "../../src/aggregation/write_target.ts";
import { withCollection } from "../plan/collection.ts";
import { bson } from "./fixture.ts";

const target = (database: string, collection: string) => ({ database, collection });

Deno.test("names of targets", () => {
  assert.equal(targetNamespace(target("d", "a.b")), "d.a.b");
  assert.ok(isValidTarget(target("d", "a.b")));
  for (
    const [database, collection] of [["", "c"], ["a b", "c"], ["d", ""], ["d", ".c"], ["d", "\0"]]
  ) {
    assert.equal(isValidTarget(target(database, collection)), false);
  }
  assert.ok(isSystemCollection(target("d", "system.x")));
  assert.equal(isSystemCollection(target("d", "systems")), false);
  for (const name of ["admin", "config", "local"]) assert.ok(isInternalDatabase(target(name, "c")));
  assert.equal(isInternalDatabase(target("d", "c")), false);
});

Deno.test("the collection of a target", async () => {
  await withCollection([], [], (collection, engine) => {
    engine.definitions.create("t.v", { options: bson({ viewOn: "c", pipeline: [] }) });
    assert.equal(targetCollection(engine.catalog, "t.c"), collection);
    assert.equal(targetCollection(engine.catalog, "t.nope"), undefined);
    assert.throws(() => targetCollection(engine.catalog, "t.v"), {
      code: 166,
      message: "Namespace t.v is a view, not a collection",
    });
  });
});
