// The door of the room: what queries, projections, updates and aggregation use of expressions.

export {
  checkVariableName,
  compileExpression,
  ExpressionCompiler,
  type ExpressionCompilerOptions,
  isExpressionOperator,
} from "./compiler.ts";
export { FoldingError } from "./dependencies.ts";
export type { Dependencies, Expression } from "./definition.ts";
export { type DocumentMetadata, Scope } from "./scope.ts";
export { isTruthy } from "./value_type.ts";
