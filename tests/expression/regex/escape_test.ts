import assert from "node:assert/strict";
import { characterEscape, setEscape, take } from "../../../src/expression/regex/escape.ts";

Deno.test("escapes for one character", () => {
  const rows: [string, string, number | undefined, number][] = [
    ["n", "", 10, 0],
    ["x", "41z", 0x41, 2],
    ["x", "{1F600}", 0x1f600, 7],
    ["o", "{101}", 65, 5],
    ["0", "12", 10, 2],
    ["c", "A", 1, 1],
    ["x", "", 0, 0],
    ["q", "", undefined, 0],
  ];
  for (const [letter, text, code, at] of rows) {
    const cursor = { text, at: 0 };
    assert.equal(characterEscape(letter, cursor), code, letter + text);
    assert.equal(cursor.at, at, letter + text);
  }
  assert.throws(() => characterEscape("x", { text: "{110000}", at: 0 }), /too large/);
  assert.throws(() => characterEscape("x", { text: "{zz}", at: 0 }), /non-hex/);
});

Deno.test("escapes for sets", () => {
  assert.deepEqual(setEscape("d", { text: "", at: 0 }, false)?.ranges, [[48, 57]]);
  assert.deepEqual(setEscape("D", { text: "", at: 0 }, false)?.ranges, [[0, 47], [58, 0x10ffff]]);
  assert.deepEqual(setEscape("p", { text: "{Lu}", at: 0 }, false)?.properties, ["\\p{Lu}"]);
  assert.deepEqual(setEscape("P", { text: "L", at: 0 }, false)?.properties, ["\\P{L}"]);
  assert.equal(setEscape("q", { text: "", at: 0 }, false), undefined);
  assert.throws(() => setEscape("p", { text: "{Foo}", at: 0 }, false), /unknown property/);
  assert.throws(() => setEscape("p", { text: "{L", at: 0 }, false), /malformed/);
});

Deno.test("take moves the cursor behind what matches", () => {
  const cursor = { text: "aab", at: 0 };
  assert.equal(take(cursor, /a+/y), "aa");
  assert.equal(cursor.at, 2);
  assert.equal(take(cursor, /a+/y), "");
});
