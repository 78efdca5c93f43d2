// Codes, names and messages of WiredTigerError.

import assert from "node:assert/strict";
import { codeName, WiredTigerError, WtCode } from "../../ffi/errors.ts";

Deno.test("the message names operation, code and detail", () => {
  const error = new WiredTigerError("insert", WtCode.diskFull, "log write");
  assert.equal(error.message, "WiredTiger insert: ENOSPC: log write");
  assert.equal(new WiredTigerError("get", -31804).message, "WiredTiger get: WT_PANIC");
  assert.equal(codeName(-9999), "code -9999");
});

Deno.test("only rollback and prepare conflict are worth another try", () => {
  for (const [name, code] of Object.entries(WtCode)) {
    const expected = name === "rollback" || name === "prepareConflict";
    assert.equal(new WiredTigerError("x", code).isConflict, expected, name);
  }
});
