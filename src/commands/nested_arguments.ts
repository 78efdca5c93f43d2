// Arguments inside an argument: the statements of update, delete and bulkWrite, the specs of createIndexes.
//
// The same declarations and errors as a command's own arguments (arguments.ts), for documents that stand somewhere in the
// request: nothing is copied, offsets are into the buffer that holds the statement.

import { documentEnd, readText, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import {
  ArgumentPlan,
  type ArgumentTable,
  checkRange,
  duplicateFieldError,
  missingFieldError,
  numberAt,
  ParsedArguments,
  unknownFieldError,
  wrongTypeError,
} from "./arguments.ts";

/** A declared statement: `parse` checks one document against the table. */
export class NestedArguments<const Table extends ArgumentTable> {
  readonly #plan: ArgumentPlan;

  /** `name` is how errors call the document: "update.updates". */
  constructor(readonly name: string, table: Table) {
    this.#plan = new ArgumentPlan(name, table);
  }

  parse(bytes: Uint8Array, start: number): ParsedArguments<Extract<keyof Table, string>> {
    const plan = this.#plan;
    const parsed = new ParsedArguments<Extract<keyof Table, string>>(plan, bytes, -1, 0);
    const end = documentEnd(bytes, start) - 1;
    for (let at = start + 4; at < end;) {
      const type = bytes[at];
      const slot = plan.names.lookup(bytes, at + 1);
      const nameEnd = plan.names.nameEnd;
      if (slot < 0 || slot >= plan.definitions.length) {
        throw unknownFieldError(this.#field(bytes, at, nameEnd));
      }
      this.#place(parsed, slot, type, at, nameEnd);
      at = valueEnd(bytes, type, nameEnd + 1);
    }
    for (const slot of plan.required) {
      if (!parsed.placed(slot)) throw missingFieldError(`${this.name}.${plan.slotNames[slot]}`);
    }
    return parsed;
  }

  #place(
    parsed: ParsedArguments,
    slot: number,
    type: number,
    at: number,
    nameEnd: number,
  ): void {
    const { accepts, definitions, slotNames } = this.#plan;
    const set = accepts[slot];
    const bytes = parsed.body;
    if (set !== undefined && set[type] !== 1) {
      if (type === BsonType.Null || type === BsonType.Undefined) return;
      throw wrongTypeError(this.#field(bytes, at, nameEnd), type, definitions[slot].type);
    }
    if (!parsed.place(slot, nameEnd + 1)) {
      throw duplicateFieldError(this.#field(bytes, at, nameEnd));
    }
    const { min, max } = definitions[slot];
    if (min !== undefined || max !== undefined) {
      checkRange(slotNames[slot], numberAt(bytes, type, nameEnd + 1), min, max);
    }
  }

  #field(bytes: Uint8Array, at: number, nameEnd: number): string {
    return `${this.name}.${readText(bytes, at + 1, nameEnd)}`;
  }
}
