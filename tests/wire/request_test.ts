import assert from "node:assert/strict";
import { Request } from "../../src/wire/request.ts";

Deno.test("reset() forgets all of the request before", () => {
  const request = new Request();
  const fresh = structuredClone({ ...request });
  request.isLegacy = true;
  request.moreToCome = true;
  request.exhaustAllowed = true;
  request.hasChecksum = true;
  request.compressorId = 2;
  request.legacyDatabase = "admin";
  request.body = new Uint8Array(3);
  request.sequences = new Map([["a", { bytes: new Uint8Array(1), starts: [], end: 1 }]]);
  request.reset();
  assert.deepEqual({ ...request }, fresh);
});
