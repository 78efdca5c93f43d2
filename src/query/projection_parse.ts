// Reading a projection: what is included, excluded, computed, and which of the two kinds the projection is.
//
// One grammar for find and for aggregation's $project; find alone has positional paths, `$elemMatch` and its own `$slice`.
// The result is a tree (projection_tree.ts). Collisions and mixtures are refused with MongoDB's codes (31249 to 31395).

import { toShellText } from "../bson/json.ts";
import { decodeValue } from "../bson/decode.ts";
import { BsonWriter } from "../bson/encode.ts";
import { elements, nameBytes, type RawElement, type RawValue } from "../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../bson/type.ts";
import { MISSING } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { type ExpressionCompiler, isExpressionOperator } from "../expression/compiler.ts";
import type { Dependencies, Expression } from "../expression/definition.ts";
import { parseFieldPath } from "../expression/field_path.ts";
import { wholeNumber } from "../expression/number.ts";
import type { Scope } from "../expression/scope.ts";
import { isTruthy } from "../expression/value_type.ts";
import { parseFilter } from "./filter.ts";
import { childrenOf, type MatchExpression } from "./match_expression.ts";
import { compilePositional } from "./positional.ts";
import { elementAt, sliceWriter } from "./projection_array.ts";
import { type FieldAction, ProjectionNode } from "./projection_tree.ts";

export interface ParseOptions {
  readonly compiler: ExpressionCompiler;
  /** The scope computed fields are evaluated in. */
  readonly scope: Scope;
  /** "aggregate" has no positional paths, no $elemMatch, and $slice is the expression. */
  readonly dialect: "find" | "aggregate";
  /** The filter a positional path refers to. */
  readonly filter?: MatchExpression | undefined;
}

export interface ParsedProjection {
  readonly root: ProjectionNode;
  readonly isInclusion: boolean;
  readonly hasPositional: boolean;
  /** What computed fields read. */
  readonly dependencies: readonly Dependencies[];
  /** Paths that are included or cut by operators, beside those of expressions. */
  readonly paths: readonly string[];
  readonly isSimple: boolean;
}

export function parseProjection(spec: Uint8Array, options: ParseOptions): ParsedProjection {
  return new ProjectionParser(options).parse(spec);
}

class ProjectionParser {
  private readonly root = new ProjectionNode();
  private readonly dependencies: Dependencies[] = [];
  private readonly paths: string[] = [];
  private isInclusion: boolean | undefined;
  private idIncluded = false;
  private idExcluded = false;
  private hasPositional = false;
  private hasElemMatch = false;
  private hasSlice = false;
  private hasMeta = false;
  private hasOperators = false;

  constructor(private readonly options: ParseOptions) {}

  parse(spec: Uint8Array): ParsedProjection {
    let idSpecified = false;
    for (const element of elements(spec)) {
      if (element.name === "_id" || element.name.startsWith("_id.")) idSpecified = true;
      this.parseElement(element, []);
    }
    const isInclusion = this.isInclusion ?? this.defaultKind();
    if (isInclusion && !idSpecified) {
      this.root.add("_id", { kind: "include" });
      this.paths.push("_id");
    }
    if (!isInclusion && this.idIncluded) this.root.remove("_id");
    this.root.seal();
    return {
      root: this.root,
      isInclusion,
      hasPositional: this.hasPositional,
      dependencies: this.dependencies,
      paths: this.paths,
      isSimple: !this.hasOperators,
    };
  }

  /** The kind of a projection of nothing but `_id`, `$slice`, `$elemMatch` and `$meta`. */
  private defaultKind(): boolean {
    if (this.hasSlice) return this.idIncluded;
    if (this.hasElemMatch) return true;
    if (this.hasMeta) return this.options.dialect === "aggregate" || this.idIncluded;
    return this.idIncluded;
  }

  private parseElement(element: RawElement, parent: readonly string[]): void {
    const { name, type } = element;
    const isPositional = name === "$" || name.endsWith(".$") || name.includes(".$.");
    if (isPositional && this.options.dialect === "aggregate") {
      throw new CommandError(31324, "Cannot use positional projection in aggregation projection");
    }
    if (type === BsonType.Document) {
      if (isPositional) {
        throw new CommandError(
          31271,
          "positional projection cannot be used with an expression or sub object",
        );
      }
      return this.parseSubObject(element, parent);
    }
    if (type === BsonType.Boolean || isNumericType(type)) {
      if (!isTruthy(decodeValue(element))) {
        return this.parseExclusion(element, parent, isPositional);
      }
      if (isPositional) return this.parsePositional(name, parent);
      return this.parseInclusion(name, parent);
    }
    if (isPositional) {
      throw new CommandError(31308, "positional projection cannot be used with a literal");
    }
    this.parseLiteral(element, parent);
  }

