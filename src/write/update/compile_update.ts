// The door of the update room: from the update a client sends to a closure that changes documents.
//
// An array is a pipeline, a document whose first name begins with `$` a list of operators, any other document a
// replacement. Everything is parsed and checked here, once per command; `apply` then costs little more than copying the
// document. `apply` returns null when nothing changes: then nothing is written, logged or counted as modified.

import { CommandError, ErrorCode } from "../../error.ts";
import { toShellText } from "../../bson/json.ts";
import {
  documentOf,
  elements,
  isEmptyDocument,
  type RawElement,
  type RawValue,
} from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { UPDATE_OPERATORS } from "./all.ts";
import { parseArrayFilters } from "./array_filters.ts";
import { ArrayNode } from "./array_node.ts";
import type { CompiledUpdate, UpdateMatch, UpdateOptions } from "./compiled_update.ts";
import type { UpdateLeaf, UpdateOperatorDefinition } from "./definition.ts";
import type { ElementMatcher } from "./element_matcher.ts";
import { isNestedDeeper, MAX_STORED_LEVELS } from "./nesting.ts";
import { compilePipelineUpdate } from "./pipeline_update.ts";
import { compileReplacement } from "./replacement.ts";
import { checkUpdatedSize } from "./size_limit.ts";
import {
  arrayFilterIdentifier,
  isArrayFilterPart,
  pathConflict,
  splitUpdatePath,
} from "./update_path.ts";
import { UpdateScope } from "./update_scope.ts";
import { LeafNode, ObjectNode, ROOT, type UpdateNode } from "./update_tree.ts";
import { nextWallClockTimestamp } from "../timestamp.ts";

export type { CompiledUpdate, UpdateKind, UpdateMatch, UpdateOptions } from "./compiled_update.ts";

const DEFINITIONS = new Map(UPDATE_OPERATORS.map((definition) => [definition.name, definition]));

/** Compiles the `u` of an update statement or the `update` of findAndModify. */
export function compileUpdate(update: RawValue, options: UpdateOptions): CompiledUpdate {
  const hasFilters = (options.arrayFilters?.length ?? 0) > 0;
  if (update.type === BsonType.Array) {
    if (hasFilters) {
      throw failed("arrayFilters may not be specified for pipeline-syle updates");
    }
    return compilePipelineUpdate(update, options);
  }
  if (update.type !== BsonType.Document) {
    throw failed("Update argument must be either an object or an array");
  }
  if (options.constants !== undefined) {
    throw new CommandError(51198, "Constant values may only be specified for pipeline updates");
  }
  const { bytes, at } = update;
  const isOperators = !isEmptyDocument(bytes, at) && bytes[at + 5] === 0x24;
  if (isOperators) return compileOperators(update, options);
  if (options.isMulti === true) {
    throw failed("multi update is not supported for replacement-style update");
  }
  if (hasFilters) throw failed("arrayFilters may not be specified for replacement-style updates");
  return compileReplacement(documentOf(update), options);
}

function failed(message: string): CommandError {
  return new CommandError(ErrorCode.FailedToParse, message);
}

function compileOperators(update: RawValue, options: UpdateOptions): CompiledUpdate {
  const builder = new TreeBuilder(options);
  for (const modifier of elements(update.bytes, update.at)) {
    const definition = DEFINITIONS.get(modifier.name);
    if (definition === undefined) {
      throw failed(
        `Unknown modifier: ${modifier.name}. Expected a valid update modifier or pipeline-style ` +
          "update specified as an array",
      );
    }
    if (modifier.type !== BsonType.Document) {
      throw failed(
        `Modifiers operate on fields but we found type ${typeName(modifier.type)} instead. For ` +
          "example: {$mod: {<field>: ...}} not " +
          `{${modifier.name}: ${toShellText(modifier)}}`,
      );
    }
    for (const argument of elements(modifier.bytes, modifier.at)) {
      builder.add(definition, argument);
    }
  }
  builder.checkFiltersUsed(update);
  return new OperatorUpdate(builder, options);
}

/** Merges the paths of all operators into one tree. */
class TreeBuilder {
  readonly root = new ObjectNode("");
  readonly changedFields = new Set<string>();
  usesPositional = false;
  /** Some stored value may go over the nesting limit, so results are looked at. */
  mayNestTooDeep = false;
  private readonly filters: Map<string, ElementMatcher>;
  private readonly usedFilters = new Set<string>();

  constructor(private readonly options: UpdateOptions) {
    this.filters = parseArrayFilters(options.arrayFilters ?? [], options.context);
  }

