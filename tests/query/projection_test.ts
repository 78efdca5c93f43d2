// Projections applied to raw documents: inclusion, exclusion, nested forms, arrays, positional, computed fields, errors.

import assert from "node:assert/strict";
import { BsonWriter } from "../../src/bson/encode.ts";
import { CommandError } from "../../src/error.ts";
import { ExpressionCompiler } from "../../src/expression/compiler.ts";
import { parseFilter } from "../../src/query/filter.ts";
import { compileAddFields, compileProjection } from "../../src/query/projection.ts";
import { doc, type Literal, NOW, show, throwsCode } from "../expression/evaluation.ts";

function compile(spec: Literal, filter?: Literal, dialect: "find" | "aggregate" = "find") {
  const compiler = new ExpressionCompiler({ now: NOW });
  return compileProjection(doc(spec), {
    compiler,
    dialect,
    filter: filter === undefined ? undefined : parseFilter(doc(filter), { now: NOW }),
  });
}

function project(spec: Literal, document: Literal, filter?: Literal): string {
  const writer = new BsonWriter();
  compile(spec, filter).apply(doc(document), 0, writer);
  return show(writer.bytes());
}

type Row = readonly [spec: Literal, document: Literal, expected: string | number, filter?: Literal];

function checkProjections(rows: readonly Row[]): void {
  for (const [spec, document, expected, filter] of rows) {
    let actual: string | number;
    try {
      actual = project(spec, document, filter);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      actual = error.code;
    }
    assert.equal(actual, expected, Deno.inspect(spec, { depth: 5 }));
  }
}

Deno.test("inclusion and exclusion", () => {
  const document = { _id: 1, a: 2, b: { c: 3, d: 4 }, e: [{ f: 1, g: 2 }, 5, [{ f: 3 }]] };
  checkProjections([
    [{ a: 1 }, document, "{_id: 1, a: 2}"],
    [{ a: true, _id: 0 }, document, "{a: 2}"],
    [{ a: 0 }, { _id: 1, a: 2, b: 3 }, "{_id: 1, b: 3}"],
    [{ a: false, b: 0, _id: 0 }, { _id: 1, a: 2, b: 3, c: 4 }, "{c: 4}"],
    [{ "b.c": 1 }, document, "{_id: 1, b: {c: 3}}"],
    [{ b: { c: 1 } }, document, "{_id: 1, b: {c: 3}}"],
    [{ "b.c": 0, e: 0 }, document, "{_id: 1, a: 2, b: {d: 4}}"],
    [{ b: { c: 0 }, e: 0 }, document, "{_id: 1, a: 2, b: {d: 4}}"],
    [{ "e.f": 1 }, document, "{_id: 1, e: [{f: 1}, [{f: 3}]]}"],
    [{ "e.f": 0, a: 0, b: 0 }, document, "{_id: 1, e: [{g: 2}, 5, [{}]]}"],
    [{ "a.x": 1 }, document, "{_id: 1}"],
    [{ "a.x": 0, b: 0, e: 0 }, document, "{_id: 1, a: 2}"],
    [{}, { _id: 1, a: 2 }, "{_id: 1, a: 2}"],
    [{ missing: 1 }, { a: 1 }, "{}"],
    [{ __proto__x: 1, constructor: 1 }, { constructor: 1, b: 2 }, "{constructor: 1}"],
  ]);
});

Deno.test("7.65 document order is kept, computed fields go last, _id: 0 alone excludes", () => {
  checkProjections([
    [{ c: 1, a: 1 }, { _id: 1, a: 1, b: 2, c: 3 }, "{_id: 1, a: 1, c: 3}"],
    [{ b: "$a", c: 1 }, { _id: 1, a: 1, b: 2, c: 3 }, "{_id: 1, c: 3, b: 1}"],
    [{ _id: 0 }, { _id: 1, a: 1 }, "{a: 1}"],
    [{ _id: 1 }, { _id: 1, a: 1 }, "{_id: 1}"],
    [{ _id: 1, a: 0 }, { _id: 1, a: 1, b: 2 }, "{_id: 1, b: 2}"],
    [{ _id: 0, a: 1 }, { _id: 1, a: 1, b: 2 }, "{a: 1}"],
    [{ a: 1, "a.b": 1 }, {}, 31249],
    [{ "a.b": 1, a: 1 }, {}, 31250],
    [{ a: 1, b: 0 }, {}, 31254],
    [{ a: 0, b: 1 }, {}, 31253],
  ]);
  throwsCode(() => compile({ a: 1, "a.b": 1 }), 31249, "Path collision at a.b remaining portion b");
  throwsCode(() => compile({ "a.b": 1, a: 1 }), 31250, "Path collision at a");
  throwsCode(
    () => compile({ a: 1, b: 0 }),
    31254,
    "Cannot do exclusion on field b in inclusion projection",
  );
  throwsCode(
    () => compile({ a: 0, b: 1 }),
    31253,
    "Cannot do inclusion on field b in exclusion projection",
  );
});

