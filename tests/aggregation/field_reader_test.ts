import assert from "node:assert/strict";
import { getField } from "../../src/bson/read.ts";
import { EVALUATED, FieldReader } from "../../src/aggregation/field_reader.ts";
import { show } from "../expression/evaluation.ts";
import { bson, contextOf } from "./fixture.ts";

const context = contextOf();

function read(specs: readonly unknown[], document: object): { texts: string[]; evaluated: number } {
  const expressions = specs.map((spec) =>
    context.compiler.compile(getField(bson({ spec }), "spec")!)
  );
  const reader = new FieldReader(expressions);
  const scope = context.compiler.createScope();
  // A document before: nothing of it may be left over.
  scope.setRoot(bson({ a: 9, b: { c: 9 }, d: [{ e: 9 }] }));
  reader.read(scope);
  scope.setRoot(bson(document));
  reader.read(scope);
  return {
    texts: specs.map((_, i) => show(reader.value(i, scope))),
    evaluated: reader.types.filter((type) => type === EVALUATED).length,
  };
}

Deno.test("paths are read in place, other expressions evaluated", () => {
  const document = { x: 0, b: { c: "deep", f: { g: 1.5 } }, ab: 3, a: 1, d: [{ e: 1 }, { e: 2 }] };
  assert.deepEqual(read(["$a", "$b.c", "$ab", "$a", "$b.f.g", { $add: ["$a", 1] }], document), {
    texts: ["1", '"deep"', "3", "1", "1.5", "2"],
    evaluated: 1,
  });
});

Deno.test("7.20 a path that meets an array is evaluated", () => {
  const document = { d: [{ e: 1 }, 5, { e: 2 }], a: [1, 2] };
  assert.deepEqual(read(["$d.e", "$a", "$a.b"], document), {
    texts: ["[1, 2]", "[1, 2]", "[]"],
    evaluated: 2,
  });
});

Deno.test("what is not there is missing", () => {
  const { texts } = read(["$z", "$a.b", "$b.z", "$b.c.z", "$$REMOVE"], { a: 1, b: { c: null } });
  assert.deepEqual(texts, Array(5).fill("missing"));
  assert.deepEqual(read(["$a"], {}).texts, ["missing"]);
});
