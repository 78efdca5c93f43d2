import assert from "node:assert/strict";
import { WiredTigerError, WtCode } from "../../ffi/errors.ts";
import { CommandError } from "../../src/error.ts";
import {
  isBusy,
  isDuplicateKey,
  isRollback,
  openError,
  translateError,
} from "../../src/storage/errors.ts";

const TABLE: [number, number][] = [
  [WtCode.rollback, 112],
  [WtCode.prepareConflict, 112],
  [WtCode.duplicateKey, 11000],
  [WtCode.diskFull, 14031],
  [WtCode.cacheFull, 146],
  [WtCode.panic, 301],
  [WtCode.trySalvage, 301],
  [WtCode.inputOutput, 96],
  [-99, 8],
];

Deno.test("return codes become MongoDB's errors", () => {
  for (const [code, expected] of TABLE) {
    const translated = translateError(new WiredTigerError("insert", code, "detail"));
    assert(translated instanceof CommandError);
    assert.equal(translated.code, expected);
  }
});

Deno.test("other errors pass", () => {
  const error = new TypeError("x");
  assert.equal(translateError(error), error);
  assert.equal(openError(error, "/p"), error);
});

Deno.test("a home in use is told with its path and the remedy", () => {
  const error = openError(new WiredTigerError("open", WtCode.busy), "/data");
  assert(error instanceof CommandError);
  assert.equal(error.code, 98);
  assert.match(error.message, /\/data is in use by another process/);
});

Deno.test("kinds of errors", () => {
  assert(isRollback(new WiredTigerError("x", WtCode.rollback)));
  assert(isDuplicateKey(new WiredTigerError("x", WtCode.duplicateKey)));
  assert(isBusy(new WiredTigerError("x", WtCode.busy)));
  assert(!isRollback(new Error("x")));
});
