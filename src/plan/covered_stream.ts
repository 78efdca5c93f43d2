// The documents of a covered scan, rebuilt from index keys without reading a record.
//
// Fields come in the order of the index, as in mongod; what the document does not have is left out. Where a key cannot give
// a value back, or an array was put on one of the paths since the plan was made, that one document is read, in the same
// snapshot, and cut down to the same fields.

import { BsonWriter } from "../bson/encode.ts";
import { cstringEnd, documentEnd, findElement, nameBytes, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { KeyDecoder, keyValueEnd } from "../index/key_decoding.ts";
import { KeyType } from "../index/key_losses.ts";
import type { Index } from "../storage/index.ts";
import type { IndexScan, KeyBatch, ReadRecord } from "../storage/index_scan.ts";
import { Batch } from "../stream/batch.ts";
import type { DocumentStream } from "../stream/document_stream.ts";
import { narrow } from "../stream/filter_stream.ts";
import type { Covering, IndexScanNode } from "./node.ts";

/** A field of the answer: a field of the key, or an object around some. */
interface Shape {
  readonly name: Uint8Array;
  /** Place in the key pattern, -1 for an object. */
  readonly field: number;
  readonly children: Shape[];
}

function shapesOf(paths: readonly (readonly [string, number])[]): Shape[] {
  const shapes: Shape[] = [];
  const nested = new Map<string, [string, number][]>();
  for (const [path, field] of paths) {
    const dot = path.indexOf(".");
    if (dot < 0) {
      shapes.push({ name: nameBytes(path), field, children: [] });
      continue;
    }
    const top = path.slice(0, dot);
    const below = nested.get(top);
    if (below !== undefined) {
      below.push([path.slice(dot + 1), field]);
      continue;
    }
    nested.set(top, [[path.slice(dot + 1), field]]);
    shapes.push({ name: nameBytes(top), field: -1, children: [] });
  }
  for (const [top, below] of nested) {
    const name = nameBytes(top);
    const shape = shapes.find((one) => one.field < 0 && one.name === name);
    shape?.children.push(...shapesOf(below));
  }
  return shapes;
}

const ONE_BYTE = new Uint8Array(1);
const FOUR_BYTES = new Uint8Array(4);
const EMPTY_DOCUMENT = Uint8Array.of(5, 0, 0, 0, 0);

/** Makes documents of keys. */
export class KeyDocuments {
  readonly #shapes: readonly Shape[];
  readonly #flips: Uint8Array;
  /** Fields of the key that have to be walked over. */
  readonly #fields: number;
  readonly #starts: Int32Array;
  readonly #decoder = new KeyDecoder();
  readonly #writer = new BsonWriter(4096);
  #documentStarts = new Int32Array(256);
  #keys: Uint8Array = ONE_BYTE;
  #types: Uint8Array = ONE_BYTE;
  #typesStart = 0;
  #typesEnd = 0;
  /** Documents that had to be read. */
  fetched = 0;

  constructor(index: Pick<Index, "parts">, { fields }: Covering) {
    this.#shapes = shapesOf(fields.map((field) => [index.parts[field].path, field]));
    this.#flips = Uint8Array.from(index.parts, ({ direction }) => direction < 0 ? 0xff : 0);
    this.#fields = fields.length === 0 ? 0 : fields[fields.length - 1] + 1;
    this.#starts = new Int32Array(this.#fields + 1);
  }

  /** The documents of some entries; valid until the next call. With `readsAll` none is made from its key. */
  make(
    entries: KeyBatch,
    read: ReadRecord,
    readsAll: boolean,
  ): Batch {
    const { count, recordIds } = entries;
    if (this.#documentStarts.length < count) this.#documentStarts = new Int32Array(count * 2);
    const starts = this.#documentStarts;
    if (this.#shapes.length === 0) {
      starts.fill(0, 0, count);
      return new Batch(EMPTY_DOCUMENT, starts, count, recordIds);
    }
    const writer = this.#writer;
    writer.reset();
    this.#keys = entries.keys;
    this.#types = entries.typeBytes;
    let made = 0;
    for (let i = 0; i < count; i++) {
      const start = writer.length;
      if (readsAll || !this.#fromKey(entries, i)) {
        writer.truncate(start);
        const document = read(recordIds[i]);
        if (document === null) continue;
        this.fetched++;
        this.#fromDocument(this.#shapes, document, 0);
      }
      starts[made] = start;
      recordIds[made++] = recordIds[i];
    }
    return new Batch(writer.view(), starts, made, recordIds);
  }

  #fromKey(entries: KeyBatch, i: number): boolean {
    const starts = this.#starts;
    const flips = this.#flips;
    let at = entries.keyStart(i);
    for (let field = 0; field < this.#fields; field++) {
      starts[field] = at;
      at = keyValueEnd(this.#keys, at, flips[field]);
    }
    starts[this.#fields] = at;
    this.#typesStart = entries.typesStart(i);
    this.#typesEnd = entries.typesEnd(i);
    return this.#object(this.#shapes);
  }

  #typeOf(field: number): number {
    const at = this.#typesStart + field;
    return at < this.#typesEnd ? this.#types[at] : KeyType.Usual;
  }

  #object(shapes: readonly Shape[]): boolean {
    const writer = this.#writer;
    const start = writer.length;
    writer.append(FOUR_BYTES);
    for (const { name, field, children } of shapes) {
      if (field < 0) {
        if (!this.#isThere(children)) continue;
        writer.headerBytes(BsonType.Document, name);
        if (!this.#object(children)) return false;
        continue;
      }
      const isWritten = this.#decoder.write(
        writer,
        name,
        this.#keys,
        this.#starts[field],
        this.#starts[field + 1],
        this.#flips[field] !== 0,
        this.#typeOf(field),
      );
      if (!isWritten) return false;
    }
    this.#close(start);
    return true;
  }

  #close(start: number): void {
    ONE_BYTE[0] = 0;
    this.#writer.append(ONE_BYTE);
    this.#writer.patchLength(start);
  }

  /** An object is there when it has one of the fields, or lacks one as an object does. */
  #isThere(shapes: readonly Shape[]): boolean {
    return shapes.some(({ field, children }) =>
      field < 0 ? this.#isThere(children) : this.#typeOf(field) !== KeyType.Missing
    );
  }

  #fromDocument(shapes: readonly Shape[], bytes: Uint8Array, document: number): void {
    const writer = this.#writer;
    const start = writer.length;
    writer.append(FOUR_BYTES);
    for (const { name, field, children } of shapes) {
      const element = findElement(bytes, document, name);
      if (element < 0) continue;
      const at = element + name.length + 2;
      const type = bytes[element];
      if (field >= 0) writer.append(bytes, element, valueEnd(bytes, type, at));
      else if (type === BsonType.Document || type === BsonType.Array) {
        writer.headerBytes(type, name);
        this.#container(children, bytes, type, at);
      }
    }
    this.#close(start);
  }

  #container(shapes: readonly Shape[], bytes: Uint8Array, type: number, at: number): void {
    if (type === BsonType.Document) return this.#fromDocument(shapes, bytes, at);
    const writer = this.#writer;
    const start = writer.length;
    writer.append(FOUR_BYTES);
    const end = documentEnd(bytes, at) - 1;
    let count = 0;
    for (let item = at + 4; item < end;) {
      const itemType = bytes[item];
      const valueAt = cstringEnd(bytes, item + 1) + 1;
      if (itemType === BsonType.Document || itemType === BsonType.Array) {
        writer.headerBytes(itemType, nameBytes(String(count++)));
        this.#container(shapes, bytes, itemType, valueAt);
      }
      item = valueEnd(bytes, itemType, valueAt);
    }
    this.#close(start);
  }
}

