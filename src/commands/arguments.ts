// Arguments of a command: declared by its definition, checked and found in one walk over the request.
//
// A definition lists its arguments with type and fate (argument_plan.ts). Nothing is decoded in the walk: it notes where
// each value starts, and the accessors of ParsedArguments read a value when the command asks. Null and undefined count
// as "not given", as in mongod.
// Errors: 40415 unknown field, 40414 missing field, 40413 duplicate, 14 wrong type, 2 out of range.

import {
  documentEnd,
  type RawValue,
  readInt32,
  readInt64,
  readInt64AsNumber,
  readString,
  readText,
  valueEnd,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { parseLong } from "../query/argument.ts";
import {
  type ArgumentPlan,
  GENERIC_ACCEPTS,
  GENERIC_BASE,
  GENERIC_TYPES,
  IGNORED_SLOT,
} from "./argument_plan.ts";
import {
  checkRange,
  duplicateFieldError,
  integerAt,
  missingFieldError,
  numberAt,
  ownTypeError,
  unknownFieldError,
  wrongTypeError,
} from "./argument_values.ts";

export {
  type ArgumentDefinition,
  ArgumentPlan,
  type ArgumentTable,
  type ArgumentType,
  isGenericArgument,
} from "./argument_plan.ts";
export {
  checkRange,
  duplicateFieldError,
  integerAt,
  missingFieldError,
  numberAt,
  unknownFieldError,
  wrongTypeError,
} from "./argument_values.ts";

/** The checked arguments of one request. Values are views into `body`. */
export class ParsedArguments<Name extends string = string> {
  /** Offsets of the generic arguments' values, -1 when not given. */
  databaseAt = -1;
  lsidAt = -1;
  txnNumberAt = -1;
  maxTimeMS = 0;
  readConcernAt = -1;
  writeConcernAt = -1;
  apiVersionAt = -1;
  apiStrict = false;
  apiDeprecationErrors = false;
  autocommit: boolean | undefined = undefined;
  startTransaction: boolean | undefined = undefined;
  comment: RawValue | undefined = undefined;
  clusterTimeAt = -1;
  readPreferenceAt = -1;
  /** Type and offset of the command's own value (`{find: <here>}`). */
  readonly targetType: number;
  readonly targetAt: number;
  /** Offset of each own argument's value, 0 when not given. */
  readonly #at: number[];

  constructor(
    readonly plan: ArgumentPlan,
    readonly body: Uint8Array,
    targetAt: number,
    type: number,
  ) {
    this.targetAt = targetAt;
    this.targetType = type;
    const at: number[] = [];
    for (let i = plan.definitions.length; i > 0; i--) at.push(0);
    this.#at = at;
  }

  /** Used by parseArguments. False when the slot is taken. */
  place(slot: number, at: number): boolean {
    if (this.#at[slot] !== 0) return false;
    this.#at[slot] = at;
    return true;
  }

  /** Offset of an argument's value in `body`, 0 when it was not given. */
  offset(name: Name): number {
    return this.#at[this.plan.slotOf.get(name)!];
  }

  placed(slot: number): boolean {
    return this.#at[slot] !== 0;
  }

  has(name: Name): boolean {
    return this.offset(name) !== 0;
  }

  /** The type byte of the value at `at`: it stands before the name. */
  #typeOf(name: Name, at: number): number {
    return this.body[at - 2 - nameLength(name)];
  }

  /** The argument as it is, for type `any` and lists of types. */
  value(name: Name): RawValue | undefined {
    const at = this.offset(name);
    return at === 0 ? undefined : { bytes: this.body, type: this.#typeOf(name, at), at };
  }

  /** The value of the command's own field, e.g. the 1 of `{ping: 1}`. */
  get target(): RawValue {
    return { bytes: this.body, type: this.targetType, at: this.targetAt };
  }

  /** An object argument as a document of its own (a view). */
  document(name: Name): Uint8Array | undefined;
  document(name: Name, fallback: Uint8Array): Uint8Array;
  document(name: Name, fallback?: Uint8Array): Uint8Array | undefined {
    const at = this.offset(name);
    return at === 0 ? fallback : this.body.subarray(at, documentEnd(this.body, at));
  }

  /** An array argument in its raw form (a view). */
  array(name: Name): Uint8Array | undefined {
    return this.document(name);
  }

  string(name: Name): string | undefined;
  string(name: Name, fallback: string): string;
  string(name: Name, fallback?: string): string | undefined {
    const at = this.offset(name);
    return at === 0 ? fallback : readString(this.body, at);
  }

  /** A numeric argument as an integer: fractions are cut off, as mongod's safe types do. */
  int(name: Name): number | undefined;
  int(name: Name, fallback: number): number;
  int(name: Name, fallback?: number): number | undefined {
    const at = this.offset(name);
    return at === 0 ? fallback : integerAt(this.body, this.#typeOf(name, at), at);
  }

  long(name: Name): bigint | undefined {
    const at = this.offset(name);
    if (at === 0) return undefined;
    const type = this.#typeOf(name, at);
    if (type === BsonType.Int64) return readInt64(this.body, at);
    return BigInt.asIntN(64, BigInt(integerAt(this.body, type, at)));
  }

  number(name: Name): number | undefined {
    const at = this.offset(name);
    return at === 0 ? undefined : numberAt(this.body, this.#typeOf(name, at), at);
  }

  boolean(name: Name, fallback = false): boolean {
    const at = this.offset(name);
    if (at === 0) return fallback;
    const type = this.#typeOf(name, at);
    return type === BsonType.Boolean ? this.body[at] !== 0 : numberAt(this.body, type, at) !== 0;
  }

  /** `$db`, "" when missing. */
  database(): string {
    return this.databaseAt < 0 ? "" : readString(this.body, this.databaseAt);
  }

  get readConcern(): Uint8Array | undefined {
    return this.#generic(this.readConcernAt);
  }

  get writeConcern(): Uint8Array | undefined {
    return this.#generic(this.writeConcernAt);
  }

  get readPreference(): Uint8Array | undefined {
    return this.#generic(this.readPreferenceAt);
  }

  get apiVersion(): string | undefined {
    return this.apiVersionAt < 0 ? undefined : readString(this.body, this.apiVersionAt);
  }

  get txnNumber(): number | undefined {
    return this.txnNumberAt < 0 ? undefined : readInt64AsNumber(this.body, this.txnNumberAt);
  }

  #generic(at: number): Uint8Array | undefined {
    return at < 0 ? undefined : this.body.subarray(at, documentEnd(this.body, at));
  }
}

const nameLengths = new Map<string, number>();
const encoder = new TextEncoder();

function nameLength(name: string): number {
  let length = nameLengths.get(name);
  if (length === undefined) nameLengths.set(name, length = encoder.encode(name).length);
  return length;
}

/**
 * Walks the request once. The first element is the command itself; `sequenceNames` are arguments that came as
 * document sequences (OP_MSG kind 1) beside the body.
 */
export function parseArguments(
  plan: ArgumentPlan,
  body: Uint8Array,
  sequenceNames?: ReadonlyMap<string, unknown>,
): ParsedArguments {
  const { names, accepts, definitions } = plan;
  const end = documentEnd(body, 0) - 1;
  names.lookup(body, 5);
  const targetAt = names.nameEnd + 1;
  const parsed = new ParsedArguments(plan, body, targetAt, body[4]);
  let at = valueEnd(body, body[4], targetAt);
  while (at < end) {
    const type = body[at];
    const slot = names.lookup(body, at + 1);
    const valueAt = names.nameEnd + 1;
    const next = valueEnd(body, type, valueAt);
    if (slot < 0) {
      if (!plan.takesAnyField) throw unknownFieldError(fieldName(plan, body, at));
    } else if (slot >= GENERIC_BASE) {
      if (slot < IGNORED_SLOT) placeGeneric(parsed, slot - GENERIC_BASE, type, valueAt, at);
    } else {
      const set = accepts[slot];
      if (set !== undefined && set[type] !== 1) {
        const own = ownTypeError(plan.slotNames[slot], type, definitions[slot].type);
        if (own !== undefined) throw own;
        if (type !== BsonType.Null && type !== BsonType.Undefined) {
          throw wrongTypeError(fieldName(plan, body, at), type, definitions[slot].type);
        }
      } else {
        if (!parsed.place(slot, valueAt)) throw duplicateFieldError(fieldName(plan, body, at));
        const { min, max, fate } = definitions[slot];
        if (min !== undefined || max !== undefined) {
          checkRange(plan.slotNames[slot], numberAt(body, type, valueAt), min, max);
        }
        if (fate === "refused") throw refusedError(plan, slot);
      }
    }
    at = next;
  }
  if (sequenceNames !== undefined) placeSequences(plan, sequenceNames);
  for (const slot of plan.required) {
    if (!parsed.placed(slot) && !sequenceNames?.has(plan.slotNames[slot])) {
      throw missingFieldError(`${plan.requestName}.${plan.slotNames[slot]}`);
    }
  }
  return parsed;
}

function placeSequences(plan: ArgumentPlan, names: ReadonlyMap<string, unknown>): void {
  for (const name of names.keys()) {
    if (!plan.slotOf.has(name)) throw unknownFieldError(`${plan.requestName}.${name}`);
  }
}

function fieldName(plan: ArgumentPlan, body: Uint8Array, at: number): string {
  return `${plan.requestName}.${readText(body, at + 1, plan.names.nameEnd)}`;
}

function refusedError(plan: ArgumentPlan, slot: number): CommandError {
  const { code, message } = plan.definitions[slot];
  return new CommandError(
    code ?? ErrorCode.InvalidOptions,
    message ?? `The field '${plan.slotNames[slot]}' is not supported by ${plan.commandName}`,
  );
}

function placeGeneric(
  parsed: ParsedArguments,
  index: number,
  type: number,
  valueAt: number,
  elementAt: number,
): void {
  const set = GENERIC_ACCEPTS[index];
  if (set !== undefined && set[type] !== 1) {
    if (type === BsonType.Null || type === BsonType.Undefined) return;
    throw wrongTypeError(
      fieldName(parsed.plan, parsed.body, elementAt),
      type,
      GENERIC_TYPES[index],
    );
  }
  const { body } = parsed;
  switch (index) {
    case 0:
      parsed.databaseAt = valueAt;
      return;
    case 1:
      parsed.lsidAt = valueAt;
      return;
    case 2:
      parsed.txnNumberAt = valueAt;
      return;
    case 3: {
      const limitMs = type === BsonType.Int32
        ? readInt32(body, valueAt)
        : Number(parseLong({ name: "maxTimeMS", bytes: body, type, at: valueAt }));
      checkRange("maxTimeMS", limitMs, 0, 2147483647);
      parsed.maxTimeMS = limitMs;
      return;
    }
    case 4:
      parsed.readConcernAt = valueAt;
      return;
    case 5:
      parsed.writeConcernAt = valueAt;
      return;
    case 6:
      parsed.apiVersionAt = valueAt;
      return;
    case 7:
      parsed.apiStrict = body[valueAt] !== 0;
      return;
    case 8:
      parsed.apiDeprecationErrors = body[valueAt] !== 0;
      return;
    case 9:
      parsed.autocommit = body[valueAt] !== 0;
      return;
    case 10:
      parsed.startTransaction = body[valueAt] !== 0;
      return;
    case 11:
      parsed.comment = { bytes: body, type, at: valueAt };
      return;
    case 12:
      parsed.clusterTimeAt = valueAt;
      return;
    case 13:
      parsed.readPreferenceAt = valueAt;
  }
}
