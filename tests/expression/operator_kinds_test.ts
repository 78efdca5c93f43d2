// The usual shapes of operators: counts of operands, named arguments.

import assert from "node:assert/strict";
import { getField } from "../../src/bson/read.ts";
import { MISSING } from "../../src/bson/value.ts";
import { CommandError } from "../../src/error.ts";
import { ExpressionCompiler } from "../../src/expression/compiler.ts";
import {
  binaryOperator,
  listOperator,
  namedOperator,
  operandsOf,
  orNull,
  unaryOperator,
} from "../../src/expression/operator_kinds.ts";
import type { ExpressionDefinition } from "../../src/expression/definition.ts";
import { doc, type Literal, NOW, throwsCode } from "./evaluation.ts";

function run(definition: ExpressionDefinition, argument: Literal): unknown {
  const compiler = new ExpressionCompiler({ now: NOW });
  const expression = definition.compile(getField(doc({ argument }), "argument")!, compiler);
  const scope = compiler.createScope();
  scope.setRoot(doc({ a: 1, b: 2 }));
  return expression.evaluate(scope);
}

Deno.test("operands", () => {
  const negate = unaryOperator("$n", "", (value) => -(value as number));
  assert.equal(run(negate, "$a"), -1);
  assert.equal(run(negate, ["$b"]), -2);
  throwsCode(
    () => run(negate, [1, 2]),
    16020,
    "Expression $n takes exactly 1 arguments. 2 were passed in.",
  );
  const minus = binaryOperator("$m", "", (x, y) => (x as number) - (y as number));
  assert.equal(run(minus, ["$b", "$a"]), 1);
  const count = listOperator("$c", "", [1, 2], (values) => values.length);
  assert.equal(run(count, ["$a", "$no"]), 2);
  throwsCode(
    () => run(count, []),
    28667,
    "Expression $c takes at least 1 arguments, and at most 2, but 0 were passed in.",
  );
  assert.equal(operandsOf(getField(doc({ x: [1, 2] }), "x")!).length, 2);
  assert.equal(orNull(MISSING), null);
});

Deno.test("named arguments", () => {
  const named = namedOperator<"x" | "y">(
    {
      operator: "$named",
      names: { x: true, y: false },
      notAnObject: () => new CommandError(1, "object"),
      unknown: (name) => new CommandError(2, name),
      missing: (name) => new CommandError(3, name),
    },
    "",
    ({ x, y }, given) => [orNull(x), y === MISSING, given.has("y")],
  );
  assert.deepEqual(run(named, { x: "$a" }), [1, true, false]);
  assert.deepEqual(run(named, { x: "$a", y: "$no" }), [1, true, true]);
  throwsCode(() => run(named, 5), 1);
  throwsCode(() => run(named, { z: 1 }), 2, "z");
  throwsCode(() => run(named, {}), 3, "x");
  throwsCode(() => run(named, { x: 1, toString: 1 }), 2);
});