Deno.test("computed fields", () => {
  const document = { _id: 1, a: 5, list: [{ x: 1 }, 7], n: { m: 1 } };
  checkProjections([
    [{ s: { $add: ["$a", 1] } }, document, "{_id: 1, s: 6}"],
    [{ s: "literal", t: "$a" }, document, '{_id: 1, s: "literal", t: 5}'],
    [{ s: "$$REMOVE", a: 1 }, document, "{_id: 1, a: 5}"],
    [{ r: "$$ROOT.n" }, document, "{_id: 1, r: {m: 1}}"],
    [{ a: { $cond: [false, 1, "$$REMOVE"] } }, document, "{_id: 1}"],
    [{ "n.k": "$a", "n.m": 1 }, document, "{_id: 1, n: {m: 1, k: 5}}"],
    [{ "z.k": "$a" }, document, "{_id: 1, z: {k: 5}}"],
    [{ "list.y": "$a" }, document, "{_id: 1, list: [{y: 5}]}"],
    [{ "a.k": "$a" }, document, "{_id: 1, a: {k: 5}}"],
    [{ _id: 0, v: { $literal: "$a" } }, document, '{v: "$a"}'],
    [{ a: [1, "$a"] }, document, "{_id: 1, a: [1, 5]}"],
    [{ a: 0, b: "x" }, document, 31310],
    [{ a: 0, b: { $add: [1] } }, document, 31252],
    [{ a: { $nope: 1 } }, document, 31325],
    [{ a: {} }, document, 51270],
    [{ a: { $add: [1], b: 1 } }, document, 16410],
    [{ $a: 1 }, document, 16410],
    [{ "a.": 1 }, document, 40353],
    [{ "": 1 }, document, 40352],
  ]);
  throwsCode(() => compile({ a: { $nope: 1 } }), 31325, "Unknown expression $nope");
});

Deno.test("$slice", () => {
  const document = { _id: 1, a: [1, 2, 3, 4, 5], b: 2, c: { d: [1, 2, 3] } };
  checkProjections([
    [{ a: { $slice: 2 } }, { _id: 1, a: [1, 2, 3], b: 2 }, "{_id: 1, a: [1, 2], b: 2}"],
    [{ a: { $slice: -2 }, _id: 1 }, document, "{_id: 1, a: [4, 5]}"],
    [{ a: { $slice: [1, 2] }, b: 1 }, document, "{_id: 1, a: [2, 3], b: 2}"],
    [{ a: { $slice: [-3, 2] }, b: 1 }, document, "{_id: 1, a: [3, 4], b: 2}"],
    [{ a: { $slice: [-9, 2] }, b: 1 }, document, "{_id: 1, a: [1, 2], b: 2}"],
    [{ a: { $slice: [9, 2] }, b: 1 }, document, "{_id: 1, a: [], b: 2}"],
    [{ b: { $slice: 1 }, a: 0, c: 0 }, document, "{_id: 1, b: 2}"],
    [{ "c.d": { $slice: 1 }, b: 1 }, document, "{_id: 1, b: 2, c: {d: [1]}}"],
    [{ a: { $slice: 1 }, _id: 0 }, { _id: 1, a: [1, 2], b: 3 }, "{a: [1], b: 3}"],
    [{ a: { $slice: 0 } }, { a: [1] }, "{a: []}"],
    [{ a: { $slice: "x" } }, document, 28667],
    [{ a: { $slice: [1, 0] } }, document, 28724],
  ]);
});

Deno.test("$elemMatch", () => {
  const document = { _id: 1, a: [{ x: 1 }, { x: 2, y: 1 }, { x: 2, y: 2 }], z: 3, s: [1, 5, 9] };
  checkProjections([
    [{ a: { $elemMatch: { x: 2 } } }, document, "{_id: 1, a: [{x: 2, y: 1}]}"],
    [{ a: { $elemMatch: { x: 2 } }, z: 1 }, document, "{_id: 1, z: 3, a: [{x: 2, y: 1}]}"],
    [{ s: { $elemMatch: { $gt: 3 } } }, document, "{_id: 1, s: [5]}"],
    [{ a: { $elemMatch: { x: 9 } } }, document, "{_id: 1}"],
    [{ z: { $elemMatch: { $gt: 1 } } }, document, "{_id: 1}"],
    [{ a: { $elemMatch: 5 } }, document, 31274],
    [{ "a.b": { $elemMatch: { x: 1 } } }, document, 31275],
  ]);
});

