// Differences as the change log keeps them.

import assert from "node:assert/strict";
import { deserialize, serialize } from "bson";
import { applyDiff, diffDocuments } from "../../src/bson/diff.ts";

// deno-lint-ignore no-explicit-any
type Literal = any;

function encode(document: Literal): Uint8Array {
  return new Uint8Array(serialize(document));
}

const LONG = "a text long enough that a difference is smaller than the value";

const ROWS: readonly (readonly [Literal, Literal, Literal])[] = [
  [{ a: 1 }, { a: 2 }, { u: { a: 2 } }],
  [{ a: 1 }, { a: 1.5 }, { u: { a: 1.5 } }],
  [{ a: 1 }, { a: 1, b: 2 }, { i: { b: 2 } }],
  [{ a: 1, b: 2 }, { a: 1 }, { d: { b: false } }],
  [{ a: 1, b: 2, c: 3 }, { c: 4, d: 5 }, { d: { a: false, b: false }, u: { c: 4 }, i: { d: 5 } }],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, { i: { a: 1 } }],
  [{ a: { p: LONG, x: 1 } }, { a: { p: LONG, x: 2 } }, { sa: { u: { x: 2 } } }],
  [{ a: { x: 1 } }, { a: { x: 2 } }, { u: { a: { x: 2 } } }],
  [{ a: { p: LONG, x: 1 } }, { a: [LONG] }, { u: { a: [LONG] } }],
  [{ a: [LONG, 1] }, { a: [LONG, 2] }, { sa: { a: true, u1: 2 } }],
  [{ a: [LONG] }, { a: [LONG, 2] }, { sa: { a: true, u1: 2 } }],
  [{ a: [LONG, 1, 2] }, { a: [LONG] }, { sa: { a: true, l: 1 } }],
  [{ a: [LONG, 1, 2] }, { a: [LONG, 3] }, { sa: { a: true, l: 2, u1: 3 } }],
  [
    { a: [LONG, { p: LONG, x: 1 }] },
    { a: [LONG, { p: LONG, x: 2 }] },
    { sa: { a: true, s1: { u: { x: 2 } } } },
  ],
  [
    { a: { b: { p: LONG, c: 1 }, p: LONG } },
    { a: { b: { p: LONG, c: 2 }, p: LONG } },
    { sa: { sb: { u: { c: 2 } } } },
  ],
  [{ a: 1 }, { a: 1 }, {}],
  [{}, { a: 1 }, { i: { a: 1 } }],
  [{ a: 1 }, {}, { d: { a: false } }],
];

Deno.test("diffDocuments writes mongod's sections", () => {
  for (const [before, after, diff] of ROWS) {
    const entry = diffDocuments(encode(before), encode(after));
    assert.deepEqual(deserialize(entry), { $v: 2, diff }, JSON.stringify([before, after]));
    assert.deepEqual(entry, encode({ $v: 2, diff }));
  }
});

Deno.test("law: applyDiff(diffDocuments(a, b), a) is b", () => {
  for (const [before, after] of ROWS) {
    for (const [a, b] of [[before, after], [after, before]]) {
      const from = encode(a);
      const to = encode(b);
      assert.deepEqual(applyDiff(from, diffDocuments(from, to)), to, JSON.stringify([a, b]));
    }
  }
});

Deno.test("applyDiff takes a bare difference and pads arrays", () => {
  assert.deepEqual(
    applyDiff(encode({ a: 1 }), encode({ u: { a: 2 }, i: { b: 1 } })),
    encode({ a: 2, b: 1 }),
  );
  assert.deepEqual(
    applyDiff(encode({ a: [1] }), encode({ sa: { a: true, u3: 4 } })),
    encode({ a: [1, null, null, 4] }),
  );
  assert.deepEqual(applyDiff(encode({ a: 1 }), encode({ sa: { u: { b: 1 } } })), encode({ a: 1 }));
});
