// Projections, compiled: `apply` appends the projection of a raw document to a writer.
//
// find uses compileProjection; aggregation also compileAddFields ($addFields, $set) with the same tree. A plain projection
// copies byte ranges and decodes nothing; computed fields are evaluated in the projection's own scope, whose metadata the
// caller sets when `needsMeta` asks for it.

import { toShellText } from "../bson/json.ts";
import { type BsonWriter } from "../bson/encode.ts";
import { elements, isEmptyDocument, type RawElement } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError } from "../error.ts";
import type { ExpressionCompiler } from "../expression/compiler.ts";
import type { Dependencies } from "../expression/definition.ts";
import { parseFieldPath } from "../expression/field_path.ts";
import type { DocumentMetadata, Scope } from "../expression/scope.ts";
import type { MatchExpression } from "./match_expression.ts";
import { compilePositional } from "./positional.ts";
import { parseProjection } from "./projection_parse.ts";
import { type Computation, ProjectionNode, ProjectionWalker } from "./projection_tree.ts";

export interface ProjectionOptions {
  readonly compiler: ExpressionCompiler;
  readonly dialect?: "find" | "aggregate";
  /** The filter that a positional path `a.$` refers to. */
  readonly filter?: MatchExpression | undefined;
}

export class Projection {
  /** Names of `$meta` fields that `setMetadata` has to provide. */
  readonly needsMeta: ReadonlySet<string>;

  constructor(
    private readonly walker: ProjectionWalker,
    private readonly scope: Scope,
    readonly isInclusion: boolean,
    /** True when it only includes or only excludes fields. */
    readonly isSimple: boolean,
    /** Paths the result depends on; undefined when it needs the whole document. */
    readonly requiredPaths: ReadonlySet<string> | undefined,
    /** What each computed field reads. */
    readonly dependencies: readonly Dependencies[],
  ) {
    this.needsMeta = new Set(dependencies.flatMap((part) => Array.from(part.metadata)));
  }

  /** Appends the projection of the document at `start`, a whole document, to the writer. */
  apply(bytes: Uint8Array, start: number, writer: BsonWriter): void {
    this.scope.setRoot(bytes, start);
    this.walker.apply(bytes, start, writer);
  }

  /** Metadata of the document that `apply` is called with next. */
  setMetadata(metadata: DocumentMetadata): void {
    this.scope.metadata = metadata;
  }

  /** The scope, for callers that bind variables (`$lookup` with `let`). */
  get variables(): Scope {
    return this.scope;
  }
}

/** Compiles the projection of a find, or of a $project stage. */
export function compileProjection(spec: Uint8Array, options: ProjectionOptions): Projection {
  const { compiler, filter } = options;
  const scope = compiler.createScope();
  const parsed = parseProjection(spec, {
    compiler,
    scope,
    dialect: options.dialect ?? "find",
    filter,
  });
  const mode = parsed.isInclusion ? "inclusion" : "exclusion";
  let matchedIndex = (): number => -1;
  if (parsed.hasPositional && filter !== undefined) {
    const positional = compilePositional(filter);
    matchedIndex = () => positional(scope.bytes, scope.start);
  }
  return new Projection(
    new ProjectionWalker(parsed.root, mode, matchedIndex),
    scope,
    parsed.isInclusion,
    parsed.isSimple,
    parsed.isInclusion ? requiredPaths(parsed.paths, parsed.dependencies) : undefined,
    parsed.dependencies,
  );
}

function requiredPaths(
  paths: readonly string[],
  dependencies: readonly Dependencies[],
): ReadonlySet<string> | undefined {
  if (dependencies.some((part) => part.wholeDocument)) return undefined;
  return new Set([...paths, ...dependencies.flatMap((part) => Array.from(part.paths))]);
}

/** Compiles `$addFields` / `$set`: every field stays, the named ones are computed. */
export function compileAddFields(spec: Uint8Array, compiler: ExpressionCompiler): Projection {
  if (isEmptyDocument(spec)) {
    throw new CommandError(40177, "specification must have at least one field");
  }
  const scope = compiler.createScope();
  const root = new ProjectionNode();
  const dependencies: Dependencies[] = [];
  const add = (element: RawElement, parent: readonly string[]): void => {
    const path = [...parent, ...parseFieldPath(element.name)];
    if (element.type === BsonType.Document) {
      const fields = Array.from(elements(element.bytes, element.at));
      if (fields.length === 0) {
        throw new CommandError(
          40180,
          `an empty object is not a valid value. Found empty object at path ${path.join(".")}`,
        );
      }
      if (!fields[0].name.startsWith("$")) {
        for (const field of fields) add(field, path);
        return;
      }
      if (fields.length > 1) {
        throw new CommandError(
          40181,
          `an object representing an expression must have exactly one field, found ${fields.length} fields in ${
            toShellText(element)
          }`,
        );
      }
    }
    const expression = compiler.compile(element);
    dependencies.push(expression.dependencies);
    addComputed(root, path, () => expression.evaluate(scope));
  };
  for (const element of elements(spec)) add(element, []);
  root.seal();
  const walker = new ProjectionWalker(root, "addFields");
  return new Projection(walker, scope, false, false, undefined, dependencies);
}

function addComputed(
  root: ProjectionNode,
  path: readonly string[],
  compute: Computation,
): void {
  let node = root;
  for (let i = 0; i < path.length - 1; i++) {
    const existing = node.find(path[i]);
    if (existing?.kind === "nested") node = existing.node;
    else if (existing === undefined) {
      const child = new ProjectionNode();
      node.add(path[i], { kind: "nested", node: child, positional: false });
      node = child;
    } else throw pathConflict(path);
  }
  const last = path[path.length - 1];
  if (node.find(last) !== undefined) throw pathConflict(path);
  node.add(last, { kind: "compute", compute });
}

function pathConflict(path: readonly string[]): CommandError {
  return new CommandError(
    40176,
    `specification contains two conflicting paths. Cannot specify both '${
      path.join(".")
    }' and a prefix of it`,
  );
}
