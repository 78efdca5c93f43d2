import assert from "node:assert/strict";
import { codeName, CommandError, ErrorCode, withContext } from "../src/error.ts";

Deno.test("codeName gives MongoDB's name, or Location and the code", () => {
  assert.equal(codeName(11000), "DuplicateKey");
  assert.equal(codeName(2), "BadValue");
  assert.equal(codeName(40415), "IDLUnknownField");
  assert.equal(codeName(51091), "Location51091");
});

Deno.test("codes are unique", () => {
  const codes = Object.values(ErrorCode);
  assert.equal(new Set(codes).size, codes.length);
});

Deno.test("CommandError carries code, text, labels and info", () => {
  const plain = new CommandError(ErrorCode.BadValue, "no");
  assert.equal(plain.code, 2);
  assert.equal(plain.codeName, "BadValue");
  assert.equal(plain.message, "no");
  assert.deepEqual(plain.labels, []);
  assert.equal(plain.info, undefined);
  const info = Uint8Array.of(5, 0, 0, 0, 0);
  const full = new CommandError(112, "again", { labels: ["TransientTransactionError"], info });
  assert.deepEqual(full.labels, ["TransientTransactionError"]);
  assert.equal(full.info, info);
  assert.ok(full instanceof Error);
});

Deno.test("withContext keeps code, labels and details, and says it once", () => {
  const info = Uint8Array.of(5, 0, 0, 0, 0);
  const wrapped = withContext(
    "During y",
    new CommandError(5, "bad", { labels: ["L"], info }),
  ) as CommandError;
  assert.equal(wrapped.message, "During y :: caused by :: bad");
  assert.deepEqual([wrapped.code, wrapped.labels, wrapped.info], [5, ["L"], info]);
  assert.equal(withContext("During y", wrapped), wrapped);
  const bug = new TypeError("x");
  assert.equal(withContext("During y", bug), bug);
});
