// The groups of a $group in memory: keys, ids and accumulator states, and their way out as documents.
//
// States of all groups stand in one array, so many per group, but for fields whose accumulator has a column. A group leaves memory in one of two forms: finished
// (`writeGroup`), or as a partial result that another run of the same group is merged with (`writePartial`, `takePartial`):
//   { k: key bytes, i: id, s: [ what each state saved ] }

import { copyValue, decode } from "../bson/decode.ts";
import type { BsonWriter } from "../bson/encode.ts";
import { cstringEnd, documentEnd, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { Expression, Scope } from "../expression/expression.ts";
import { sizeOf } from "./accumulators/memory.ts";
import type { AccumulatedField } from "./accumulators/statement.ts";
import type { AccumulatorState, MemoryMeter, PipelineContext, StateColumn } from "./definition.ts";
import { EVALUATED, FieldReader } from "./field_reader.ts";
import { KeyBytes, KeyTable } from "./key_table.ts";

/** What a group and each of its states cost beside their values, roughly. */
const GROUP_BYTES = 64;
const STATE_BYTES = 240;
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024 + 16 * 1024;
/** Between stages documents may be larger than a reply can carry: a later stage may make them small again. */
const MAX_INNER_BYTES = 128 * 1024 * 1024;

/** Reads the id and then the fields' arguments; an id that is an object is read in parts. */
export interface GroupReader {
  readonly id: Expression;
  readonly reader: FieldReader;
  /** Number of parts; 0 for an id that is read whole. */
  readonly idParts: number;
}

export class GroupTable {
  private readonly keys: KeyBytes;
  private readonly table = new KeyTable();
  private ids: BsonValue[] = [];
  private states: AccumulatorState[] = [];
  /** By field; undefined where a group's state is an object. */
  private columns: readonly (StateColumn | undefined)[] = [];
  /** How many states a group has in `states`, and which of them is a field's. */
  private readonly width: number;
  private readonly places: readonly number[];
  private meter: MemoryMeter;

  /** Few groups may as well do without columns. */
  constructor(
    private readonly fields: readonly AccumulatedField[],
    private readonly context: PipelineContext,
    private readonly usesColumns = true,
  ) {
    this.keys = new KeyBytes(context.query.collation);
    this.meter = { bytes: 0, limits: context.limits };
    this.startColumns();
    let width = 0;
    this.places = this.columns.map((column) => column === undefined ? width++ : -1);
    this.width = width;
  }

  private startColumns(): void {
    this.columns = this.fields.map(({ accumulator }) =>
      this.usesColumns ? accumulator.startColumn?.() : undefined
    );
  }

  get count(): number {
    return this.ids.length;
  }

  /** Roughly what the groups take. */
  get byteLength(): number {
    let bytes = this.meter.bytes + this.table.byteLength +
      this.ids.length * (GROUP_BYTES + this.width * STATE_BYTES);
    for (const column of this.columns) if (column !== undefined) bytes += column.byteLength;
    return bytes;
  }

  /** The group of an id: a number. */
  groupOf(id: OptionalValue): number {
    this.keys.set(id);
    const number = this.table.numberOf(this.keys);
    return number < this.ids.length ? number : this.begin(id);
  }

  private begin(id: OptionalValue): number {
    const kept = id === MISSING ? null : copyValue(id);
    this.meter.bytes += sizeOf(kept);
    const group = this.ids.push(kept) - 1;
    for (let i = 0; i < this.fields.length; i++) {
      const column = this.columns[i];
      if (column !== undefined) column.begin(group);
      else this.states.push(this.fields[i].accumulator.start(this.meter, kept));
    }
    return group;
  }

  /** Adds the scope's document to the group of its id. */
  add({ id, reader, idParts }: GroupReader, scope: Scope): void {
    reader.read(scope);
    if (idParts > 0) this.composeKey(reader, idParts, scope);
    else if (reader.types[0] === EVALUATED) this.keys.set(reader.values[0]);
    else this.keys.setRaw(scope.bytes, reader.types[0], reader.offsets[0]);
    let group = this.table.numberOf(this.keys);
    if (group === this.ids.length) {
      group = this.begin(idParts > 0 ? id.evaluate(scope) : reader.value(0, scope));
    }
    const { columns, states } = this;
    let state = group * this.width;
    const offset = Math.max(idParts, 1);
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      if (column === undefined) feed(states[state++], reader, i + offset, scope);
      else feedColumn(column, group, reader, i + offset, scope);
    }
  }

  private composeKey(reader: FieldReader, parts: number, scope: Scope): void {
    const { keys } = this;
    keys.beginCompound();
    for (let i = 0; i < parts; i++) {
      const type = reader.types[i];
      if (type === EVALUATED) keys.append(reader.values[i]);
      else keys.appendRaw(scope.bytes, type, reader.offsets[i]);
    }
    keys.endCompound();
  }

  /** What reads the ids and arguments out of documents. */
  readerOf(id: Expression): GroupReader {
    const members = this.keys.canCompose ? id.members ?? [] : [];
    const first = members.length > 0 ? members : [id];
    const expressions = [...first, ...this.fields.map(({ accumulator }) => accumulator.argument)];
    return { id, idParts: members.length, reader: new FieldReader(expressions) };
  }

  /** State `field` of a group, which must not be in a column. */
  state(group: number, field: number): AccumulatorState {
    return this.states[group * this.width + this.places[field]];
  }

  /** Writes a group as it leaves the stage. */
  writeGroup(writer: BsonWriter, group: number): void {
    const start = writer.length;
    writer.startDocument();
    writer.value("_id", this.ids[group]);
    for (let i = 0; i < this.fields.length; i++) {
      const { name } = this.fields[i];
      const column = this.columns[i];
      if (column !== undefined) {
        column.write(group, writer, name);
        continue;
      }
      const state = this.state(group, i);
      if (state.write !== undefined) state.write(writer, name);
      else {
        const value = state.value();
        writer.value(name, value === MISSING ? null : value);
      }
    }
    writer.end();
    checkDocumentSize(writer.length - start);
  }

  /** Writes a group as a partial result. */
  writePartial(writer: BsonWriter, group: number): void {
    writer.startDocument();
    writer.binary("k", 0, this.table.keyAt(group));
    writer.value("i", this.ids[group]);
    writer.startArray("s");
    for (let i = 0; i < this.fields.length; i++) {
      const column = this.columns[i];
      const state = this.state(group, i);
      if (column !== undefined) writer.value(undefined, column.save(group));
      else if (state.isList === true) state.write!(writer, undefined);
      else writer.value(undefined, state.save());
    }
    writer.end();
    writer.end();
  }

  /** Merges a partial result into its group. */
  takePartial(bytes: Uint8Array, start: number): void {
    const key = start + 4;
    const id = valueEnd(bytes, BsonType.Binary, key + 3);
    const group = this.groupOfRaw(bytes, bytes[id], id + 3);
    const states = valueEnd(bytes, bytes[id], id + 3);
    let at = states + 3 + 4;
    for (let i = 0; i < this.fields.length; i++) {
      const valueAt = cstringEnd(bytes, at + 1) + 1;
      const column = this.columns[i];
      if (column !== undefined) column.merge(group, decode(bytes, bytes[at], valueAt));
      else mergeInto(this.state(group, i), bytes, bytes[at], valueAt);
      at = valueEnd(bytes, bytes[at], valueAt);
    }
  }

  private groupOfRaw(bytes: Uint8Array, type: number, at: number): number {
    this.keys.setRaw(bytes, type, at);
    const number = this.table.numberOf(this.keys);
    return number < this.ids.length ? number : this.begin(decode(bytes, type, at));
  }

  clear(): void {
    this.table.clear();
    this.ids = [];
    this.states = [];
    this.startColumns();
    this.meter = { bytes: 0, limits: this.context.limits };
  }
}

