// The difference of two documents in the form the change log keeps: `{ $v: 2, diff: ... }`.
//
//   d: { name: false }   removed fields           u: { name: value }  changed fields, in place
//   i: { name: value }   fields added at the end  s<name>: { ... }    the difference of an embedded document or array
//   an array's difference: a: true, l: its new length if it shrank, u<index>: value, s<index>: { ... }
//
// A field that changed its place counts as added: it is appended. An embedded difference that is not smaller than the
// new value is given up for the value. applyDiff is the other direction; changes of duplicate names are not expressed.

import { assert } from "../assert.ts";
import { allocateDocument } from "./document_slab.ts";
import { BsonWriter } from "./encode.ts";
import {
  cstringEnd,
  documentEnd,
  elements,
  findElement,
  nameBytes,
  type RawElement,
  readInt32,
  readInt64AsNumber,
  readText,
  valueEnd,
} from "./read.ts";
import { BsonType } from "./type.ts";

const output = new BsonWriter(1024);
/** Embedded differences wait here, one writer for each depth, until it is known whether they are worth it. */
const waiting: BsonWriter[] = [];

/** The change log entry that leads from `before` to `after`. */
export function diffDocuments(before: Uint8Array, after: Uint8Array): Uint8Array {
  output.reset();
  for (const writer of waiting) writer.reset();
  output.startDocument();
  output.int32("$v", 2);
  output.startDocument("diff");
  diffFields({ writer: output, depth: 0, before, after }, 0, 0);
  output.end();
  output.end();
  const entry = allocateDocument(output.length);
  entry.set(output.view());
  return entry;
}

