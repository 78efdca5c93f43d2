// The groups of a $group in memory: keys, ids and accumulator states, and their way out as documents.
//
// States of all groups stand in one array, `fields` per group. A group leaves memory in one of two forms: finished
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
import type { AccumulatorState, MemoryMeter, PipelineContext } from "./definition.ts";
import { EVALUATED, FieldReader } from "./field_reader.ts";
import { KeyBytes, KeyTable } from "./key_table.ts";

/** What a group and each of its states cost beside their values, roughly. */
const GROUP_BYTES = 64;
const STATE_BYTES = 240;
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024 + 16 * 1024;

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
  private meter: MemoryMeter = { bytes: 0 };

  constructor(private readonly fields: readonly AccumulatedField[], context: PipelineContext) {
    this.keys = new KeyBytes(context.query.collation);
  }

  get count(): number {
    return this.ids.length;
  }

  /** Roughly what the groups take. */
  get byteLength(): number {
    return this.meter.bytes + this.table.byteLength +
      this.ids.length * (GROUP_BYTES + this.fields.length * STATE_BYTES);
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
    for (const { accumulator } of this.fields) {
      this.states.push(accumulator.start(this.meter, kept));
    }
    return this.ids.push(kept) - 1;
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
    const { length } = this.fields;
    const first = group * length;
    const offset = Math.max(idParts, 1);
    for (let i = 0; i < length; i++) feed(this.states[first + i], reader, i + offset, scope);
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

  /** State `field` of a group. */
  state(group: number, field: number): AccumulatorState {
    return this.states[group * this.fields.length + field];
  }

  /** Writes a group as it leaves the stage. */
  writeGroup(writer: BsonWriter, group: number): void {
    const start = writer.length;
    writer.startDocument();
    writer.value("_id", this.ids[group]);
    for (let i = 0; i < this.fields.length; i++) {
      const { name } = this.fields[i];
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
      const state = this.state(group, i);
      if (state.isList === true) state.write!(writer, undefined);
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
      mergeInto(this.state(group, i), bytes, bytes[at], valueAt);
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
    this.meter = { bytes: 0 };
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

/** Refuses a document that no reply could carry. */
export function checkDocumentSize(bytes: number): void {
  if (bytes <= MAX_DOCUMENT_BYTES) return;
  throw new CommandError(
    ErrorCode.BSONObjectTooLarge,
    `BSONObj size: ${bytes} (0x${bytes.toString(16).toUpperCase()}) is invalid. Size must be ` +
      `between 0 and ${MAX_DOCUMENT_BYTES}(16MB)`,
  );
}
