// From a parsed filter to a closure. The kinds of nodes are compiled by their definitions (operators/*.ts); the
// combination of field tests into one walk over the document is in node_combination.ts.

import { AssertionError } from "../assert.ts";
import type { CompiledNode, NodeCompiler, ValueTest } from "./definition.ts";
import { compileField } from "./document_path.ts";
import type { MatchExpression } from "./match_expression.ts";
import { every, fieldNode, some } from "./node_combination.ts";
import { kindDefinition } from "./operators/all.ts";

/** Compiles a node and all below it. */
export function compileNode(expression: MatchExpression): CompiledNode {
  const definition = kindDefinition(expression.kind);
  if (definition.leaf !== undefined) {
    const leaf = definition.leaf(expression, compiler);
    return fieldNode(compileField((expression as { path: string }).path, leaf));
  }
  if (definition.compile !== undefined) return definition.compile(expression, compiler);
  throw new AssertionError(`query node ${expression.kind} cannot be compiled`);
}

/** The test of an array element, for the children of a value's $elemMatch. */
export function compileElementTest(expression: MatchExpression): ValueTest {
  switch (expression.kind) {
    case "not": {
      const test = compileElementTest(expression.child);
      return (bytes, type, at) => !test(bytes, type, at);
    }
    case "and":
      return every(expression.children.map(compileElementTest));
    case "or":
      return some(expression.children.map(compileElementTest));
    case "nor": {
      const test = some(expression.children.map(compileElementTest));
      return (bytes, type, at) => !test(bytes, type, at);
    }
    case "alwaysFalse":
      return () => false;
    case "alwaysTrue":
      return () => true;
    default: {
      const definition = kindDefinition(expression.kind);
      if (definition.leaf === undefined) {
        throw new AssertionError(`query node ${expression.kind} does not test values`);
      }
      return definition.leaf(expression, compiler).test;
    }
  }
}

const compiler: NodeCompiler = {
  compile: compileNode,
  compileElement: compileElementTest,
};
