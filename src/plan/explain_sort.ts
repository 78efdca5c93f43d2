// A sort as explain shows it: the document the client wrote.

import { BsonWriter } from "../bson/encode.ts";
import type { SortSpec } from "../query/sort_spec.ts";

export function sortPattern(sort: SortSpec): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startDocument();
  if (sort.natural !== undefined) writer.int32("$natural", sort.natural);
  for (const part of sort.parts) {
    if (part.meta === undefined) {
      writer.int32(part.path, part.direction);
    } else {
      writer.startDocument(part.path);
      writer.string("$meta", part.meta);
      writer.end();
    }
  }
  writer.end();
  return writer.bytes();
}
