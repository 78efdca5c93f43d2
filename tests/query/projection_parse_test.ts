// What kind a projection is, and what it reads.

import assert from "node:assert/strict";
import { ExpressionCompiler } from "../../src/expression/compiler.ts";
import { Scope } from "../../src/expression/scope.ts";
import { parseProjection } from "../../src/query/projection_parse.ts";
import { doc, type Literal, NOW, throwsCode } from "../expression/evaluation.ts";

function parse(spec: Literal, dialect: "find" | "aggregate" = "find") {
  const compiler = new ExpressionCompiler({ now: NOW });
  return parseProjection(doc(spec), { compiler, scope: new Scope(), dialect });
}

Deno.test("inclusion or exclusion", () => {
  const inclusions: Literal[] = [
    { a: 1 },
    { _id: 1 },
    { a: "$b" },
    { a: { $elemMatch: { b: 1 } } },
    { _id: 0, a: { $elemMatch: { b: 1 } } },
    { _id: 1, a: { $slice: 1 } },
    { _id: 1, a: { $meta: "recordId" } },
    { _id: 0, a: 1 },
  ];
  const exclusions: Literal[] = [
    {},
    { a: 0 },
    { _id: 0 },
    { _id: 1, a: 0 },
    { a: { $slice: 1 } },
    { _id: 0, a: { $slice: 1 } },
    { a: { $meta: "recordId" } },
    { _id: 0, a: { $meta: "recordId" } },
  ];
  for (const spec of inclusions) assert.equal(parse(spec).isInclusion, true, Deno.inspect(spec));
  for (const spec of exclusions) assert.equal(parse(spec).isInclusion, false, Deno.inspect(spec));
  assert.equal(parse({ a: { $meta: "recordId" } }, "aggregate").isInclusion, true);
});

Deno.test("_id joins an inclusion by itself", () => {
  assert.equal(parse({ a: 1 }).root.find("_id")?.kind, "include");
  assert.equal(parse({ a: 1, _id: 0 }).root.find("_id")?.kind, "exclude");
  assert.equal(parse({ "_id.x": 1, a: 1 }).root.find("_id")?.kind, "nested");
  assert.equal(parse({ _id: 1, a: 0 }).root.find("_id"), undefined);
});

Deno.test("paths and the simple kind", () => {
  assert.deepEqual(parse({ a: 1, b: { c: 1 } }).paths, ["a", "b.c", "_id"]);
  assert.equal(parse({ a: 1 }).isSimple, true);
  assert.equal(parse({ a: { $slice: 1 } }).isSimple, false);
});

Deno.test("nested collisions", () => {
  throwsCode(() => parse({ a: { b: 1 }, "a.b": 1 }), 31250, "Path collision at a.b");
  throwsCode(
    () => parse({ "a.b": 1, "a.b.c": 1 }),
    31249,
    "Path collision at a.b.c remaining portion c",
  );
  assert.equal(parse({ a: { b: 1 }, "a.c": 1 }).isInclusion, true);
});
