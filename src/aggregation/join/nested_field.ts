// Copying a document with one field set, given by a dotted path: where joins put their results (`as`, `depthField`).
//
// A field that is there keeps its place, a new one goes last; what stands in the way of the path and is no document is
// replaced by one, arrays included.

import { documentEnd, findElement, valueEnd } from "../../bson/read.ts";
import type { BsonWriter } from "../../bson/encode.ts";
import type { CompiledPath } from "../../bson/path.ts";
import { BsonType } from "../../bson/type.ts";

/** Writes the document at `start`; `writeValue` writes the element of the given name, or nothing. */
export function writeWithField(
  writer: BsonWriter,
  bytes: Uint8Array,
  start: number,
  path: CompiledPath,
  writeValue: (name: string) => void,
): void {
  writer.startDocument();
  writeLevel(writer, bytes, start, path, 0, writeValue);
  writer.end();
}

function writeLevel(
  writer: BsonWriter,
  bytes: Uint8Array,
  start: number,
  path: CompiledPath,
  depth: number,
  writeValue: (name: string) => void,
): void {
  const end = documentEnd(bytes, start) - 1;
  const element = findElement(bytes, start, path.parts[depth]);
  if (element < 0) {
    writer.append(bytes, start + 4, end);
    writeField(writer, bytes, -1, path, depth, writeValue);
    return;
  }
  writer.append(bytes, start + 4, element);
  const at = element + path.parts[depth].length + 2;
  const isDocument = bytes[element] === BsonType.Document;
  writeField(writer, bytes, isDocument ? at : -1, path, depth, writeValue);
  writer.append(bytes, valueEnd(bytes, bytes[element], at), end);
}

/** The element of the path's part `depth`; `inner` is the document it held so far, -1 without one. */
function writeField(
  writer: BsonWriter,
  bytes: Uint8Array,
  inner: number,
  path: CompiledPath,
  depth: number,
  writeValue: (name: string) => void,
): void {
  const name = path.names[depth];
  if (depth === path.parts.length - 1) return writeValue(name);
  writer.startDocument(name);
  if (inner >= 0) writeLevel(writer, bytes, inner, path, depth + 1, writeValue);
  else writeField(writer, bytes, -1, path, depth + 1, writeValue);
  writer.end();
}
