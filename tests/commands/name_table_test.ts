import assert from "node:assert/strict";
import { NameTable } from "../../src/commands/name_table.ts";

const NAMES = ["a", "find", "findAndModify", "$db", "lsid", "", "é"];
const table = new NameTable(NAMES.map((name, i) => [name, i]));

function lookup(name: string): number {
  const bytes = new TextEncoder().encode(`xx${name}\0rest`);
  const number = table.lookup(bytes, 2);
  assert.equal(bytes[table.nameEnd], 0);
  assert.equal(table.nameEnd, 2 + new TextEncoder().encode(name).length);
  return number;
}

Deno.test("every name is found, others are not", () => {
  NAMES.forEach((name, i) => assert.equal(lookup(name), i, name));
  for (const name of ["b", "fin", "findAndModif", "findAndModifyX", "e"]) {
    assert.equal(lookup(name), -1, name);
  }
});

Deno.test("a name that the bytes do not end is not found", () => {
  assert.equal(table.lookup(new TextEncoder().encode("nothing"), 0), -1);
});

Deno.test("a table of a thousand names", () => {
  const many = new NameTable(Array.from({ length: 1000 }, (_, i) => [`name${i}`, i] as const));
  for (let i = 0; i < 1000; i++) {
    assert.equal(many.lookup(new TextEncoder().encode(`name${i}\0`), 0), i);
  }
});
