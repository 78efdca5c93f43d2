// What a query operator is: one object with everything the rest of the system needs to know about it.
//
// Two tables, because several spellings make one node ($ne is "not" over "compare"): QueryOperatorDefinition tells how
// a spelled operator is parsed, MatchKindDefinition how a kind of node is tested, bounded on an index and shown.
// Both live side by side in the family's file (operators/*.ts) and are listed in operators/all.ts.

import type { Collation } from "../bson/collation.ts";
import type { BsonWriter } from "../bson/encode.ts";
import type { RawElement, RawValue } from "../bson/read.ts";
import type { BsonValue } from "../bson/value.ts";
import type { ExpressionCompiler } from "../expression/compiler.ts";
import type { IntervalList } from "../index/interval.ts";
import type { Predicate, ValueTest } from "./predicate.ts";
import type { ExpressionOfKind, MatchExpression, MatchKind } from "./match_expression.ts";

/** What a filter is parsed with. */
export interface QueryContext {
  readonly collation?: Collation | undefined;
  /** The command's `let` document. */
  readonly let?: Uint8Array | undefined;
  /** `$$NOW`: milliseconds since 1970. */
  readonly now: bigint;
  /** Shared with the command's other expressions; made from the rest of the context when absent. */
  readonly expressionCompiler?: ExpressionCompiler | undefined;
  /** Further variables of expressions under their names without dollars: CLUSTER_TIME, USER_ROLES. */
  readonly constants?: ReadonlyMap<string, BsonValue> | undefined;
  /** Throws when the operation was killed or is over its deadline; long regular expressions call it. */
  readonly checkInterrupt?: (() => void) | undefined;
  /** Validators and partial index filters refuse some operators. */
  readonly refuse?: ReadonlySet<string> | undefined;
  /** Unknown $jsonSchema keywords are errors unless this is set. */
  readonly ignoreUnknownSchemaKeywords?: boolean;
}

export type { Predicate, ValueTest };

/** How a kind with a path tests the values its path leads to. */
export interface LeafTest {
  readonly test: ValueTest;
  /** The answer when the path leads nowhere. */
  readonly matchesMissing: boolean;
  /** False: an array at the end of the path is tested only as a whole ($size, $elemMatch). */
  readonly unwrapsArrays: boolean;
}

/** A test of one top-level field: what several parts of an "and" are merged by. */
export interface FieldTest {
  readonly name: Uint8Array;
  /** Gets the field's value; arrays and the rest of the path are dealt with inside. */
  readonly test: ValueTest;
  readonly whenMissing: boolean;
}

export interface CompiledNode {
  readonly matches: Predicate;
  /** Present when the node looks at one top-level field only. */
  readonly field?: FieldTest;
}

/** Where parsing stands. */
export interface ParseSite {
  readonly context: QueryContext;
  /** The field an operator belongs to; "" at the top level and inside a value's $elemMatch. */
  readonly path: string;
  /** The document whose operator is being parsed: $regex looks for its $options there. */
  readonly siblings: RawValue;
  /** Inside $elemMatch, where operators on the whole document are refused. */
  readonly isSubDocument: boolean;
  /** Parses `{a: 1, $or: [...]}`; of a sub-document when told so. */
  parseDocument(bytes: Uint8Array, start: number, isSubDocument?: boolean): MatchExpression;
  /** Parses `{$gt: 1, $lt: 5}` for a field. */
  parseFieldOperators(document: RawValue, path: string, isSubDocument?: boolean): MatchExpression[];
}

export interface QueryOperatorDefinition {
  readonly name: string;
  /** Where it may stand: beside field names, or under one. */
  readonly place: "document" | "field";
  readonly help: string;
  /** Null when the operator adds nothing of its own ($comment, $options). */
  parse(argument: RawElement, site: ParseSite): MatchExpression | null;
}

/** Compiles the children of a node. */
export interface NodeCompiler {
  compile(expression: MatchExpression): CompiledNode;
  /** For the children of a value's $elemMatch: they test the array's element itself. */
  compileElement(expression: MatchExpression): ValueTest;
}

export interface Bounds {
  readonly intervals: IntervalList;
  /** True when each index entry in the intervals satisfies the node: no fetch needed to be sure. */
  readonly exact: boolean;
}

/** What bounds are asked for: one field of an index. */
export interface BoundsOptions {
  /** True when some document has several keys for the field, or may have. */
  readonly isMultikey: boolean;
}

export interface MatchKindDefinition<K extends MatchKind> {
  readonly kind: K;
  /** For kinds with a path that test values. */
  leaf?(expression: ExpressionOfKind<K>, compiler: NodeCompiler): LeafTest;
  /** For all others. */
  compile?(expression: ExpressionOfKind<K>, compiler: NodeCompiler): CompiledNode;
  /** The values an index on the node's path must be searched for; undefined or absent: no help from an index. */
  bounds?(expression: ExpressionOfKind<K>, options: BoundsOptions): Bounds | undefined;
  /** Appends the node as explain's parsedQuery shows it. */
  serialize(expression: ExpressionOfKind<K>, writer: QueryWriter): void;
  /** The `reason` of a failed validation, "" when the kind has its own form. */
  readonly failure?: { readonly normal: string; readonly inverted: string };
}

/** A definition as seen by callers that hold any node. */
export interface AnyMatchKindDefinition {
  readonly kind: MatchKind;
  leaf?(expression: MatchExpression, compiler: NodeCompiler): LeafTest;
  compile?(expression: MatchExpression, compiler: NodeCompiler): CompiledNode;
  bounds?(expression: MatchExpression, options: BoundsOptions): Bounds | undefined;
  serialize(expression: MatchExpression, writer: QueryWriter): void;
  readonly failure?: { readonly normal: string; readonly inverted: string };
}

/** Writes explain's form of filters: each node becomes fields of the document being written. */
export interface QueryWriter {
  readonly bson: BsonWriter;
  /** Appends the node's field or fields to the current document. */
  fields(expression: MatchExpression): void;
  /** Appends `{node}` as an embedded document called `name` (undefined: as an array's next item). */
  document(name: string | undefined, expression: MatchExpression): void;
  /** Appends the operators of nodes with a path, without the path, as `name`: for $elemMatch. */
  operators(name: string, expressions: readonly MatchExpression[]): void;
  /** Appends `path: {$not: {child}}`. */
  negation(path: string, child: MatchExpression): void;
}