Deno.test("positional projection", () => {
  const document = {
    _id: 1,
    a: [1, 5, 9],
    b: { c: [{ d: 1 }, { d: 2 }] },
    l: [{ m: [1, 2], n: 1 }],
  };
  checkProjections([
    [{ "a.$": 1 }, document, "{_id: 1, a: [5]}", { a: 5 }],
    [{ "a.$": 1 }, document, "{_id: 1, a: [9]}", { a: { $gt: 5 } }],
    [{ "b.c.$": 1 }, document, "{_id: 1, b: {c: [{d: 2}]}}", { "b.c.d": 2 }],
    [{ "l.m.$": 1 }, document, "{_id: 1, l: [{m: [1, 2]}]}", { "l.n": 1 }],
    [{ "a.$": 1 }, { a: 5 }, "{a: 5}", { a: 5 }],
    [{ "a.$": 0 }, document, 31395, { a: 5 }],
    [{ "a.$": 1, "b.$": 1 }, document, 31276, { a: 5, b: 1 }],
    [{ "a.$": 1, b: { $elemMatch: { x: 1 } } }, document, 31255, { a: 5 }],
    [{ b: { $elemMatch: { x: 1 } }, "a.$": 1 }, document, 31256, { a: 5 }],
    [{ "a.$": 1 }, document, 31277, { x: 5 }],
    [{ "a.$": { x: 1 } }, document, 31271, { a: 5 }],
    [{ "a.$": "x" }, document, 31308, { a: 5 }],
    [{ "a.$.b": 1 }, document, 31394, { a: 5 }],
    [{ "a.$": 1 }, document, 51246, { a: { $ne: 7 } }],
    [{ "a.$": 1 }, document, 51050],
  ]);
});

Deno.test("$meta", () => {
  const writer = new BsonWriter();
  const projection = compile({ id: { $meta: "recordId" }, key: { $meta: "sortKey" } });
  assert.deepEqual(Array.from(projection.needsMeta).sort(), ["recordId", "sortKey"]);
  projection.setMetadata({ recordId: 7, sortKey: [1, null] });
  projection.apply(doc({ a: 1 }), 0, writer);
  assert.equal(show(writer.bytes()), "{a: 1, id: 7n, key: [1, null]}");
  throwsCode(() => compile({ s: { $meta: "garbage" } }), 17308);
  throwsCode(() => compile({ s: { $meta: "textScore" } }), 40218);
});

Deno.test("what a projection needs and what kind it is", () => {
  const inclusion = compile({ a: 1, b: { $add: ["$c.d", 1] } });
  assert.deepEqual(Array.from(inclusion.requiredPaths ?? []).sort(), ["_id", "a", "c.d"]);
  assert.equal(inclusion.isSimple, false);
  assert.equal(compile({ a: 0 }).requiredPaths, undefined);
  assert.equal(compile({ a: 1, "b.c": 1 }).isSimple, true);
  assert.equal(compile({ a: 1, b: "$$ROOT" }).requiredPaths, undefined);
});

Deno.test("the aggregation dialect has no find-only forms", () => {
  throwsCode(() => compile({ "a.$": 1 }, undefined, "aggregate"), 31324);
  throwsCode(() => compile({ a: { $elemMatch: { b: 1 } } }, undefined, "aggregate"), 168);
  const writer = new BsonWriter();
  compile({ a: { $slice: ["$a", 1] } }, undefined, "aggregate").apply(
    doc({ a: [1, 2] }),
    0,
    writer,
  );
  assert.equal(show(writer.bytes()), "{a: [1]}");
});

Deno.test("$addFields keeps every field and computes the named ones in place", () => {
  const add = (spec: Literal, document: Literal): string => {
    const writer = new BsonWriter();
    compileAddFields(doc(spec), new ExpressionCompiler({ now: NOW })).apply(
      doc(document),
      0,
      writer,
    );
    return show(writer.bytes());
  };
  assert.equal(add({ b: "$a", c: 5 }, { a: 1, b: 2 }), "{a: 1, b: 1, c: 5}");
  assert.equal(add({ "a.x": 1 }, { a: [{ y: 1 }, 2], b: 3 }), "{a: [{y: 1, x: 1}, {x: 1}], b: 3}");
  assert.equal(add({ a: { x: "$b" } }, { a: 7, b: 3 }), "{a: {x: 3}, b: 3}");
  assert.equal(add({ a: "$$REMOVE" }, { a: 7, b: 3 }), "{b: 3}");
  throwsCode(() => add({}, {}), 40177);
  throwsCode(() => add({ a: 1, "a.b": 2 }, {}), 40176);
});
