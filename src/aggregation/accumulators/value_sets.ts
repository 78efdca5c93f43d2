// Which values are in which of many groups' sets, in a few tables: one per group costs more than the values in it, and one for
// all stops the server for a tenth of a second when it has millions of entries and grows.
//
// A key of a table is the set's number and the value's canonical bytes (key_table.ts).

import type { Collation } from "../../bson/collation.ts";
import { KeyBytes, KeyTable, type TableKey } from "../key_table.ts";

const NUMBER_BYTES = 4;
const TABLES = 32;

export class ValueSets {
  private readonly keys: KeyBytes;
  private readonly tables: (KeyTable | undefined)[] = new Array(TABLES);
  private readonly key = { tag: 0, bytes: new Uint8Array(64), from: 0, to: 0 } satisfies TableKey;
  private count = 0;

  constructor(collation: Collation | undefined) {
    this.keys = new KeyBytes(collation);
  }

  /** The number of a new, empty set. */
  begin(): number {
    return this.count++;
  }

  /** Puts a value in place into a set; the bytes its key takes, 0 when it was in the set already. */
  add(set: number, bytes: Uint8Array, type: number, at: number): number {
    const { keys, key } = this;
    const table = this.tables[set % TABLES] ??= new KeyTable((set % TABLES) / TABLES);
    keys.setRaw(bytes, type, at);
    const length = NUMBER_BYTES + keys.to - keys.from;
    if (length > key.bytes.length) key.bytes = new Uint8Array(length * 2);
    const target = key.bytes;
    target[0] = set;
    target[1] = set >>> 8;
    target[2] = set >>> 16;
    target[3] = set >>> 24;
    for (let i = keys.from, to = NUMBER_BYTES; i < keys.to; i++) target[to++] = keys.bytes[i];
    key.tag = keys.tag;
    key.to = length;
    const before = table.count;
    table.numberOf(key);
    return table.count === before ? 0 : length;
  }
}