/** A saved state, in place. */
function mergeInto(state: AccumulatorState, bytes: Uint8Array, type: number, at: number): void {
  if (state.isList !== true) return state.merge(copyValue(decode(bytes, type, at)));
  const end = documentEnd(bytes, at) - 1;
  for (let item = at + 4; item < end;) {
    const valueAt = cstringEnd(bytes, item + 1) + 1;
    state.addRaw!(bytes, bytes[item], valueAt);
    item = valueEnd(bytes, bytes[item], valueAt);
  }
}

function feed(state: AccumulatorState, reader: FieldReader, index: number, scope: Scope): void {
  const type = reader.types[index];
  if (type === EVALUATED) state.add(reader.values[index]);
  else if (state.addRaw !== undefined) state.addRaw(scope.bytes, type, reader.offsets[index]);
  else state.add(reader.value(index, scope));
}

function feedColumn(
  column: StateColumn,
  group: number,
  reader: FieldReader,
  index: number,
  scope: Scope,
): void {
  const type = reader.types[index];
  if (type === EVALUATED) column.add(group, reader.values[index]);
  else column.addRaw(group, scope.bytes, type, reader.offsets[index]);
}

/** Refuses a document too large even between stages; replies check for 16 MB. */
export function checkDocumentSize(bytes: number): void {
  if (bytes <= MAX_INNER_BYTES) return;
  throw new CommandError(
    ErrorCode.BSONObjectTooLarge,
    `BSONObj size: ${bytes} (0x${bytes.toString(16).toUpperCase()}) is invalid. Size must be ` +
      `between 0 and ${MAX_DOCUMENT_BYTES}(16MB)`,
  );
}
