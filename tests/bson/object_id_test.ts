import assert from "node:assert/strict";
import { newObjectId } from "../../src/bson/object_id.ts";

Deno.test("ObjectIds: seconds, process, rising counter (7.73)", () => {
  const before = Math.floor(Date.now() / 1000);
  const ids = Array.from({ length: 1000 }, () => newObjectId());
  const after = Math.floor(Date.now() / 1000);
  const seconds = new DataView(ids[0].buffer).getUint32(0);
  assert.ok(seconds >= before && seconds <= after);
  assert.deepEqual(ids[0].slice(4, 9), ids[999].slice(4, 9));
  assert.equal(new Set(ids.map(String)).size, 1000);
  const counter = (id: Uint8Array) => (id[9] << 16) | (id[10] << 8) | id[11];
  assert.equal((counter(ids[0]) + 1) & 0xffffff, counter(ids[1]));
});

Deno.test("newObjectId writes in place", () => {
  const target = new Uint8Array(16);
  newObjectId(target, 2);
  assert.equal(target[0] + target[1] + target[14] + target[15], 0);
  assert.notEqual(target[2], 0);
});
