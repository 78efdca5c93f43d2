import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { alreadyExists, checkIndexCount, isSameIndex } from "../../src/storage/index_conflicts.ts";
import { normalizeIndexSpec } from "../../src/storage/index_spec.ts";
import { doc, type Literal } from "./fixture.ts";

function spec(given: Record<string, Literal>) {
  return normalizeIndexSpec(doc(given), undefined);
}

const EXISTING = [
  spec({ key: { a: 1 }, name: "a_1" }),
  spec({ key: { b: 1 }, name: "b_1", expireAfterSeconds: 60 }),
];

const TABLE: [Record<string, Literal>, boolean | number][] = [
  [{ key: { a: 1 }, name: "a_1" }, true],
  [{ key: { a: 1 }, name: "a_1", background: true }, true],
  [{ key: { c: 1 }, name: "c_1" }, false],
  [{ key: { a: 1 }, name: "other" }, 85],
  [{ key: { a: 1 }, name: "a_1", unique: true }, 86],
  [{ key: { c: 1 }, name: "a_1" }, 86],
  [{ key: { a: 1 }, name: "a_u", unique: true }, false],
  [{ key: { b: 1 }, name: "b_1", expireAfterSeconds: 61 }, 85],
  [{ key: { b: 1 }, name: "b_1", expireAfterSeconds: 60n }, true],
  [{ key: { b: 1 }, name: "b_2", expireAfterSeconds: 61 }, 85],
  [{ key: { a: 1 }, name: "p", partialFilterExpression: { x: 1 } }, false],
];

Deno.test("indexes that are there, may be added, or collide", () => {
  for (const [given, expected] of TABLE) {
    if (typeof expected === "boolean") {
      assert.equal(alreadyExists(spec(given), EXISTING), expected);
    } else {
      assert.throws(
        () => alreadyExists(spec(given), EXISTING),
        (error) => error instanceof CommandError && error.code === expected,
      );
    }
  }
  assert.equal(isSameIndex(EXISTING[0], EXISTING[1]), false);
});

Deno.test("at most 64 indexes", () => {
  checkIndexCount("db.c", EXISTING[0], 63);
  assert.throws(
    () => checkIndexCount("db.c", EXISTING[0], 64),
    /^CommandError: add index fails, too many indexes for db\.c key:\{ a: 1 \}$/,
  );
});
