// $redact: each document, and each document inside it, is kept, pruned or descended into, as an expression says.
//
// The expression is evaluated with $$CURRENT set to the document or embedded document at hand; plain paths start there. Works
// on raw bytes: what is kept is copied as a range.

import { BsonWriter } from "../../bson/encode.ts";
import { cstringEnd, documentEnd, readText, valueEnd } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { MISSING, type OptionalValue } from "../../bson/value.ts";
import { valueInMessage } from "../../expression/text.ts";
import { CommandError } from "../../error.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { Batch } from "../../stream/batch.ts";
import { BatchTransform, type DocumentStream } from "../../stream/document_stream.ts";
import type { Stage, StageDefinition } from "../definition.ts";

const KEEP = "keep";
const PRUNE = "prune";
const DESCEND = "descend";
const DECISIONS = [["KEEP", KEEP], ["PRUNE", PRUNE], ["DESCEND", DESCEND]] as const;

export const $redact: StageDefinition = {
  name: "$redact",
  help: "Keeps, prunes or descends into documents at every level",
  parse(spec, context): Stage {
    const compiler = context.compiler.inner(DECISIONS);
    const { expression, slot } = compiler.withVariables(
      ["CURRENT"],
      ([slot]) => ({ expression: compiler.compile(spec), slot }),
    );
    return {
      name: "$redact",
      given: spec,
      open: (input) => new RedactStream(input, expression, slot, compiler.createScope()),
    };
  },
};

class RedactStream extends BatchTransform {
  readonly #expression: Expression;
  readonly #slot: number;
  readonly #scope: Scope;
  readonly #writer = new BsonWriter(4096);

  constructor(source: DocumentStream, expression: Expression, slot: number, scope: Scope) {
    super(source);
    this.#expression = expression;
    this.#slot = slot;
    this.#scope = scope;
  }

  protected transform(batch: Batch): Batch {
    const { bytes, starts, count } = batch;
    const writer = this.#writer;
    writer.reset();
    const kept = new Int32Array(count);
    let keptCount = 0;
    for (let i = 0; i < count; i++) {
      this.#scope.setRoot(bytes, starts[i]);
      const at = writer.length;
      if (this.#redact(bytes, starts[i], () => writer.startDocument())) kept[keptCount++] = at;
    }
    return new Batch(writer.view(), kept, keptCount);
  }

  /**
   * Writes what is left of the document at `start`; false when nothing is. `begin` opens the element it goes into,
   * once it is known that there will be one.
   */
  #redact(bytes: Uint8Array, start: number, begin: () => void): boolean {
    const writer = this.#writer;
    const end = documentEnd(bytes, start);
    this.#scope.variables[this.#slot] = bytes.subarray(start, end);
    const decision = this.#expression.evaluate(this.#scope);
    switch (decision) {
      case PRUNE:
        return false;
      case KEEP:
        begin();
        writer.append(bytes, start + 4, end - 1);
        break;
      case DESCEND:
        begin();
        this.#descend(bytes, start);
        break;
      default:
        throw noDecision(decision);
    }
    writer.end();
    return true;
  }

  #descend(bytes: Uint8Array, start: number): void {
    const writer = this.#writer;
    const end = documentEnd(bytes, start) - 1;
    for (let at = start + 4; at < end;) {
      const nameEnd = cstringEnd(bytes, at + 1);
      const next = valueEnd(bytes, bytes[at], nameEnd + 1);
      if (bytes[at] === BsonType.Document) {
        const name = readText(bytes, at + 1, nameEnd);
        this.#redact(bytes, nameEnd + 1, () => writer.startDocument(name));
      } else if (bytes[at] === BsonType.Array) {
        writer.startArray(readText(bytes, at + 1, nameEnd));
        this.#redactItems(bytes, nameEnd + 1);
        writer.end();
      } else {
        writer.append(bytes, at, next);
      }
      at = next;
    }
  }

  /** Documents in an array may be pruned; whatever else is in it stays. */
  #redactItems(bytes: Uint8Array, start: number): void {
    const writer = this.#writer;
    const end = documentEnd(bytes, start) - 1;
    for (let at = start + 4; at < end;) {
      const type = bytes[at];
      const value = cstringEnd(bytes, at + 1) + 1;
      if (type === BsonType.Document) {
        this.#redact(bytes, value, () => writer.startDocument());
      } else if (type === BsonType.Array) {
        writer.startArray();
        this.#redactItems(bytes, value);
        writer.end();
      } else {
        writer.rawAt(undefined, bytes, type, value);
      }
      at = valueEnd(bytes, type, value);
    }
  }
}

function noDecision(value: OptionalValue): CommandError {
  return new CommandError(
    17053,
    "$redact's expression should not return anything aside from the variables $$KEEP, $$DESCEND, " +
      `and $$PRUNE, but returned ${value === MISSING ? "MISSING" : valueInMessage(value)}`,
  );
}
