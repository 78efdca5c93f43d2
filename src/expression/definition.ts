// What an aggregation expression is, once compiled, and what an operator tells the rest of the system about itself.
//
// An expression is compiled once into a closure over a Scope and evaluated per document. Families (arithmetic.ts, date_*.ts,
// ...) export lists of ExpressionDefinition; all.ts joins them; compiler.ts reads specifications. Families know the compiler
// only as CompileContext, so that the import graph has no cycle.

import type { Collation } from "../bson/collation.ts";
import type { RawValue } from "../bson/read.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import type { CommandError } from "../error.ts";
import type { Scope } from "./scope.ts";

/** What an expression reads; the optimizer and projections ask. */
export interface Dependencies {
  /** Dotted paths of the document. */
  readonly paths: ReadonlySet<string>;
  /** True when it reads the document as a whole (`$$ROOT`). */
  readonly wholeDocument: boolean;
  /** Slots of variables. */
  readonly variables: ReadonlySet<number>;
  /** Names of `$meta` fields. */
  readonly metadata: ReadonlySet<string>;
  /** True when two evaluations may differ (`$rand`). */
  readonly random: boolean;
  /** The error of a part that was evaluated in advance. */
  readonly failure?: CommandError;
}

/** A path of the document, and how its value has to compare with a constant in the order of all types. */
export interface PathComparison {
  readonly path: readonly string[];
  readonly operator: "$eq" | "$gt" | "$gte" | "$lt" | "$lte";
  readonly value: BsonValue;
}

export interface Expression {
  readonly evaluate: (scope: Scope) => OptionalValue;
  /** The value when it is known without a document; undefined otherwise (MISSING is a value). */
  readonly constant: OptionalValue | undefined;
  readonly dependencies: Dependencies;
  /** What holds of every document for which this is true: the planner may look for it in an index. */
  readonly comparisons?: readonly PathComparison[];
  /** Set for a plain field path of the document: its parts. */
  readonly path?: readonly string[];
  /** Set for an object with fields that are not all constant: its fields' expressions, in order. */
  readonly members?: readonly Expression[];
}

/** The compiler as operators see it. */
export interface CompileContext {
  readonly collation: Collation | undefined;
  /** Called now and then by what may take long on one value. */
  readonly checkInterrupt: (() => void) | undefined;
  /** Compiles any operand: literal, path, variable, object, array or operator. */
  compile(spec: RawValue): Expression;
  /** Compiles with more variables in sight; `body` gets their slots. Checks the names. */
  withVariables<T>(names: readonly string[], body: (slots: readonly number[]) => T): T;
}

export interface ExpressionDefinition {
  /** With the dollar sign. */
  readonly name: string;
  /** One line for the support tables. */
  readonly help: string;
  compile(argument: RawValue, context: CompileContext): Expression;
}
