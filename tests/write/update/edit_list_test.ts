// Collecting edits and writing them out.

import assert from "node:assert/strict";
import { EditList } from "../../../src/write/update/edit_list.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

Deno.test("edits of the same size patch a copy", () => {
  const edits = new EditList();
  const document = bytes("abcdef");
  edits.replace(4, 5, bytes("XYZ"), 1, 2);
  edits.replace(0, 2, bytes("12"), 0, 2);
  assert.equal(text(edits.emit(document)), "12cdYf");
  assert.equal(text(document), "abcdef");
  assert.equal(edits.delta, 0);
});

Deno.test("edits come out by position, insertions at one place in the order given", () => {
  const edits = new EditList();
  const from = edits.arena.length;
  for (const unit of bytes("<new>")) edits.arena.byte(unit);
  edits.replace(6, 6, bytes("1"), 0, 1);
  edits.replace(6, 6, bytes("2"), 0, 1);
  edits.insertFromArena(3, from);
  edits.remove(0, 1);
  edits.setByte(4, 0x45);
  assert.equal(text(edits.emit(bytes("abcdef"))), "bc<new>dEf12");
  edits.reset();
  assert.equal(text(edits.emit(bytes("abcdef"))), "abcdef");
});

Deno.test("many edits in any order", () => {
  const edits = new EditList();
  const document = new Uint8Array(200).fill(0x2e);
  for (let i = 199; i >= 0; i -= 2) edits.replace(i, i + 1, bytes("ab"), 0, 2);
  assert.equal(text(edits.emit(document)), ".ab".repeat(100));
});

Deno.test("edits that overlap are a bug", () => {
  const edits = new EditList();
  edits.replace(0, 3, bytes("x"), 0, 1);
  edits.replace(2, 4, bytes("y"), 0, 1);
  assert.throws(() => edits.emit(bytes("abcdef")), /overlap/);
});

Deno.test("setLength writes an int32", () => {
  const edits = new EditList();
  edits.setLength(0, 0x01020304);
  assert.deepEqual(edits.emit(new Uint8Array(5)), Uint8Array.of(4, 3, 2, 1, 0));
});
