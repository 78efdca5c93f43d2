// $unwind: one document per element of an array.
//
// Works on raw bytes: everything around the array is copied, the element takes its place. A value that is not an array passes
// as it is; null, missing and [] are dropped unless preserveNullAndEmptyArrays is set (features 7.63).

import { BsonWriter } from "../../bson/encode.ts";
import {
  cstringEnd,
  documentEnd,
  elements,
  findElement,
  nameBytes,
  type RawElement,
  readString,
  valueEnd,
} from "../../bson/read.ts";
import { type CompiledPath, compilePath } from "../../bson/path.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import { parseFieldPath } from "../../expression/field_path.ts";
import { Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import { type DocumentStream, type NextBatch, whenReady } from "../../stream/document_stream.ts";
import type { Stage, StageDefinition } from "../definition.ts";
import { writeWithField } from "../join/nested_field.ts";

interface UnwindOptions {
  readonly path: readonly Uint8Array[];
  readonly indexField: CompiledPath | undefined;
  readonly preserve: boolean;
}

export const $unwind: StageDefinition = {
  name: "$unwind",
  help: "One document per element of an array",
  parse(spec): Stage {
    const options = parseOptions(spec);
    const fields = new Set([decodeName(options.path[0])]);
    if (options.indexField !== undefined) fields.add(options.indexField.names[0]);
    return {
      name: "$unwind",
      given: spec,
      unwind: {
        path: options.path.map(decodeName).join("."),
        preserve: options.preserve,
        indexField: options.indexField?.path,
      },
      effect: { reads: fields, writes: fields, letsFiltersPass: true, copies: true },
      open: (input) => new UnwindStream(input, options),
    };
  },
};

function parseOptions(spec: RawElement): UnwindOptions {
  if (spec.type === BsonType.String) {
    return { path: parsePath(spec), indexField: undefined, preserve: false };
  }
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${
        typeName(spec.type)
      }`,
    );
  }
  let path: readonly Uint8Array[] | undefined;
  let indexField: CompiledPath | undefined;
  let preserve = false;
  for (const field of elements(spec.bytes, spec.at)) {
    switch (field.name) {
      case "path":
        if (field.type !== BsonType.String) {
          throw new CommandError(
            28808,
            `expected a string as the path for $unwind stage, got ${typeName(field.type)}`,
          );
        }
        path = parsePath(field);
        break;
      case "preserveNullAndEmptyArrays":
        if (field.type !== BsonType.Boolean) {
          throw new CommandError(
            28809,
            "expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got " +
              typeName(field.type),
          );
        }
        preserve = field.bytes[field.at] !== 0;
        break;
      case "includeArrayIndex":
        indexField = parseIndexField(field);
        break;
      default:
        throw new CommandError(28811, `unrecognized option to $unwind stage: ${field.name}`);
    }
  }
  if (path === undefined) throw new CommandError(28812, "no path specified to $unwind stage");
  return { path, indexField, preserve };
}

function parsePath(field: RawElement): readonly Uint8Array[] {
  const path = readString(field.bytes, field.at);
  if (path === "") throw new CommandError(28812, "no path specified to $unwind stage");
  if (!path.startsWith("$")) {
    throw new CommandError(
      28818,
      `path option to $unwind stage should be prefixed with a '$': ${path}`,
    );
  }
  parseFieldPath(path.slice(1));
  return path.slice(1).split(".").map(nameBytes);
}

function parseIndexField(field: RawElement): CompiledPath {
  const name = field.type === BsonType.String ? readString(field.bytes, field.at) : "";
  if (name === "") {
    throw new CommandError(
      28810,
      "expected a non-empty string for the includeArrayIndex  option to $unwind stage, got " +
        typeName(field.type),
    );
  }
  if (name.startsWith("$")) {
    throw new CommandError(
      28822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${name}`,
    );
  }
  parseFieldPath(name);
  return compilePath(name);
}

const OUTPUT_BYTES = 512 * 1024;

class UnwindStream implements DocumentStream {
  readonly #source: DocumentStream;
  readonly #options: UnwindOptions;
  readonly #writer = new BsonWriter(4096);
  /** A document before it gets the index of its element. */
  readonly #unnumbered = new BsonWriter(1024);
  #starts: number[] = [];
  /** The batch being unwound, and the next document of it: a large one is handed out in parts. */
  #batch: Batch = EMPTY_BATCH;
  #at = 0;

  constructor(source: DocumentStream, options: UnwindOptions) {
    this.#source = source;
    this.#options = options;
  }