/** An IXSCAN that stands for the documents. */
export class CoveredScanStream implements DocumentStream {
  readonly #node: IndexScanNode;
  readonly #index: Index;
  readonly #scan: IndexScan;
  readonly #documents: KeyDocuments;
  readonly #multikeyParts: readonly number[] | undefined;

  constructor(node: IndexScanNode, covering: Covering, index: Index, scan: IndexScan) {
    this.#node = node;
    this.#index = index;
    this.#scan = scan;
    this.#documents = new KeyDocuments(index, covering);
    this.#multikeyParts = covering.multikeyParts;
  }

  expect(documents: number): void {
    this.#scan.expect(this.#node.filter === undefined ? documents : Math.max(documents, 128));
  }

  next(): Batch | null {
    const batch = this.#scan.nextMade((entries, read) => {
      // Looked at after reading: an entry of an array is never seen before the index is known to have arrays.
      const readsAll = !isSameMultikey(this.#index.multikeyParts, this.#multikeyParts);
      return this.#documents.make(entries, read, readsAll);
    });
    const { statistics, filter } = this.#node;
    statistics.keysExamined = this.#scan.keysExamined;
    statistics.seeks = this.#scan.seeks;
    statistics.dupsDropped = this.#scan.duplicatesDropped;
    statistics.docsExamined = this.#documents.fetched;
    if (batch === null) {
      statistics.isEof = true;
      return null;
    }
    if (filter !== undefined) narrow(batch, filter.matches);
    statistics.advanced += batch.count;
    return batch;
  }

  close(): void {
    this.#scan.close();
  }
}

/** True when arrays are on the same paths of an index. */
export function isSameMultikey(
  a: readonly number[] | undefined,
  b: readonly number[] | undefined,
): boolean {
  return a === b || (a !== undefined && b !== undefined && a.every((parts, i) => parts === b[i]));
}