  add(definition: UpdateOperatorDefinition, argument: RawElement): void {
    const path = argument.name;
    const context = { query: this.options.context, path };
    const parts = splitUpdatePath(path);
    // Of $rename this is the source: its path is looked at before the operator's argument.
    if (definition.place !== undefined) { for (const part of parts) this.keyOf(part, path); }
    const placed = definition.place?.(argument, context) ??
      [{ path, leaf: definition.compile!(argument, context) }];
    for (const { path, leaf } of placed) this.insert(path, leaf, definition.insertOnly === true);
  }

  private insert(path: string, leaf: UpdateLeaf, isInsertOnly: boolean): void {
    const parts = splitUpdatePath(path);
    if (isArrayFilterPart(parts[0])) {
      throw new CommandError(
        ErrorCode.BadValue,
        "Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in " +
          `path '${path}'`,
      );
    }
    this.changedFields.add(parts[0]);
    this.usesPositional ||= parts.includes("$");
    if (parts.length + (leaf.valueDepth ?? 0) > MAX_STORED_LEVELS) this.mayNestTooDeep = true;
    let node: ObjectNode | ArrayNode = this.root;
    for (let i = 0; i < parts.length - 1; i++) {
      const key = this.keyOf(parts[i], path);
      const wantsArray = isArrayFilterPart(parts[i + 1]);
      const existing: UpdateNode | undefined = node.get(key);
      const at = parts.slice(0, i + 1).join(".");
      if (existing === undefined) {
        const created: ObjectNode | ArrayNode = wantsArray
          ? new ArrayNode(at, this.filters)
          : new ObjectNode(at);
        node.set(key, created);
        node = created;
      } else if (isInner(existing) && (existing instanceof ArrayNode) === wantsArray) {
        node = existing;
      } else {
        throw pathConflict(path, at);
      }
    }
    const key = this.keyOf(parts[parts.length - 1], path);
    if (node.get(key) !== undefined) throw pathConflict(path, path);
    node.set(key, new LeafNode(leaf, { path, isInsertOnly }));
  }

  /** The child's name in its node: the identifier of `$[id]`, which must have a filter. */
  private keyOf(part: string, path: string): string {
    if (!isArrayFilterPart(part)) return part;
    const identifier = arrayFilterIdentifier(part);
    if (identifier !== "" && !this.filters.has(identifier)) {
      throw new CommandError(
        ErrorCode.BadValue,
        `No array filter found for identifier '${identifier}' in path '${path}'`,
      );
    }
    this.usedFilters.add(identifier);
    return identifier;
  }

  checkFiltersUsed(update: RawValue): void {
    for (const identifier of this.filters.keys()) {
      if (this.usedFilters.has(identifier)) continue;
      throw failed(
        `The array filter for identifier '${identifier}' was not used in the update ` +
          toShellText(update),
      );
    }
  }
}

function isInner(node: UpdateNode): node is ObjectNode | ArrayNode {
  return node instanceof ObjectNode || node instanceof ArrayNode;
}

class OperatorUpdate implements CompiledUpdate {
  readonly kind = "operators";
  readonly isReplacement = false;
  readonly needsArrayIndex: boolean;
  readonly changedFields: ReadonlySet<string>;
  private readonly root: ObjectNode;
  private readonly mayNestTooDeep: boolean;
  private readonly scope: UpdateScope;

  constructor(builder: TreeBuilder, options: UpdateOptions) {
    this.root = builder.root;
    this.needsArrayIndex = builder.usesPositional;
    this.changedFields = builder.changedFields;
    this.mayNestTooDeep = builder.mayNestTooDeep;
    this.scope = new UpdateScope({
      now: options.context.now,
      nextTimestamp: options.nextTimestamp ?? nextWallClockTimestamp,
    });
  }

  apply(document: Uint8Array, match: UpdateMatch, isInsert: boolean): Uint8Array | null {
    const { scope } = this;
    scope.begin(document, match.arrayIndex, isInsert);
    this.root.applyTo(scope, ROOT, 0);
    if (scope.edits.count === 0) return null;
    const result = scope.edits.emit(document);
    if (result.length > document.length) checkUpdatedSize(result);
    if (this.mayNestTooDeep && isNestedDeeper(result, 0, MAX_STORED_LEVELS)) {
      throw new CommandError(
        ErrorCode.Overflow,
        `Document exceeds maximum nesting depth of ${MAX_STORED_LEVELS}`,
      );
    }
    return result;
  }
}
