// A list of values as raw bytes: what $push and its relatives gather. The bytes stand in a slab that lists share.

import { decode } from "../../bson/decode.ts";
import { BsonWriter } from "../../bson/encode.ts";
import { valueEnd } from "../../bson/read.ts";
import type { BsonValue } from "../../bson/value.ts";
import { ValueSlab } from "./value_slab.ts";

const scratch = new BsonWriter(256);

export class RawList {
  count = 0;
  /** Bytes of all values, roughly. */
  byteLength = 0;
  private first = 0;
  private last = 0;

  constructor(private readonly slab: ValueSlab = new ValueSlab()) {}

  append(value: BsonValue): void {
    scratch.reset();
    scratch.startDocument();
    scratch.value("", value);
    scratch.end();
    const view = scratch.view();
    this.appendRaw(view, view[4], 6);
  }

  appendRaw(bytes: Uint8Array, type: number, at: number): void {
    const address = this.slab.append(bytes, type, at);
    if (this.count === 0) this.first = address;
    else this.slab.link(this.last, address);
    this.last = address;
    this.count++;
    this.byteLength += 9 + valueEnd(bytes, type, at) - at;
  }

  /** True when some value satisfies the test. */
  some(test: (bytes: Uint8Array, type: number, at: number) => boolean): boolean {
    return this.slab.some(this.first, test);
  }

  /** Writes the list as an array element. */
  write(writer: BsonWriter, name: string | undefined): void {
    writer.startArray(name);
    this.some((bytes, type, at) => {
      writer.rawAt(undefined, bytes, type, at);
      return false;
    });
    writer.end();
  }

  /** The values, decoded. Documents among them are views of the list. */
  values(): BsonValue[] {
    const values: BsonValue[] = [];
    this.some((bytes, type, at) => {
      values.push(decode(bytes, type, at));
      return false;
    });
    return values;
  }
}
