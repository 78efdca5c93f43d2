// The scratch bytes of an update.

import assert from "node:assert/strict";
import { BsonType } from "../../../src/bson/type.ts";
import { nameBytes } from "../../../src/bson/read.ts";
import { ByteArena, copyBytes } from "../../../src/write/update/byte_arena.ts";
import { encode } from "./update_table.ts";

Deno.test("an arena writes elements and values and grows", () => {
  const arena = new ByteArena(8);
  const mark = arena.open();
  arena.header(BsonType.Int32, nameBytes("a"));
  arena.int32(-5);
  arena.header(BsonType.Double, nameBytes("d"));
  arena.double(1.5);
  arena.header(BsonType.Array, nameBytes("l"));
  const list = arena.open();
  for (let i = 0; i < 12; i++) {
    arena.indexHeader(BsonType.Boolean, i);
    arena.byte(1);
  }
  arena.close(list);
  arena.close(mark);
  assert.deepEqual(
    arena.document(mark),
    encode({ a: -5, d: 1.5, l: Array.from({ length: 12 }, () => true) }),
  );
});

Deno.test("an arena copies values of other documents", () => {
  const source = encode({ s: "x".repeat(100) });
  const arena = new ByteArena(4);
  arena.value(source, BsonType.String, 7);
  assert.equal(arena.length, 105);
  arena.length = 0;
  arena.int64(-2n);
  assert.deepEqual(
    arena.bytes.subarray(0, 8),
    Uint8Array.of(254, 255, 255, 255, 255, 255, 255, 255),
  );
});

Deno.test("copyBytes copies short and long ranges", () => {
  const source = Uint8Array.from({ length: 100 }, (_, i) => i);
  for (const length of [0, 1, 48, 49, 90]) {
    const target = new Uint8Array(100);
    copyBytes(source, 5, 5 + length, target, 3);
    assert.deepEqual(target.subarray(3, 3 + length), source.subarray(5, 5 + length));
    assert.equal(target[3 + length], 0);
  }
});