interface Comparison {
  readonly writer: BsonWriter;
  readonly depth: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

function sameBytes(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): boolean {
  if (aTo - aFrom !== bTo - bFrom) return false;
  for (let i = aFrom, k = bFrom; i < aTo; i++, k++) if (a[i] !== b[k]) return false;
  return true;
}

function elementEnd(bytes: Uint8Array, at: number): number {
  return valueEnd(bytes, bytes[at], cstringEnd(bytes, at + 1) + 1);
}

function nameAt(bytes: Uint8Array, at: number): string {
  return readText(bytes, at + 1, cstringEnd(bytes, at + 1));
}

/** What happened to the fields of a document: offsets of elements. */
interface Changes {
  readonly removed: number[];
  /** Pairs: before, after. */
  readonly changed: number[];
  readonly added: number[];
}

/** Writes the sections of two documents' difference into the open document. */
function diffFields(comparison: Comparison, beforeStart: number, afterStart: number): void {
  const { before, after } = comparison;
  const changes: Changes = { removed: [], changed: [], added: [] };
  let left = beforeStart + 4;
  let right = afterStart + 4;
  const leftEnd = documentEnd(before, beforeStart) - 1;
  const rightEnd = documentEnd(after, afterStart) - 1;
  while (left < leftEnd && right < rightEnd) {
    const leftValue = cstringEnd(before, left + 1) + 1;
    const rightValue = cstringEnd(after, right + 1) + 1;
    const leftNext = valueEnd(before, before[left], leftValue);
    const rightNext = valueEnd(after, after[right], rightValue);
    if (sameBytes(before, left, leftNext, after, right, rightNext)) {
      right = rightNext;
    } else if (sameBytes(before, left + 1, leftValue, after, right + 1, rightValue)) {
      changes.changed.push(left, right);
      right = rightNext;
    } else {
      changes.removed.push(left);
    }
    left = leftNext;
  }
  for (; left < leftEnd; left = elementEnd(before, left)) changes.removed.push(left);
  for (; right < rightEnd; right = elementEnd(after, right)) changes.added.push(right);
  writeRemoved(comparison, changes);
  writeChanged(comparison, changes);
}

function writeRemoved({ writer, before, after }: Comparison, { removed, added }: Changes): void {
  if (removed.length === 0) return;
  const names = new Set(removed.map((at) => nameAt(before, at)));
  // Removed and added again: it moved, and adding alone says so.
  for (const at of added) names.delete(nameAt(after, at));
  if (names.size === 0) return;
  writer.startDocument("d");
  for (const name of names) writer.bool(name, false);
  writer.end();
}

function writeChanged(comparison: Comparison, { changed, added }: Changes): void {
  const { writer, after, depth } = comparison;
  const nested = writerAt(depth);
  const mark = nested.length;
  let whole = 0;
  // Differences of containers come first, to know which of them are worth it; -1 marks the others.
  for (let i = 0; i < changed.length; i += 2) {
    const start = nestedDiff(comparison, nested, changed[i], changed[i + 1]);
    changed[i] = start;
    if (start < 0) whole++;
  }
  if (whole > 0) {
    writer.startDocument("u");
    for (let i = 0; i < changed.length; i += 2) {
      const at = changed[i + 1];
      if (changed[i] < 0) writer.rawElement(after, at, elementEnd(after, at));
    }
    writer.end();
  }
  if (added.length > 0) {
    writer.startDocument("i");
    for (const at of added) writer.rawElement(after, at, elementEnd(after, at));
    writer.end();
  }
  if (whole * 2 === changed.length) return;
  const diffs = nested.view();
  for (let i = 0; i < changed.length; i += 2) {
    if (changed[i] >= 0) writer.document(`s${nameAt(after, changed[i + 1])}`, diffs, changed[i]);
  }
  nested.truncate(mark);
}

function writerAt(depth: number): BsonWriter {
  let writer = waiting[depth];
  if (writer === undefined) waiting[depth] = writer = new BsonWriter(256);
  return writer;
}

/**
 * Writes the difference of two documents or two arrays as a document of its own and gives its place; -1 when there is
 * none or it is not smaller than the new value.
 */
function nestedDiff(
  { depth, before, after }: Comparison,
  writer: BsonWriter,
  leftAt: number,
  rightAt: number,
): number {
  const type = after[rightAt];
  if (before[leftAt] !== type) return -1;
  if (type !== BsonType.Document && type !== BsonType.Array) return -1;
  const left = cstringEnd(before, leftAt + 1) + 1;
  const right = cstringEnd(after, rightAt + 1) + 1;
  const mark = writer.length;
  const comparison = { writer, depth: depth + 1, before, after };
  writer.startDocument();
  if (type === BsonType.Document) diffFields(comparison, left, right);
  else diffArrays(comparison, left, right);
  writer.end();
  if (writer.length - mark < readInt32(after, right)) return mark;
  writer.truncate(mark);
  return -1;
}

function diffArrays(comparison: Comparison, beforeStart: number, afterStart: number): void {
  const { writer, depth, before, after } = comparison;
  writer.bool("a", true);
  let left = beforeStart + 4;
  let right = afterStart + 4;
  const leftEnd = documentEnd(before, beforeStart) - 1;
  const rightEnd = documentEnd(after, afterStart) - 1;
  const length = countElements(after, right, rightEnd);
  if (countElements(before, left, leftEnd) > length) writer.int32("l", length);
  const nested = writerAt(depth);
  for (let index = 0; right < rightEnd; index++) {
    const rightValue = cstringEnd(after, right + 1) + 1;
    const rightNext = valueEnd(after, after[right], rightValue);
    if (left < leftEnd) {
      const leftAt = left;
      const leftValue = cstringEnd(before, left + 1) + 1;
      left = valueEnd(before, before[left], leftValue);
      const isSame = before[leftAt] === after[right] &&
        sameBytes(before, leftValue, left, after, rightValue, rightNext);
      const diff = isSame ? -1 : nestedDiff(comparison, nested, leftAt, right);
      if (diff >= 0) {
        writer.document(`s${index}`, nested.view(), diff);
        nested.truncate(diff);
      }
      if (isSame || diff >= 0) {
        right = rightNext;
        continue;
      }
    }
    writer.rawAt(`u${index}`, after, after[right], rightValue);
    right = rightNext;
  }
}

function countElements(bytes: Uint8Array, from: number, end: number): number {
  let count = 0;
  for (let at = from; at < end; count++) at = elementEnd(bytes, at);
  return count;
}

/** The document after a change log entry (`{ $v: 2, diff }`) or a bare difference was applied to it. */
export function applyDiff(document: Uint8Array, entry: Uint8Array): Uint8Array {
  const diffAt = findElement(entry, 0, nameBytes("diff"));
  const isEntry = diffAt >= 0 && findElement(entry, 0, nameBytes("$v")) >= 0;
  const writer = new BsonWriter(document.length + entry.length);
  writer.startDocument();
  applyToFields(writer, document, 0, entry, isEntry ? diffAt + 6 : 0);
  writer.end();
  return writer.bytes();
}

interface Sections {
  readonly skipped: Set<string>;
  readonly updated: Map<string, RawElement>;
  readonly added: RawElement[];
  readonly nested: Map<string, RawElement>;
}

function readSections(diff: Uint8Array, start: number): Sections {
  const sections: Sections = {
    skipped: new Set(),
    updated: new Map(),
    added: [],
    nested: new Map(),
  };
  for (const section of elements(diff, start)) {
    if (section.name.startsWith("s")) {
      sections.nested.set(section.name.slice(1), section);
      continue;
    }
    for (const field of elements(diff, section.at)) {
      if (section.name === "u") {
        sections.updated.set(field.name, field);
        continue;
      }
      sections.skipped.add(field.name);
      if (section.name === "i") sections.added.push(field);
    }
  }
  return sections;
}

function applyToFields(
  writer: BsonWriter,
  document: Uint8Array,
  start: number,
  diff: Uint8Array,
  diffStart: number,
): void {
  const { skipped, updated, added, nested } = readSections(diff, diffStart);
  for (const field of elements(document, start)) {
    const update = updated.get(field.name);
    const inner = nested.get(field.name);
    if (update !== undefined) {
      writer.raw(field.name, update);
      updated.delete(field.name);
    } else if (inner !== undefined) {
      applyNested(writer, field.name, field, inner);
    } else if (!skipped.has(field.name)) {
      writer.raw(field.name, field);
    }
  }
  for (const field of updated.values()) writer.raw(field.name, field);
  for (const field of added) writer.raw(field.name, field);
}

/** A difference that no longer fits (the field changed its type since) leaves the field alone. */
function applyNested(
  writer: BsonWriter,
  name: string | undefined,
  field: RawElement,
  diff: RawElement,
): void {
  const isArrayDiff = findElement(diff.bytes, diff.at, nameBytes("a")) === diff.at + 4;
  if (isArrayDiff && field.type === BsonType.Array) {
    startNested(writer, name, true);
    applyToArray(writer, field, diff);
    writer.end();
  } else if (!isArrayDiff && field.type === BsonType.Document) {
    startNested(writer, name, false);
    applyToFields(writer, field.bytes, field.at, diff.bytes, diff.at);
    writer.end();
  } else {
    writer.raw(name, field);
  }
}

function startNested(writer: BsonWriter, name: string | undefined, isArray: boolean): void {
  if (isArray) writer.startArray(name);
  else writer.startDocument(name);
}

function applyToArray(writer: BsonWriter, array: RawElement, diff: RawElement): void {
  let length = Infinity;
  const changes = new Map<number, RawElement>();
  for (const change of elements(diff.bytes, diff.at)) {
    if (change.name === "a") continue;
    if (change.name === "l") {
      length = change.type === BsonType.Int32
        ? readInt32(change.bytes, change.at)
        : readInt64AsNumber(change.bytes, change.at);
      continue;
    }
    const index = Number(change.name.slice(1));
    assert(Number.isInteger(index), `array difference names ${change.name}`);
    changes.set(index, change);
  }
  let index = 0;
  for (const element of elements(array.bytes, array.at)) {
    if (index >= length) break;
    const change = changes.get(index++);
    if (change === undefined) writer.raw(undefined, element);
    else if (change.name.startsWith("u")) writer.raw(undefined, change);
    else applyNested(writer, undefined, element, change);
  }
  const rest = [...changes.keys()].filter((key) => key >= index).sort((a, b) => a - b);
  for (const key of rest) {
    for (; index < key; index++) writer.null(undefined);
    writer.raw(undefined, changes.get(key)!);
    index++;
  }
}
