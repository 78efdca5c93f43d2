// A compiled projection as a tree of field names, and its application to raw documents.
//
//   { "a.b": 1, c: 1 }   ->   root ── a ── b (include)
//                                └─ c (include)
//
// Elements that are kept are copied as byte ranges, neighbours in one go; nothing is decoded but what a computed field
// reads. Document order is kept; computed fields take the place of a field that stays (exclusion, $addFields) and go last
// otherwise (inclusion). Reading the specification is the business of projection_parse.ts.

import type { BsonWriter } from "../bson/encode.ts";
import { cstringEnd, documentEnd, nameBytes, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";

/** What a projection does with the fields it does not name. */
export type ProjectionMode = "addFields" | "exclusion" | "inclusion";

/** A computed field: an expression, `$meta` or `$elemMatch`; MISSING leaves the field out. */
export type Computation = () => OptionalValue;

/** What happens to the field of a node. */
export type FieldAction =
  | { readonly kind: "include" }
  | { readonly kind: "exclude" }
  | { readonly kind: "compute"; readonly compute: Computation }
  | { readonly kind: "write"; readonly write: FieldWriter }
  /** The end of a positional path: an array is cut down to the matched element. */
  | { readonly kind: "positional" }
  /** Parts of the field are projected; `positional` when a positional path goes through. */
  | { readonly kind: "nested"; readonly node: ProjectionNode; readonly positional: boolean };

/** Index of the array element that the filter matched in the current document, or -1. */
export type MatchedIndex = () => number;

/** Writes a field in a changed form (`$slice`, positional `$`): name and value, or nothing. */
export type FieldWriter = (
  writer: BsonWriter,
  name: string,
  bytes: Uint8Array,
  type: number,
  at: number,
) => void;

interface Field {
  readonly name: string;
  readonly encoded: Uint8Array;
  action: FieldAction;
}

const NOT_NAMED = -1;
const NOTHING_SEEN = new Uint8Array(0);

export class ProjectionNode {
  readonly fields: Field[] = [];
  /** True when a computed field is somewhere below. */
  hasComputed = false;
  /** Which computed fields have found their place in the current document; used again for each. */
  seen: Uint8Array = NOTHING_SEEN;

  find(name: string): FieldAction | undefined {
    return this.fields.find((field) => field.name === name)?.action;
  }

  add(name: string, action: FieldAction): void {
    this.fields.push({ name, encoded: nameBytes(name), action });
  }

  replace(name: string, action: FieldAction): void {
    const field = this.fields.find((candidate) => candidate.name === name);
    if (field !== undefined) field.action = action;
  }

  remove(name: string): void {
    const index = this.fields.findIndex((field) => field.name === name);
    if (index >= 0) this.fields.splice(index, 1);
  }

  /** Marks the nodes above computed fields; called once when the tree is complete. */
  seal(): boolean {
    for (const { action } of this.fields) {
      if (action.kind === "compute") this.hasComputed = true;
      if (action.kind === "nested" && action.node.seal()) this.hasComputed = true;
    }
    if (this.hasComputed) this.seen = new Uint8Array(this.fields.length);
    return this.hasComputed;
  }
}

/** Index of the field whose name stands at `nameStart`, or NOT_NAMED. */
function fieldAt(fields: readonly Field[], bytes: Uint8Array, nameStart: number, nameEnd: number) {
  const length = nameEnd - nameStart;
  for (let i = 0; i < fields.length; i++) {
    const encoded = fields[i].encoded;
    if (encoded.length !== length) continue;
    let k = 0;
    while (k < length && encoded[k] === bytes[nameStart + k]) k++;
    if (k === length) return i;
  }
  return NOT_NAMED;
}

/** Applies a tree to documents. */
export class ProjectionWalker {
  private readonly keepsUnnamed: boolean;
  /** Inside the element that a positional path chose: only the first array on the path is cut down. */
  private isPositionSettled = false;

  constructor(
    private readonly root: ProjectionNode,
    private readonly mode: ProjectionMode,
    private readonly matchedIndex: MatchedIndex = () => -1,
  ) {
    this.keepsUnnamed = mode !== "inclusion";
  }

  /** Appends the projection of the document at `start` as a document of its own. */
  apply(bytes: Uint8Array, start: number, writer: BsonWriter): void {
    writer.startDocument();
    this.writeFields(this.root, bytes, start, writer);
    writer.end();
  }

  /** The fields of one document level. */
  private writeFields(
    node: ProjectionNode,
    bytes: Uint8Array,
    start: number,
    writer: BsonWriter,
  ): void {
    const fields = node.fields;
    const end = documentEnd(bytes, start) - 1;
    const seen = node.hasComputed ? node.seen.fill(0) : undefined;
    let at = start + 4;
    let keptFrom = -1;
    while (at < end) {
      const type = bytes[at];
      const nameEnd = cstringEnd(bytes, at + 1);
      const valueAt = nameEnd + 1;
      const next = valueEnd(bytes, type, valueAt);
      const index = fieldAt(fields, bytes, at + 1, nameEnd);
      const keep = index === NOT_NAMED
        ? this.keepsUnnamed
        : fields[index].action.kind === "include";
      if (keep) {
        if (keptFrom < 0) keptFrom = at;
      } else {
        if (keptFrom >= 0) {
          writer.rawElement(bytes, keptFrom, at);
          keptFrom = -1;
        }
        if (index !== NOT_NAMED) {
          const placed = this.writeField(fields[index], bytes, type, valueAt, writer);
          if (placed && seen !== undefined) seen[index] = 1;
        }
      }
      at = next;
    }
    if (keptFrom >= 0) writer.rawElement(bytes, keptFrom, end);
    if (seen !== undefined) this.writeRemaining(fields, seen, writer);
  }

  /** Writes a named field that is there; false when it has to be added at the end. */
  private writeField(
    field: Field,
    bytes: Uint8Array,
    type: number,
    at: number,
    writer: BsonWriter,
  ): boolean {
    const action = field.action;
    switch (action.kind) {
      case "write":
        action.write(writer, field.name, bytes, type, at);
        return true;
      case "positional":
        this.writePositional(field.name, undefined, bytes, type, at, writer);
        return true;
      case "nested":
        if (action.positional && type === BsonType.Array && !this.isPositionSettled) {
          this.writePositional(field.name, action.node, bytes, type, at, writer);
          return true;
        }
        return this.writeNested(field.name, action.node, bytes, type, at, writer);
      case "compute":
        if (this.mode === "inclusion") return false;
        writeComputed(field.name, action.compute(), writer);
        return true;
      default:
        return true;
    }
  }

  /** The first array of a positional path: only the matched element, whole or projected by `node`. */
  private writePositional(
    name: string,
    node: ProjectionNode | undefined,
    bytes: Uint8Array,
    type: number,
    at: number,
    writer: BsonWriter,
  ): void {
    if (type !== BsonType.Array || this.isPositionSettled) {
      return writer.rawAt(name, bytes, type, at);
    }
    const element = matchedElement(bytes, at, this.matchedIndex());
    const valueAt = cstringEnd(bytes, element + 1) + 1;
    writer.startArray(name);
    if (node === undefined) writer.rawAt(undefined, bytes, bytes[element], valueAt);
    else {
      this.isPositionSettled = true;
      try {
        this.writeNested(undefined, node, bytes, bytes[element], valueAt, writer);
      } finally {
        this.isPositionSettled = false;
      }
    }
    writer.end();
  }

  /** A field whose parts are projected. `name` undefined is an array element. */
  private writeNested(
    name: string | undefined,
    node: ProjectionNode,
    bytes: Uint8Array,
    type: number,
    at: number,
    writer: BsonWriter,
  ): boolean {
    if (type === BsonType.Document) {
      writer.startDocument(name);
      this.writeFields(node, bytes, at, writer);
      writer.end();
      return true;
    }
    if (type === BsonType.Array) {
      writer.startArray(name);
      this.writeElements(node, bytes, at, writer);
      writer.end();
      return true;
    }
    if (this.mode === "inclusion") return false;
    if (this.mode === "addFields" && node.hasComputed) {
      // A value that is no document gives way to one with the new fields.
      this.writeComputedDocument(name, node, writer);
    } else writer.rawAt(name, bytes, type, at);
    return true;
  }

  private writeElements(
    node: ProjectionNode,
    bytes: Uint8Array,
    at: number,
    writer: BsonWriter,
  ): void {
    const end = documentEnd(bytes, at) - 1;
    let element = at + 4;
    while (element < end) {
      const type = bytes[element];
      const valueAt = cstringEnd(bytes, element + 1) + 1;
      this.writeNested(undefined, node, bytes, type, valueAt, writer);
      element = valueEnd(bytes, type, valueAt);
    }
  }

  /** Computed fields (and documents of such) that had no place in the source document. */
  private writeRemaining(
    fields: readonly Field[],
    seen: Uint8Array,
    writer: BsonWriter,
  ): void {
    for (let i = 0; i < fields.length; i++) {
      if (seen[i] === 1) continue;
      const { name, action } = fields[i];
      if (action.kind === "compute") writeComputed(name, action.compute(), writer);
      else if (action.kind === "nested" && action.node.hasComputed) {
        this.writeComputedDocument(name, action.node, writer);
      }
    }
  }

  private writeComputedDocument(
    name: string | undefined,
    node: ProjectionNode,
    writer: BsonWriter,
  ): void {
    writer.startDocument(name);
    this.writeRemaining(node.fields, node.seen.fill(0), writer);
    writer.end();
  }
}

/** Offset of the element with the given index, which the filter has matched. */
function matchedElement(bytes: Uint8Array, at: number, index: number): number {
  if (index < 0) {
    throw new CommandError(
      51246,
      "positional operator '.$' couldn't find a matching element in the array",
    );
  }
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  for (let i = 0; i < index && element < end; i++) {
    const valueAt = cstringEnd(bytes, element + 1) + 1;
    element = valueEnd(bytes, bytes[element], valueAt);
  }
  if (element >= end) {
    throw new CommandError(51247, "positional operator '.$' element mismatch");
  }
  return element;
}

function writeComputed(name: string, value: OptionalValue, writer: BsonWriter): void {
  if (value !== MISSING) writer.value(name, value);
}
