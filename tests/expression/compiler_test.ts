// The compiler: literals, objects, arrays, unknown operators, let variables, constant folding, dependencies.

import assert from "node:assert/strict";
import { getField } from "../../src/bson/read.ts";
import { ExpressionCompiler, isExpressionOperator } from "../../src/expression/compiler.ts";
import { checkTable, doc, evaluate, type Literal, NOW, throwsCode } from "./evaluation.ts";

function compile(spec: Literal) {
  return new ExpressionCompiler({ now: NOW }).compile(getField(doc({ spec }), "spec")!);
}

Deno.test("literals, objects and arrays", () => {
  checkTable([
    [5, {}, "5"],
    ["text", {}, '"text"'],
    [{ a: "$x", b: { c: 1 } }, { x: 2 }, "{a: 2, b: {c: 1}}"],
    [{ a: "$no", b: 1 }, {}, "{b: 1}"],
    [["$x", "$no", 1], { x: 2 }, "[2, null, 1]"],
    [{}, {}, "{}"],
    [{ $nope: 1 }, {}, 168],
    [{ $add: [1], b: 1 }, {}, 15983],
    [{ a: 1, $add: [1] }, {}, 16410],
    [{ "a.b": 1 }, {}, 16412],
    [{ "": 1 }, {}, 15998],
  ]);
  throwsCode(() => evaluate({ $nope: 1 }), 168, "Unrecognized expression '$nope'");
});

Deno.test("let variables are constants of the command", () => {
  checkTable([[{ $add: ["$$x", "$$y"] }, {}, "7"]], { let: { x: 3, y: { $add: ["$$x", 1] } } });
  throwsCode(() => evaluate("$$x", {}, { let: { x: "$a" } }), 4890500);
  throwsCode(() => evaluate("$$x", {}, { let: { X: 1 } }), 9);
});

Deno.test("constants are folded, and their errors come when compiling", () => {
  assert.equal(compile({ $add: [1, { $multiply: [2, 3] }] }).constant, 7);
  assert.equal(compile({ $add: [1, "$a"] }).constant, undefined);
  assert.equal(compile({ $cond: [true, 1, "$a"] }).constant, 1);
  assert.deepEqual(compile({ $map: { input: [1, 2], in: { $add: ["$$this", 1] } } }).constant, [
    2,
    3,
  ]);
  assert.equal(compile({ $rand: {} }).constant, undefined);
  throwsCode(() => compile({ $divide: [1, 0] }), 2);
});

Deno.test("dependencies", () => {
  const { dependencies } = compile({
    $map: { input: "$a.b", as: "x", in: { $add: ["$$x.y", "$c"] } },
  });
  assert.deepEqual(Array.from(dependencies.paths).sort(), ["a.b", "c"]);
  assert.equal(dependencies.variables.size, 0);
  assert.equal(compile("$$ROOT").dependencies.wholeDocument, true);
  assert.deepEqual(compile("$a.b").path, ["a", "b"]);
});

Deno.test("variables bound from outside", () => {
  const compiler = new ExpressionCompiler({ now: NOW });
  const slot = compiler.declareVariable("outer");
  const expression = compiler.compile(getField(doc({ s: "$$outer.x" }), "s")!);
  const scope = compiler.createScope();
  scope.variables[slot] = doc({ x: 4 });
  assert.equal(expression.evaluate(scope), 4);
});

Deno.test("deep nesting is refused", () => {
  let spec: Literal = 1;
  for (let i = 0; i < 300; i++) spec = { $abs: [spec] };
  throwsCode(() => compile(spec), 15);
  assert.equal(isExpressionOperator("$add"), true);
  assert.equal(isExpressionOperator("$nope"), false);
});
