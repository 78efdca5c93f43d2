// $expr: an aggregation expression as a condition. Its comparisons have no type bracketing; truth decides.

import { ExpressionCompiler } from "../../expression/compiler.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { isTruthy } from "../../expression/value_type.ts";
import type {
  AnyMatchKindDefinition,
  MatchKindDefinition,
  QueryContext,
  QueryOperatorDefinition,
} from "../definition.ts";

function compilerOf(context: QueryContext): ExpressionCompiler {
  return context.expressionCompiler ?? new ExpressionCompiler({
    let: context.let,
    now: context.now,
    collation: context.collation,
    constants: context.constants,
    checkInterrupt: context.checkInterrupt,
  });
}

export const operators: readonly QueryOperatorDefinition[] = [
  {
    name: "$expr",
    place: "document",
    help: "an aggregation expression is true",
    parse(argument, { context, isSubDocument }) {
      if (isSubDocument) {
        throw new CommandError(
          ErrorCode.BadValue,
          "$expr can only be applied to the top-level document",
        );
      }
      const compiler = compilerOf(context);
      return {
        kind: "expr",
        spec: argument,
        expression: compiler.compile(argument),
        scope: compiler.createScope(),
        origin: { operator: "$expr", argument },
      };
    },
  },
];

const exprKind: MatchKindDefinition<"expr"> = {
  kind: "expr",
  compile: ({ expression, scope }) => ({
    matches(bytes, start) {
      scope.setRoot(bytes, start);
      return isTruthy(expression.evaluate(scope));
    },
  }),
  serialize: ({ spec }, { bson }) => bson.raw("$expr", spec),
};

export const kinds: readonly AnyMatchKindDefinition[] = [exprKind];
