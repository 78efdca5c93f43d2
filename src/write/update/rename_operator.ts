// $rename: moves a field to another path, as a $set there and an $unset here.
//
// Both places are leaves of the tree, so that conflicts with other operators are found and removal is an edit like any
// other. The destination's leaf does the checking: neither path may lead through an array.

import { CommandError, ErrorCode } from "../../error.ts";
import { toShellText } from "../../bson/json.ts";
import { cstringEnd, findElement, nameBytes, readString, valueEnd } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import type { PlacedLeaf, RawElement, UpdateLeaf, UpdateOperatorDefinition } from "./definition.ts";
import { UNSET_LEAF } from "./field_operators.ts";
import { arrayIndexOf, isArrayFilterPart } from "./update_path.ts";
import { elementText, type UpdateScope } from "./update_scope.ts";

const ABSENT = -1;

/** Follows a path, array indexes included; reports the arrays it leads through. */
class PathWalk {
  private readonly parts: readonly string[];

  constructor(readonly path: string) {
    this.parts = path.split(".");
  }

  /** Offset of the element's type byte, or ABSENT. `arrayName` is the first array passed on the way. */
  find(scope: UpdateScope): { elementAt: number; arrayName: string | undefined } {
    const { bytes } = scope;
    let container = 0;
    let isArray = false;
    let elementAt = ABSENT;
    let arrayName: string | undefined;
    for (let i = 0; i < this.parts.length; i++) {
      const part = this.parts[i];
      if (i > 0) {
        const type = bytes[elementAt];
        const nameEnd = cstringEnd(bytes, elementAt + 1);
        isArray = type === BsonType.Array;
        const isViable = isArray ? arrayIndexOf(part) >= 0 : type === BsonType.Document;
        if (isArray) arrayName ??= this.parts[i - 1];
        if (!isViable) throw this.notViable(scope, elementAt, this.parts[i - 1]);
        container = nameEnd + 1;
      }
      elementAt = isArray
        ? arrayElement(bytes, container, arrayIndexOf(part))
        : findElement(bytes, container, nameBytes(part));
      if (elementAt < 0) break;
    }
    return { elementAt, arrayName };
  }

  /** The first array on the path to the field, existing or not. */
  arrayOnTheWay(scope: UpdateScope): string | undefined {
    const { bytes } = scope;
    let container = 0;
    for (let i = 0; i < this.parts.length - 1; i++) {
      const elementAt = findElement(bytes, container, nameBytes(this.parts[i]));
      if (elementAt < 0) return undefined;
      if (bytes[elementAt] === BsonType.Array) return this.parts[i];
      if (bytes[elementAt] !== BsonType.Document) return undefined;
      container = cstringEnd(bytes, elementAt + 1) + 1;
    }
    return undefined;
  }

  private notViable(scope: UpdateScope, elementAt: number, part: string): CommandError {
    return new CommandError(
      ErrorCode.PathNotViable,
      `cannot use the part (${part} of ${this.path}) to traverse the element ` +
        `({${elementText(scope.bytes, elementAt)}})`,
    );
  }
}

function arrayElement(bytes: Uint8Array, start: number, index: number): number {
  const end = valueEnd(bytes, BsonType.Array, start) - 1;
  let at = start + 4;
  while (at < end && index-- > 0) {
    at = valueEnd(bytes, bytes[at], cstringEnd(bytes, at + 1) + 1);
  }
  return at < end ? at : ABSENT;
}

/** The leaf at the destination. */
class RenameLeaf implements UpdateLeaf {
  readonly valueDepth = Infinity;
  private readonly source: PathWalk;
  private readonly target: PathWalk;

  constructor(source: string, target: string) {
    this.source = new PathWalk(source);
    this.target = new PathWalk(target);
  }

  /** The source's element, or ABSENT: then there is nothing to do. */
  private locate(scope: UpdateScope): number {
    const { elementAt, arrayName } = this.source.find(scope);
    if (elementAt === ABSENT) return ABSENT;
    if (arrayName !== undefined) throw refused("source", this.source.path, arrayName, scope);
    const targetArray = this.target.arrayOnTheWay(scope);
    if (targetArray !== undefined) {
      throw refused("destination", this.target.path, targetArray, scope);
    }
    return elementAt;
  }

  update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    const { bytes } = scope;
    const source = this.locate(scope);
    if (source === ABSENT) return;
    const sourceValue = cstringEnd(bytes, source + 1) + 1;
    const sourceEnd = valueEnd(bytes, bytes[source], sourceValue);
    scope.setValue(elementAt, valueAt, bytes[source], bytes, sourceValue, sourceEnd);
  }

  creates(scope: UpdateScope): boolean {
    return this.locate(scope) !== ABSENT;
  }

  create(scope: UpdateScope, name: Uint8Array): void {
    const { bytes, arena } = scope;
    const source = this.locate(scope);
    arena.header(bytes[source], name);
    arena.value(bytes, bytes[source], cstringEnd(bytes, source + 1) + 1);
  }
}

function refused(
  which: "source" | "destination",
  path: string,
  arrayName: string,
  scope: UpdateScope,
): CommandError {
  return new CommandError(
    ErrorCode.BadValue,
    `The ${which} field cannot be an array element, '${path}' in doc with ${scope.idText()} ` +
      `has an array field called '${arrayName}'`,
  );
}

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

function isDynamic(path: string): boolean {
  return path.split(".").some((part) => part === "$" || isArrayFilterPart(part));
}

function place(argument: RawElement): PlacedLeaf[] {
  const shown = `${argument.name}: ${toShellText(argument)}`;
  if (argument.type !== BsonType.String) {
    throw badValue(`The 'to' field for $rename must be a string: ${shown}`);
  }
  const source = argument.name;
  const target = readString(argument.bytes, argument.at);
  if (target.includes("\0")) {
    throw badValue("The 'to' field for $rename cannot contain an embedded null byte");
  }
  if (source === target) {
    throw badValue(`The source and target field for $rename must differ: ${shown}`);
  }
  if (source.startsWith(`${target}.`) || target.startsWith(`${source}.`)) {
    throw badValue(
      `The source and target field for $rename must not be on the same path: ${shown}`,
    );
  }
  if (isDynamic(source)) {
    throw badValue(`The source field for $rename may not be dynamic: ${source}`);
  }
  if (isDynamic(target)) {
    throw badValue(`The destination field for $rename may not be dynamic: ${target}`);
  }
  return [
    { path: source, leaf: UNSET_LEAF },
    { path: target, leaf: new RenameLeaf(source, target) },
  ];
}

export const $rename: UpdateOperatorDefinition = {
  name: "$rename",
  help: "Moves a field to another name or path.",
  place,
};
