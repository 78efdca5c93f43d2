// What the nodes and operators of a compiled update see while one document is changed.
//
// One scope serves all documents of a command: `begin` points it at the next document. Operators change nothing in
// place; they record edits. Replacing a value by the very same bytes records nothing, which is how a no-op is found.

import { toShellText } from "../../bson/json.ts";
import { cstringEnd, getField, readText, valueEnd } from "../../bson/read.ts";
import { ByteArena } from "./byte_arena.ts";
import { EditList } from "./edit_list.ts";

const EMPTY_DOCUMENT = Uint8Array.of(5, 0, 0, 0, 0);

/** `name: value` of the element whose type byte is at `elementAt`, as error messages show it. */
export function elementText(bytes: Uint8Array, elementAt: number): string {
  const nameEnd = cstringEnd(bytes, elementAt + 1);
  const name = readText(bytes, elementAt + 1, nameEnd);
  return `${name}: ${toShellText({ bytes, type: bytes[elementAt], at: nameEnd + 1 })}`;
}

/** The dotted path of the element whose type byte is at `elementAt`, for messages about what `$[]` led to. */
export function pathOfElement(bytes: Uint8Array, elementAt: number): string {
  const names: string[] = [];
  let start = 0;
  for (;;) {
    let at = start + 4;
    let valueAt = cstringEnd(bytes, at + 1) + 1;
    let end = valueEnd(bytes, bytes[at], valueAt);
    while (end <= elementAt) {
      at = end;
      valueAt = cstringEnd(bytes, at + 1) + 1;
      end = valueEnd(bytes, bytes[at], valueAt);
    }
    names.push(readText(bytes, at + 1, valueAt - 1));
    if (at === elementAt) return names.join(".");
    start = valueAt;
  }
}

/** One for all updates: a document is changed without a pause in between, and never while another one is. */
const EDITS = new EditList();

export interface ScopeOptions {
  /** `$$NOW` of the command, in milliseconds. */
  readonly now: bigint;
  /** A fresh Timestamp of the server's clock. */
  readonly nextTimestamp: () => bigint;
}

export class UpdateScope {
  /** The document before the update, starting at offset 0. */
  bytes: Uint8Array = EMPTY_DOCUMENT;
  isInsert = false;
  /** The array index the filter matched, for the positional `$`; -1: none. */
  arrayIndex = -1;
  readonly edits: EditList = EDITS;
  readonly arena: ByteArena = EDITS.arena;

  constructor(readonly options: ScopeOptions) {}

  begin(document: Uint8Array, arrayIndex: number, isInsert: boolean): void {
    this.bytes = document;
    this.arrayIndex = arrayIndex;
    this.isInsert = isInsert;
    this.edits.reset();
  }

  /** Gives the element at `elementAt` a new value: `source[from, to)`, null meaning the arena. */
  setValue(
    elementAt: number,
    valueAt: number,
    type: number,
    source: Uint8Array | null,
    from: number,
    to: number,
  ): void {
    const { bytes, edits } = this;
    const oldType = bytes[elementAt];
    const end = valueEnd(bytes, oldType, valueAt);
    if (oldType !== type) {
      edits.setByte(elementAt, type);
    } else if (end - valueAt === to - from) {
      const content = source ?? this.arena.bytes;
      let i = 0;
      while (from + i < to && bytes[valueAt + i] === content[from + i]) i++;
      if (from + i === to) return;
    }
    edits.replace(valueAt, end, source, from, to);
  }

  /** `_id: 1` of the document, or "no id", as error messages show it. */
  idText(): string {
    const id = getField(this.bytes, "_id");
    return id === undefined ? "no id" : `_id: ${toShellText(id)}`;
  }
}