  private parseInclusion(name: string, parent: readonly string[]): void {
    const path = [...parent, ...parseFieldPath(name)];
    this.addAt(path, { kind: "include" });
    this.paths.push(path.join("."));
    if (name === "_id" && parent.length === 0) this.idIncluded = true;
    else this.setInclusion(name);
  }

  private setInclusion(name: string): void {
    if (this.isInclusion === false) {
      throw new CommandError(
        31253,
        `Cannot do inclusion on field ${name} in exclusion projection`,
      );
    }
    this.isInclusion = true;
  }

  private parseExclusion(
    { name }: RawElement,
    parent: readonly string[],
    isPositional: boolean,
  ): void {
    if (isPositional) {
      throw new CommandError(31395, "positional projection cannot be used with exclusion");
    }
    this.addAt([...parent, ...parseFieldPath(name)], { kind: "exclude" });
    if (name === "_id" && parent.length === 0) {
      this.idExcluded = true;
      return;
    }
    if (this.isInclusion === true) {
      throw new CommandError(
        31254,
        `Cannot do exclusion on field ${name} in inclusion projection`,
      );
    }
    this.isInclusion = false;
  }

  private parsePositional(name: string, parent: readonly string[]): void {
    if (this.hasPositional) {
      throw new CommandError(
        31276,
        "Cannot specify more than one positional projection per query.",
      );
    }
    if (this.hasElemMatch) {
      throw new CommandError(31256, "Cannot specify positional operator and $elemMatch.");
    }
    const { filter } = this.options;
    if (filter === undefined) {
      throw new CommandError(51050, "Projections with a positional operator require a matcher");
    }
    const field = parent[0] ?? name.split(".")[0];
    if (!mentionsField(filter, field)) {
      throw new CommandError(
        31277,
        `Positional projection '${name}' does not match the query document.`,
      );
    }
    if (name.includes(".$.")) {
      throw new CommandError(
        31394,
        "As of 4.4, it's illegal to specify positional operator in the middle of a path." +
          "Positional projection may only be used at the end, for example: a.b.$. If the query " +
          "previously used a form like a.b.$.d, remove the parts following the '$' and the results " +
          "will be equivalent.",
      );
    }
    const path = [...parent, ...parseFieldPath(name.slice(0, -2))];
    this.addAt(path, { kind: "positional" }, true);
    this.paths.push(path.join("."));
    this.hasPositional = true;
    this.hasOperators = true;
    this.setInclusion(name);
  }

  private parseLiteral(element: RawElement, parent: readonly string[]): void {
    const expression = this.options.compiler.compile(element);
    this.addComputed([...parent, ...parseFieldPath(element.name)], expression);
    if (this.isInclusion === false) {
      throw new CommandError(
        31310,
        `Cannot use an expression ${element.name}: ${
          toShellText(element)
        } in an exclusion projection`,
      );
    }
    this.isInclusion = true;
  }

  private parseSubObject(element: RawElement, parent: readonly string[]): void {
    const path = [...parent, ...parseFieldPath(element.name)];
    const fields = Array.from(elements(element.bytes, element.at));
    if (fields.length === 0) {
      throw new CommandError(
        51270,
        "An empty sub-projection is not a valid value. Found empty object at path",
      );
    }
    if (fields.length === 1 && fields[0].name.startsWith("$")) {
      if (this.parseOperator(element, fields[0], path)) return;
      if (!["$id", "$ref", "$db"].includes(fields[0].name)) {
        throw new CommandError(31325, `Unknown expression ${fields[0].name}`);
      }
    }
    this.addAt(path, { kind: "nested", node: new ProjectionNode(), positional: false });
    for (const field of fields) this.parseElement(field, path);
  }

  /** False when the object is no operator but names fields. */
  private parseOperator(spec: RawValue, operator: RawElement, path: readonly string[]): boolean {
    const isFind = this.options.dialect === "find";
    if (isFind && operator.name === "$slice") {
      this.parseSlice(spec, operator, path);
      return true;
    }
    if (operator.name === "$elemMatch") {
      if (!isFind) {
        throw new CommandError(
          ErrorCode.InvalidPipelineOperator,
          "Cannot use $elemMatch in this context",
        );
      }
      this.parseElemMatch(spec, operator, path);
      return true;
    }
    return this.parseExpression(spec, operator.name, path);
  }

  private parseExpression(spec: RawValue, name: string, path: readonly string[]): boolean {
    if (!isExpressionOperator(name)) return false;
    const isMeta = name === "$meta";
    if (this.isInclusion === false && !isMeta) {
      throw new CommandError(
        31252,
        "Cannot use expression other than $meta in exclusion projection",
      );
    }
    if (!isMeta) this.isInclusion = true;
    this.addComputed(path, this.options.compiler.compile(spec));
    this.hasMeta ||= isMeta;
    return true;
  }

