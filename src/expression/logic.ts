// $and, $or, $not: operands are conditions of any type; evaluation stops at the first that decides.

import type { ExpressionDefinition } from "./definition.ts";
import { combineExpressions, constantExpression } from "./dependencies.ts";
import { compileOperands, unaryOperator } from "./operator_kinds.ts";
import { isTruthy } from "./value_type.ts";

/** `decisive` is the value of an operand that settles the result. */
function junction(name: string, help: string, decisive: boolean): ExpressionDefinition {
  return {
    name,
    help,
    compile: (argument, context) => {
      const operands = compileOperands(name, argument, context, 0, Infinity);
      const failed = operands.find(({ dependencies }) => dependencies.failure !== undefined);
      if (failed !== undefined) return failed;
      // A constant that decides makes the whole a constant, as in MongoDB's optimizer.
      for (const { constant } of operands) {
        if (constant !== undefined && isTruthy(constant) === decisive) {
          return constantExpression(decisive);
        }
      }
      const expression = combineExpressions(operands, (scope) => {
        for (let i = 0; i < operands.length; i++) {
          if (isTruthy(operands[i].evaluate(scope)) === decisive) return decisive;
        }
        return !decisive;
      });
      if (decisive) return expression;
      const comparisons = operands.flatMap((operand) => operand.comparisons ?? []);
      return comparisons.length === 0 ? expression : { ...expression, comparisons };
    },
  };
}

export const LOGIC_OPERATORS: readonly ExpressionDefinition[] = [
  junction("$and", "True when every operand is true", false),
  unaryOperator("$not", "True when the operand is false", (value) => !isTruthy(value)),
  junction("$or", "True when some operand is true", true),
];
