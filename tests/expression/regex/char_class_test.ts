import assert from "node:assert/strict";
import { parseClass } from "../../../src/expression/regex/char_class.ts";
import { compileSet } from "../../../src/expression/regex/char_set.ts";

/** The ASCII characters a class accepts. */
function accepted(text: string, fold = false, skipsBlanks = false): string {
  const cursor = { text, at: 1 };
  const accepts = compileSet(parseClass(cursor, { fold, isUnicode: false, skipsBlanks }));
  assert.equal(cursor.at, text.length);
  let found = "";
  for (let code = 32; code < 127; code++) if (accepts(code)) found += String.fromCharCode(code);
  return found;
}

Deno.test("classes", () => {
  assert.equal(accepted("[a-c]"), "abc");
  assert.equal(accepted("[]a]"), "]a");
  assert.equal(accepted("[a-]"), "-a");
  assert.equal(accepted("[\\d_]"), "0123456789_");
  assert.equal(accepted("[[:xdigit:]]"), "0123456789ABCDEFabcdef");
  assert.equal(accepted("[b]", true), "Bb");
  assert.equal(accepted("[^ -`{-~]"), "abcdefghijklmnopqrstuvwxyz");
  assert.equal(accepted("[a b]", false, true), "ab");
  assert.equal(accepted("[\\x41-\\103]"), "ABC");
  assert.equal(accepted("[\\Qa]\\E]"), "]a");
  assert.equal(accepted("[\\-\\]]"), "-]");
});

Deno.test("errors of classes", () => {
  for (const text of ["[a", "[z-a]", "[[:foo:]]", "[[.a.]]", "[\\y]", "[a-\\d]"]) {
    assert.throws(() => accepted(text), /invalid/, text);
  }
});
