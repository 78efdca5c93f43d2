// Dotted paths: their parts, and the plain walk that stops at arrays.
//
// The rules for arrays differ by user (filters visit every element, projections map, keys expand), so the walks
// through arrays live in those rooms. What is common is here: the parts as bytes, their array indexes, and the value behind a path of documents.

import { findElement, nameBytes, type RawValue } from "./read.ts";
import { BsonType } from "./type.ts";

/** A path ready to walk. */
export interface CompiledPath {
  readonly path: string;
  readonly names: readonly string[];
  readonly parts: readonly Uint8Array[];
  /** Per part its value as an array index (`0`, `17`, not `01`), else -1. */
  readonly indexes: readonly number[];
}

export function splitPath(path: string): string[] {
  return path.split(".");
}

/** The part as an array index, else -1. */
export function arrayIndexOf(part: string): number {
  return /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1;
}

export function compilePath(path: string): CompiledPath {
  const names = splitPath(path);
  return { path, names, parts: names.map(nameBytes), indexes: names.map(arrayIndexOf) };
}

/** The value at a path that leads through documents only; undefined when missing or behind an array. */
export function valueAtPath(
  bytes: Uint8Array,
  start: number,
  path: CompiledPath,
): RawValue | undefined {
  let document = start;
  const last = path.parts.length - 1;
  for (let i = 0; i <= last; i++) {
    const element = findElement(bytes, document, path.parts[i]);
    if (element < 0) return undefined;
    const at = element + path.parts[i].length + 2;
    if (i === last) return { bytes, type: bytes[element], at };
    if (bytes[element] !== BsonType.Document) return undefined;
    document = at;
  }
  return undefined;
}

/** True when one path is the other or leads into it: `a` and `a.b`. */
export function pathsConflict(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