  next(): NextBatch {
    if (this.#at < this.#batch.count) return this.#unwindSome();
    return whenReady(this.#source.next(), (batch) => {
      if (batch === null) return null;
      this.#batch = batch;
      this.#at = 0;
      return this.#unwindSome();
    });
  }

  #unwindSome(): Batch {
    this.#writer.reset();
    this.#starts = [];
    const { bytes, starts, count } = this.#batch;
    while (this.#at < count && this.#writer.length < OUTPUT_BYTES) {
      this.#unwind(bytes, starts[this.#at++]);
    }
    return new Batch(this.#writer.view(), Int32Array.from(this.#starts), this.#starts.length);
  }

  #unwind(bytes: Uint8Array, start: number): void {
    const { path, preserve } = this.#options;
    let parent = start;
    let element = -1;
    for (let depth = 0; depth < path.length; depth++) {
      element = findElement(bytes, parent, path[depth]);
      if (element < 0) break;
      const at = element + path[depth].length + 2;
      if (depth < path.length - 1) {
        if (bytes[element] !== BsonType.Document) {
          element = -1;
          break;
        }
        parent = at;
      }
    }
    if (element < 0) {
      if (preserve) this.#emitWhole(bytes, start);
      return;
    }
    const type = bytes[element];
    const at = element + path[path.length - 1].length + 2;
    if (type === BsonType.Array) return this.#unwindArray(bytes, start, at);
    const isNothing = type === BsonType.Null || type === BsonType.Undefined;
    if (!isNothing || preserve) this.#emitWhole(bytes, start);
  }

  #unwindArray(bytes: Uint8Array, start: number, at: number): void {
    const end = documentEnd(bytes, at) - 1;
    let element = at + 4;
    if (element === end) {
      // An empty array that is kept loses its field.
      if (this.#options.preserve) this.#emit(bytes, start, 0, 0, 0, -1);
      return;
    }
    for (let index = 0; element < end; index++) {
      const type = bytes[element];
      const valueAt = cstringEnd(bytes, element + 1) + 1;
      const valueStop = valueEnd(bytes, type, valueAt);
      this.#emit(bytes, start, type, valueAt, valueStop, index);
      element = valueStop;
    }
  }

  #emitWhole(bytes: Uint8Array, start: number): void {
    if (this.#options.indexField !== undefined) return this.#writeNumbered(bytes, start, -1);
    this.#starts.push(this.#writer.length);
    this.#writer.append(bytes, start, documentEnd(bytes, start));
  }

  /** The document with the index of its element; null for a value that was not in an array. */
  #writeNumbered(bytes: Uint8Array, start: number, index: number): void {
    const writer = this.#writer;
    this.#starts.push(writer.length);
    writeWithField(writer, bytes, start, this.#options.indexField!, (name) => {
      if (index < 0) writer.null(name);
      else writer.int64(name, BigInt(index));
    });
  }

  /** The document with the array replaced by one element (type 0: by nothing). */
  #emit(
    bytes: Uint8Array,
    start: number,
    type: number,
    valueAt: number,
    valueStop: number,
    index: number,
  ): void {
    const isNumbered = this.#options.indexField !== undefined;
    const writer = isNumbered ? this.#unnumbered : this.#writer;
    if (isNumbered) writer.reset();
    else this.#starts.push(writer.length);
    writer.startDocument();
    this.#writeLevel(writer, bytes, start, 0, { type, valueAt, valueStop });
    writer.end();
    if (isNumbered) this.#writeNumbered(writer.view(), 0, index);
  }

  #writeLevel(
    writer: BsonWriter,
    bytes: Uint8Array,
    start: number,
    depth: number,
    value: { type: number; valueAt: number; valueStop: number },
  ): void {
    const name = this.#options.path[depth];
    const element = findElement(bytes, start, name);
    const at = element + name.length + 2;
    const end = documentEnd(bytes, start) - 1;
    writer.append(bytes, start + 4, element);
    if (depth === this.#options.path.length - 1) {
      if (value.type !== 0) {
        writer.headerBytes(value.type, name);
        writer.append(bytes, value.valueAt, value.valueStop);
      }
    } else {
      writer.startDocument(decodeName(name));
      this.#writeLevel(writer, bytes, at, depth + 1, value);
      writer.end();
    }
    writer.append(bytes, valueEnd(bytes, bytes[element], at), end);
  }

  close(): void {
    this.#source.close();
  }
}

const decoder = new TextDecoder();

function decodeName(name: Uint8Array): string {
  return decoder.decode(name);
}
