// Sort specifications and their errors.

import assert from "node:assert/strict";
import { parseSort } from "../../src/query/sort_spec.ts";
import { doc, double, type Literal, long, throwsCode } from "../expression/evaluation.ts";

Deno.test("directions and paths", () => {
  const { parts } = parseSort(doc({ a: 1, "b.c": -1, d: long(1), e: double(-1) }));
  assert.deepEqual(parts.map(({ path, direction }) => [path, direction]), [
    ["a", 1],
    ["b.c", -1],
    ["d", 1],
    ["e", -1],
  ]);
  assert.equal(parseSort(doc({ $natural: -1 })).natural, -1);
  assert.deepEqual(parseSort(doc({})).parts, []);
});

Deno.test("bad specifications", () => {
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`f${i}`, 1]));
  const rows: readonly (readonly [Literal, number])[] = [
    [{ a: 2 }, 15975],
    [{ a: 0 }, 15975],
    [{ a: "asc" }, 15974],
    [{ a: true }, 15974],
    [{ a: null }, 15974],
    [{ a: {} }, 17312],
    [{ a: { $sum: 1 } }, 17312],
    [{ a: { $meta: "x" } }, 31138],
    [{ a: { $meta: "textScore", b: 1 } }, 9],
    [{ "a.": 1 }, 40353],
    [{ "": 1 }, 40352],
    [{ $a: 1 }, 16410],
    [{ $natural: 1, a: 1 }, 2],
    [{ a: 1, $natural: 1 }, 2],
    [{ $natural: 5 }, 2],
    [many, 13103],
  ];
  for (const [spec, code] of rows) throwsCode(() => parseSort(doc(spec)), code);
  throwsCode(
    () => parseSort(doc({ a: 2 })),
    15975,
    "$sort key ordering must be 1 (for ascending) or -1 (for descending)",
  );
});
