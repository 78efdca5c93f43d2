import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import {
  checkCreatable,
  checkDatabaseName,
  checkWritable,
  isReplicated,
  splitNamespace,
} from "../../src/storage/namespace.ts";

function refusal(check: () => void): [number, string] | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    assert(error instanceof CommandError);
    return [error.code, error.message];
  }
}

Deno.test("splitNamespace parts at the first dot", () => {
  assert.deepEqual(splitNamespace("db.a.b"), { database: "db", collection: "a.b" });
  for (
    const bad of ["db", "db.", ".a", "db..a", "a b.c", "d\0b.c", `${"x".repeat(64)}.c`, "a$b.c"]
  ) {
    const [code] = refusal(() => splitNamespace(bad))!;
    assert.equal(code, 73, bad);
  }
  assert.equal(refusal(() => splitNamespace("db."))![1], "Invalid namespace specified 'db.'");
});

Deno.test("database names", () => {
  for (const good of ["a", "x".repeat(63), "über", "a-b"]) checkDatabaseName(good);
  for (
    const bad of ["", "a.b", "a/b", "a\\b", 'a"b', "a b", "a$b", "x".repeat(64), "ü".repeat(32)]
  ) {
    assert.equal(refusal(() => checkDatabaseName(bad))?.[0], 73, bad);
  }
});

const CREATABLE: [string, string, [number, string] | undefined][] = [
  ["db", "a", undefined],
  ["db", "a.b-c d", undefined],
  ["db", "x".repeat(252), undefined],
  ["db", "x".repeat(253), [
    73,
    `Fully qualified namespace is too long. Namespace: db.${"x".repeat(253)} Max: 255`,
  ]],
  ["db", "a$b", [73, "Invalid collection name: a$b"]],
  ["db", "system.foo", [73, "Invalid system namespace: db.system.foo"]],
  ["db", "system.js", undefined],
  ["db", "system.profile", undefined],
  ["db", "system.buckets.t", undefined],
  ["db", "system.users", [73, "Invalid system namespace: db.system.users"]],
  ["admin", "system.users", undefined],
  ["db", "a.system.b", [2, "Invalid namespace: db.a.system.b"]],
  ["db", ".a", [73, "Collection names cannot start with '.': .a"]],
  ["db", "", [73, "Invalid namespace specified: db"]],
];

Deno.test("names of collections to create", () => {
  for (const [database, collection, expected] of CREATABLE) {
    assert.deepEqual(
      refusal(() => checkCreatable(database, collection)),
      expected,
      `${database}.${collection}`,
    );
  }
});

Deno.test("reserved collections are not written by clients", () => {
  assert.equal(
    refusal(() => checkWritable("local", "oplog.rs"))?.[1],
    "cannot write to local.oplog.rs",
  );
  assert.equal(refusal(() => checkWritable("db", "system.views"))?.[0], 73);
  checkWritable("local", "other");
});

Deno.test("local and the engine's own collections are not in the change log", () => {
  assert.equal(isReplicated("db", "a"), true);
  assert.equal(isReplicated("local", "a"), false);
  assert.equal(isReplicated("db", "system.profile"), false);
  assert.equal(isReplicated("config", "transactions"), false);
  assert.equal(isReplicated("config", "mine"), true);
});
