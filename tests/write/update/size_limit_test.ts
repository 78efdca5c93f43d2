// The size of updated documents.

import assert from "node:assert/strict";
import { checkUpdatedSize, MAX_DOCUMENT_BYTES } from "../../../src/write/update/size_limit.ts";

Deno.test("17419 up to the buffer limit, then 10334", () => {
  checkUpdatedSize(new Uint8Array(MAX_DOCUMENT_BYTES));
  assert.throws(() => checkUpdatedSize(new Uint8Array(MAX_DOCUMENT_BYTES + 1)), { code: 17419 });
  assert.throws(() => checkUpdatedSize(new Uint8Array(MAX_DOCUMENT_BYTES + 16385)), {
    code: 10334,
  });
});
