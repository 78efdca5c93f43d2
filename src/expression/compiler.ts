// From a specification to a compiled expression: literals, paths, variables, objects, arrays, and the operators of all.ts.
//
// One ExpressionCompiler serves one command: it knows `let` variables, `$$NOW` and the collation, and hands out slots for
// the variables that operators bind. `createScope` gives what evaluation needs. Errors carry MongoDB's codes.

import type { Collation } from "../bson/collation.ts";
import { decodeValue } from "../bson/decode.ts";
import { toShellText } from "../bson/json.ts";
import { elements, type RawElement, type RawValue, readString } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { BsonDate, type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { EXPRESSION_OPERATORS } from "./all.ts";
import type { CompileContext, Expression } from "./definition.ts";
import { checkFolding, combineExpressions, constantExpression } from "./dependencies.ts";
import { checkFieldName, parseFieldPath } from "./field_path.ts";
import { documentPath, valueBelow, variablePath, wholeDocument } from "./path_expression.ts";
import { Scope } from "./scope.ts";

export interface ExpressionCompilerOptions {
  /** The command's `let` document. */
  readonly let?: Uint8Array | undefined;
  /** `$$NOW` in milliseconds since 1970. */
  readonly now: bigint;
  readonly collation?: Collation | undefined;
  /** Further constants under their names without dollars: CLUSTER_TIME, USER_ROLES, and KEEP, PRUNE, DESCEND for $redact. */
  readonly constants?: ReadonlyMap<string, BsonValue> | undefined;
  /** Throws when the operation is to stop. */
  readonly checkInterrupt?: (() => void) | undefined;
}

/** Where a variable's value comes from. */
type Variable =
  | { readonly kind: "constant"; readonly value: OptionalValue }
  | { readonly kind: "root" }
  | { readonly kind: "slot"; readonly slot: number };

const SYSTEM_VARIABLES_WITHOUT_VALUE: ReadonlySet<string> = new Set([
  "CLUSTER_TIME",
  "JS_SCOPE",
  "SEARCH_META",
  "USER_ROLES",
]);
const MAXIMUM_DEPTH = 200;

export class ExpressionCompiler implements CompileContext {
  readonly collation: Collation | undefined;
  readonly checkInterrupt: (() => void) | undefined;
  private readonly variables = new Map<string, Variable>();
  private slotCount = 0;
  private depth = 0;
  /** Variables of `inner` that something compiled here, or in a compiler inside this one, refers to. */
  readonly usedVariables: Set<string> = new Set<string>();
  /** True once something compiled here, or inside, gives another value each time (`$rand`). */
  usesRandom = false;
  /** Kinds of `$meta` that something compiled here, or inside, reads. */
  readonly usedMetadata: Set<string> = new Set<string>();
  private readonly declared = new Map<string, Variable>();
  private outer: ExpressionCompiler | undefined;

  constructor(options: ExpressionCompilerOptions) {
    this.collation = options.collation;
    this.checkInterrupt = options.checkInterrupt;
    this.variables.set("ROOT", { kind: "root" });
    this.variables.set("CURRENT", { kind: "root" });
    this.variables.set("NOW", { kind: "constant", value: new BsonDate(options.now) });
    this.variables.set("REMOVE", { kind: "constant", value: MISSING });
    for (const [name, value] of options.constants ?? []) {
      this.variables.set(name, { kind: "constant", value });
    }
    if (options.let !== undefined) this.defineLet(options.let);
  }

  /** A scope for evaluating what this compiler compiled. */
  createScope(): Scope {
    return new Scope();
  }

  /** Makes a variable known whose value the caller puts into `scope.variables[slot]`: `$lookup` with `let`. */
  declareVariable(name: string): number {
    checkVariableName(name);
    const slot = this.slotCount++;
    this.variables.set(name, { kind: "slot", slot });
    return slot;
  }

  /**
   * A compiler that knows all of this one's variables and these besides: for a pipeline inside a pipeline. A value that
   * is undefined is not known yet; what is compiled then can be checked but not evaluated.
   */
  inner(variables: Iterable<readonly [string, OptionalValue | undefined]>): ExpressionCompiler {
    const { collation, checkInterrupt } = this;
    const compiler = new ExpressionCompiler({ now: 0n, collation, checkInterrupt });
    compiler.outer = this;
    compiler.slotCount = this.slotCount;
    for (const [name, variable] of this.variables) compiler.variables.set(name, variable);
    for (const [name, value] of variables) {
      const variable: Variable = value === undefined
        ? { kind: "slot", slot: compiler.slotCount++ }
        : { kind: "constant", value };
      compiler.variables.set(name, variable);
      compiler.declared.set(name, variable);
    }
    return compiler;
  }

  private noteUse(name: string, variable: Variable): void {
    if (this.declared.get(name) === variable) this.usedVariables.add(name);
    else this.outer?.noteUse(name, variable);
  }

  private noteMetadata(kinds: ReadonlySet<string>): void {
    for (const kind of kinds) this.usedMetadata.add(kind);
    this.outer?.noteMetadata(kinds);
  }

  private noteRandom(): void {
    this.usesRandom = true;
    this.outer?.noteRandom();
  }

  /** Names and values of the command's `let`, which are constants for the whole command. */
  private defineLet(spec: Uint8Array): void {
    for (const element of elements(spec)) {
      checkLetName(element.name);
      const expression = this.compile(element);
      const { paths, wholeDocument } = expression.dependencies;
      if (paths.size > 0 || wholeDocument) {
        throw new CommandError(
          4890500,
          "Command let Expression tried to access a field, but this is not allowed because command " +
            "let expressions run before the query examines any documents.",
        );
      }
      const value = expression.evaluate(new Scope());
      this.variables.set(element.name, { kind: "constant", value });
    }
  }

  withVariables<T>(names: readonly string[], body: (slots: readonly number[]) => T): T {
    for (const name of names) if (name !== "CURRENT") checkVariableName(name);
    const hidden = names.map((name) => this.variables.get(name));
    const slots = names.map(() => this.slotCount++);
    names.forEach((name, i) => this.variables.set(name, { kind: "slot", slot: slots[i] }));
    try {
      return body(slots);
    } finally {
      names.forEach((name, i) => {
        const former = hidden[i];
        if (former === undefined) this.variables.delete(name);
        else this.variables.set(name, former);
      });
    }
  }

  compile(spec: RawValue): Expression {
    if (++this.depth > MAXIMUM_DEPTH) {
      throw new CommandError(ErrorCode.Overflow, "Expression exceeds the maximum nesting depth");
    }
    try {
      const expression = this.compileValue(spec);
      if (this.depth === 1) checkFolding(expression);
      return expression;
    } finally {
      this.depth--;
    }
  }

  private compileValue(spec: RawValue): Expression {
    switch (spec.type) {
      case BsonType.String:
        return this.compileString(readString(spec.bytes, spec.at));
      case BsonType.Document:
        return this.compileObject(spec);
      case BsonType.Array:
        return this.compileArray(spec);
      default:
        return constantExpression(decodeValue(spec));
    }
  }

  private compileString(text: string): Expression {
    if (!text.startsWith("$")) return constantExpression(text);
    if (text.length === 1) {
      throw new CommandError(16872, "'$' by itself is not a valid FieldPath");
    }
    if (text.startsWith("$$")) return this.compileVariable(text.slice(2));
    return this.path("CURRENT", parseFieldPath(text.slice(1)));
  }

  private compileVariable(text: string): Expression {
    const dot = text.indexOf(".");
    const name = dot < 0 ? text : text.slice(0, dot);
    checkVariableNameForReading(name);
    const segments = dot < 0 ? [] : parseFieldPath(text).slice(1);
    return this.path(name, segments);
  }

  private path(name: string, segments: readonly string[]): Expression {
    const variable = this.variables.get(name);
    if (variable === undefined) {
      if (SYSTEM_VARIABLES_WITHOUT_VALUE.has(name)) {
        throw new CommandError(51144, `Builtin variable '$$${name}' is not available`);
      }
      throw new CommandError(17276, `Use of undefined variable: ${name}`);
    }
    this.noteUse(name, variable);
    switch (variable.kind) {
      case "constant":
        return constantExpression(valueBelow(variable.value, segments));
      case "root":
        return segments.length === 0 ? wholeDocument() : documentPath(segments);
      case "slot":
        return variablePath(variable.slot, segments);
    }
  }

  private compileArray(spec: RawValue): Expression {
    const items = Array.from(elements(spec.bytes, spec.at), (element) => this.compile(element));
    return combineExpressions(items, (scope) => {
      const values: BsonValue[] = new Array(items.length);
      for (let i = 0; i < items.length; i++) {
        const value = items[i].evaluate(scope);
        values[i] = value === MISSING ? null : value;
      }
      return values;
    });
  }

  private compileObject(spec: RawValue): Expression {
    const fields = Array.from(elements(spec.bytes, spec.at));
    if (fields.length > 0 && fields[0].name.startsWith("$")) {
      return this.compileOperator(spec, fields);
    }
    const names = new Set<string>();
    for (const { name } of fields) checkObjectField(name, names);
    const values = fields.map((field) => this.compile(field));
    const expression = combineExpressions(values, (scope) => {
      const document = new Map<string, BsonValue>();
      for (let i = 0; i < fields.length; i++) {
        const value = values[i].evaluate(scope);
        if (value !== MISSING) document.set(fields[i].name, value);
      }
      return document;
    });
    return expression.constant === undefined ? { ...expression, members: values } : expression;
  }

  private compileOperator(spec: RawValue, fields: readonly RawElement[]): Expression {
    if (fields.length > 1) {
      throw new CommandError(
        15983,
        "an object representing an expression must have exactly one field: " + toShellText(spec),
      );
    }
    const [operator] = fields;
    const definition = EXPRESSION_OPERATORS.get(operator.name);
    if (definition === undefined) {
      throw new CommandError(
        ErrorCode.InvalidPipelineOperator,
        `Unrecognized expression '${operator.name}'`,
      );
    }
    const expression = definition.compile(operator, this);
    const { metadata, random } = expression.dependencies;
    if (random && !this.usesRandom) this.noteRandom();
    if (metadata.size > 0) this.noteMetadata(metadata);
    return expression;
  }
}

/** Compiles a specification; the free function form of `compiler.compile`. */
export function compileExpression(spec: RawValue, compiler: ExpressionCompiler): Expression {
  return compiler.compile(spec);
}

/** True when `{ name: ... }` is an operator this server knows. */
export function isExpressionOperator(name: string): boolean {
  return EXPRESSION_OPERATORS.has(name);
}

function checkObjectField(name: string, seen: Set<string>): void {
  if (name.includes(".")) {
    throw new CommandError(
      16412,
      `FieldPath field names may not contain '.'. Consider using $getField or $setField.`,
    );
  }
  checkFieldName(name);
  if (seen.has(name)) {
    throw new CommandError(16406, `duplicate field name specified in object literal: ${name}`);
  }
  seen.add(name);
}

function checkLetName(name: string): void {
  try {
    checkVariableName(name);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.code, `Invalid 'let' parameter :: caused by :: ${error.message}`);
  }
}

/** Throws for a name that a user's variable may not have. */
export function checkVariableName(name: string): void {
  if (name.length === 0) {
    throw new CommandError(ErrorCode.FailedToParse, "empty variable names are not allowed");
  }
  if (!/^[a-z\u0080-\u{10ffff}]/u.test(name)) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `'${name}' starts with an invalid character for a user variable name`,
    );
  }
  checkVariableCharacters(name);
}

function checkVariableNameForReading(name: string): void {
  if (name.length === 0) {
    throw new CommandError(ErrorCode.FailedToParse, "empty variable names are not allowed");
  }
  if (!/^[A-Za-z\u0080-\u{10ffff}]/u.test(name)) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `'${name}' starts with an invalid character for a variable name`,
    );
  }
  checkVariableCharacters(name);
}

function checkVariableCharacters(name: string): void {
  const invalid = /[^A-Za-z0-9_\u0080-\u{10ffff}]/u.exec(name.slice(1));
  if (invalid !== null) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `'${name}' contains an invalid character for a variable name: '${invalid[0]}'`,
    );
  }
}