  private parseSlice(spec: RawValue, operator: RawElement, path: readonly string[]): void {
    const range = sliceRange(operator);
    if (!(range instanceof CommandError)) {
      this.hasSlice = true;
      this.hasOperators = true;
      this.addAt(path, { kind: "write", write: sliceWriter(range) });
      this.paths.push(path.join("."));
      return;
    }
    try {
      this.parseExpression(spec, "$slice", path);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new CommandError(
        error.code,
        `Invalid $slice syntax. The given syntax ${
          toShellText(spec)
        } did not match the find() syntax ` +
          `because :: ${range.codeName}: ${range.message} :: The given syntax did not match the ` +
          `expression $slice syntax. :: caused by :: ${error.message}`,
      );
    }
  }

  private parseElemMatch(spec: RawValue, operator: RawElement, path: readonly string[]): void {
    if (operator.type !== BsonType.Document) {
      throw new CommandError(
        31274,
        `elemMatch: Invalid argument, object required, but got ${typeName(operator.type)}`,
      );
    }
    if (this.hasPositional) {
      throw new CommandError(31255, "Cannot specify positional operator and $elemMatch.");
    }
    if (path.length > 1) {
      throw new CommandError(31275, "Cannot use $elemMatch projection on a nested field.");
    }
    const writer = new BsonWriter();
    writer.startDocument();
    writer.raw(path[0], spec);
    writer.end();
    const { compiler, scope } = this.options;
    const expression = parseFilter(writer.bytes(), {
      collation: compiler.collation,
      now: 0n,
      expressionCompiler: compiler,
    });
    const matchedIndex = compilePositional(expression);
    const field = nameBytes(path[0]);
    this.addAt(path, {
      kind: "compute",
      compute: () => {
        const { bytes, start } = scope;
        return elementAt(bytes, start, field, matchedIndex(bytes, start)) ?? MISSING;
      },
    });
    this.paths.push(path[0]);
    this.hasElemMatch = true;
    this.hasOperators = true;
  }

  private addComputed(path: readonly string[], expression: Expression): void {
    const { scope } = this.options;
    const evaluate = expression.evaluate;
    this.addAt(path, { kind: "compute", compute: () => evaluate(scope) });
    this.dependencies.push(expression.dependencies);
    this.hasOperators = true;
  }

  private addAt(path: readonly string[], action: FieldAction, positional = false): void {
    let node = this.root;
    for (let i = 0; i < path.length - 1; i++) {
      const existing = node.find(path[i]);
      if (existing === undefined) {
        const child = new ProjectionNode();
        node.add(path[i], { kind: "nested", node: child, positional });
        node = child;
      } else if (existing.kind === "nested") {
        if (positional) node.replace(path[i], { ...existing, positional });
        node = existing.node;
      } else {
        throw new CommandError(
          31249,
          `Path collision at ${path.join(".")} remaining portion ${path.slice(i + 1).join(".")}`,
        );
      }
    }
    const last = path[path.length - 1];
    if (node.find(last) !== undefined) {
      throw new CommandError(31250, `Path collision at ${path.join(".")}`);
    }
    node.add(last, action);
  }
}

/** True when some condition of the filter is about the top-level field. */
function mentionsField(filter: MatchExpression, field: string): boolean {
  if ("path" in filter && typeof filter.path === "string") {
    return filter.path.split(".")[0] === field;
  }
  return childrenOf(filter).some((child) => mentionsField(child, field));
}

/** The argument of find's $slice, or the error that says why it is none. */
function sliceRange(
  argument: RawElement,
): { skip: number | undefined; limit: number } | CommandError {
  if (isNumericType(argument.type)) return { skip: undefined, limit: clampedInteger(argument) };
  if (argument.type !== BsonType.Array) {
    return new CommandError(31273, "$slice only supports numbers and [skip, limit] arrays");
  }
  const items = Array.from(elements(argument.bytes, argument.at));
  if (items.length !== 2) {
    return new CommandError(31272, "$slice array argument should be of form [skip, limit]");
  }
  const [skip, limit] = items;
  if (!isNumericType(skip.type)) {
    return new CommandError(
      31257,
      `$slice expects the skip argument to be a number, got ${typeName(skip.type)}`,
    );
  }
  if (!isNumericType(limit.type)) {
    return new CommandError(
      31258,
      `$slice expects the limit argument to be a number, got ${typeName(limit.type)}`,
    );
  }
  const count = clampedInteger(limit);
  if (count <= 0) {
    return new CommandError(31259, `$slice limit must be positive, got ${count}`);
  }
  return { skip: clampedInteger(skip), limit: count };
}

function clampedInteger(value: RawValue): number {
  const number = wholeNumber(decodeValue(value));
  if (Number.isNaN(number)) return 0;
  return Math.min(Math.max(number, -2147483648), 2147483647);
}
