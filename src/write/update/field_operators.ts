// Operators that give a field a value known beforehand or take it away: $currentDate, $max, $min, $set, $setOnInsert,
// $unset.

import { CommandError, ErrorCode } from "../../error.ts";
import { compareRaw } from "../../bson/compare.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { elements, readString, valueEnd } from "../../bson/read.ts";
import type {
  LeafContext,
  RawElement,
  UpdateLeaf,
  UpdateOperatorDefinition,
} from "./definition.ts";
import { nestingOf } from "./nesting.ts";
import type { UpdateScope } from "./update_scope.ts";

/** Stores the argument as it is. */
class SetLeaf implements UpdateLeaf {
  readonly valueDepth: number;
  protected readonly bytes: Uint8Array;
  protected readonly type: number;
  protected readonly from: number;
  protected readonly to: number;

  constructor(argument: RawElement) {
    this.bytes = argument.bytes;
    this.type = argument.type;
    this.from = argument.at;
    this.to = valueEnd(argument.bytes, argument.type, argument.at);
    this.valueDepth = nestingOf(argument.bytes, argument.type, argument.at);
  }

  update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    scope.setValue(elementAt, valueAt, this.type, this.bytes, this.from, this.to);
  }

  create(scope: UpdateScope, name: Uint8Array): void {
    scope.arena.header(this.type, name);
    scope.arena.copy(this.bytes, this.from, this.to);
  }
}

export const $set: UpdateOperatorDefinition = {
  name: "$set",
  help: "Sets a field to a value.",
  compile: (argument) => new SetLeaf(argument),
};

export const $setOnInsert: UpdateOperatorDefinition = {
  name: "$setOnInsert",
  help: "Sets a field to a value when an upsert inserts; otherwise does nothing.",
  insertOnly: true,
  compile: (argument) => new SetLeaf(argument),
};

/** Stores the argument if it is on the wanted side of the current value in BSON order. */
class CompareLeaf extends SetLeaf {
  constructor(
    argument: RawElement,
    private readonly context: LeafContext,
    private readonly direction: 1 | -1,
  ) {
    super(argument);
  }

  override update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    const order = compareRaw(
      this.bytes,
      this.type,
      this.from,
      scope.bytes,
      scope.bytes[elementAt],
      valueAt,
      this.context.query.collation,
    );
    if (order === this.direction) super.update(scope, elementAt, valueAt);
  }
}

export const $max: UpdateOperatorDefinition = {
  name: "$max",
  help: "Sets a field to the value if that is greater than the current one.",
  compile: (argument, context) => new CompareLeaf(argument, context, 1),
};

export const $min: UpdateOperatorDefinition = {
  name: "$min",
  help: "Sets a field to the value if that is less than the current one.",
  compile: (argument, context) => new CompareLeaf(argument, context, -1),
};

/** Removes the field. An array's element becomes null, so that the others keep their places. */
export const UNSET_LEAF: UpdateLeaf = {
  ignoresBlockedPath: true,
  onlyRemoves: true,
  update(scope, elementAt, valueAt, inArray) {
    if (inArray) return scope.setValue(elementAt, valueAt, BsonType.Null, scope.bytes, 0, 0);
    scope.edits.remove(elementAt, valueEnd(scope.bytes, scope.bytes[elementAt], valueAt));
  },
};

export const $unset: UpdateOperatorDefinition = {
  name: "$unset",
  help: "Removes a field; an array element becomes null.",
  compile: () => UNSET_LEAF,
};

class CurrentDateLeaf implements UpdateLeaf {
  constructor(private readonly isTimestamp: boolean) {}

  private get type(): number {
    return this.isTimestamp ? BsonType.Timestamp : BsonType.Date;
  }

  private write(scope: UpdateScope): void {
    const { now, nextTimestamp } = scope.options;
    scope.arena.int64(this.isTimestamp ? BigInt.asIntN(64, nextTimestamp()) : now);
  }

  update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    const from = scope.arena.length;
    this.write(scope);
    scope.setValue(elementAt, valueAt, this.type, null, from, from + 8);
  }

  create(scope: UpdateScope, name: Uint8Array): void {
    scope.arena.header(this.type, name);
    this.write(scope);
  }
}

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

function parseCurrentDate(argument: RawElement): UpdateLeaf {
  if (argument.type === BsonType.Boolean) return new CurrentDateLeaf(false);
  if (argument.type !== BsonType.Document) {
    throw badValue(
      `${typeName(argument.type)} is not valid type for $currentDate. Please use a boolean ` +
        "('true') or a $type expression ({$type: 'timestamp/date'}).",
    );
  }
  let wanted: string | undefined;
  for (const option of elements(argument.bytes, argument.at)) {
    if (option.name !== "$type") {
      throw badValue(`Unrecognized $currentDate option: ${option.name}`);
    }
    if (option.type === BsonType.String) wanted = readString(option.bytes, option.at);
  }
  if (wanted !== "date" && wanted !== "timestamp") {
    throw badValue(
      "The '$type' string field is required to be 'date' or 'timestamp': " +
        "{$currentDate: {field : {$type: 'date'}}}",
    );
  }
  return new CurrentDateLeaf(wanted === "timestamp");
}

export const $currentDate: UpdateOperatorDefinition = {
  name: "$currentDate",
  help: "Sets a field to the current date, or to a timestamp.",
  compile: parseCurrentDate,
};
