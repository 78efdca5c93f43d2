// What the tests of expressions and projections share: documents out of plain literals, evaluation, and values as short text
// that shows their BSON type: `1` int, `1n` long, `1.0` double, `dec(1.5)` decimal, `missing`.

import assert from "node:assert/strict";
import {
  Binary,
  BSONRegExp,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from "bson";
import { documentEntries } from "../../src/bson/decode.ts";
import { getField } from "../../src/bson/read.ts";
import { BsonDate, MISSING, type OptionalValue, UNDEFINED } from "../../src/bson/value.ts";
import { parseCollation } from "../../src/bson/collation.ts";
import { CommandError } from "../../src/error.ts";
import { ExpressionCompiler } from "../../src/expression/compiler.ts";

// deno-lint-ignore no-explicit-any
export type Literal = any;

export { Binary, BSONRegExp, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp };

export const NOW = 1700000000000n;

/** A document from a JavaScript literal: int-like numbers are ints, Long, Double and so on as in npm:bson. */
export function doc(literal: Record<string, Literal>): Uint8Array {
  return new Uint8Array(serialize(literal, { ignoreUndefined: false }));
}

export function long(value: number | bigint): Long {
  return Long.fromBigInt(BigInt(value));
}

export function double(value: number): Double {
  return new Double(value);
}

export function dec(text: string): Decimal128 {
  return Decimal128.fromString(text);
}

export function date(text: string): Date {
  return new Date(text);
}

export interface EvaluationOptions {
  readonly let?: Record<string, Literal>;
  readonly collation?: Record<string, Literal>;
}

/** The value of an expression over a document. */
export function evaluate(
  spec: Literal,
  document: Record<string, Literal> = {},
  options: EvaluationOptions = {},
): OptionalValue {
  const compiler = new ExpressionCompiler({
    now: NOW,
    let: options.let === undefined ? undefined : doc(options.let),
    collation: options.collation === undefined ? undefined : parseCollation(doc(options.collation)),
  });
  const expression = compiler.compile(getField(doc({ spec }), "spec")!);
  const scope = compiler.createScope();
  scope.setRoot(doc(document), 0);
  return expression.evaluate(scope);
}

/** Short text of a value with its type. */
export function show(value: OptionalValue): string {
  if (value === MISSING) return "missing";
  if (value === UNDEFINED) return "undefined";
  if (value === null) return "null";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") {
    return Number.isInteger(value) && (value | 0) !== value ? `${value}.0` : String(value);
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (value instanceof Uint8Array || value instanceof Map) {
    const fields = Array.from(documentEntries(value), ([name, inner]) => `${name}: ${show(inner)}`);
    return `{${fields.join(", ")}}`;
  }
  if (value instanceof Double) {
    return Object.is(value.value, -0)
      ? "-0.0"
      : Number.isInteger(value.value)
      ? `${value.value}.0`
      : String(value.value);
  }
  if (value instanceof Decimal128) return `dec(${value})`;
  if (value instanceof BsonDate) {
    const ms = Number(value.ms);
    return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `date(${value.ms})`;
  }
  if (value instanceof ObjectId) return `oid(${value.toHexString()})`;
  if (value instanceof Timestamp) return `ts(${value.t}, ${value.i})`;
  if (value instanceof Binary) {
    return `bin(${value.sub_type}, ${value.toString("hex")})`;
  }
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`;
  return (value as { _bsontype: string })._bsontype;
}

/** One row: expression, document, expected text, or a number for the expected error code. */
export type Row = readonly [
  spec: Literal,
  document: Record<string, Literal>,
  expected: string | number,
];

/** Checks a table of expressions; the failing row is named. */
export function checkTable(rows: readonly Row[], options: EvaluationOptions = {}): void {
  for (const [spec, document, expected] of rows) {
    const row = `${Deno.inspect(spec, { depth: 8 })} over ${Deno.inspect(document, { depth: 6 })}`;
    let actual: string | number;
    let message = "";
    try {
      actual = show(evaluate(spec, document, options));
    } catch (error) {
      if (!(error instanceof CommandError)) throw new Error(row, { cause: error });
      actual = error.code;
      message = error.message;
    }
    assert.equal(actual, expected, `${row} ${message}`);
  }
}

/** Checks the messages of expressions that throw. */
export function checkMessages(
  rows: readonly (readonly [spec: Literal, document: Record<string, Literal>, message: string])[],
): void {
  for (const [spec, document, message] of rows) {
    assert.throws(
      () => evaluate(spec, document),
      (error) => {
        assert.ok(error instanceof CommandError);
        assert.equal(error.message, message);
        return true;
      },
      Deno.inspect(spec, { depth: 8 }),
    );
  }
}

/** Checks that a function throws a CommandError with this code and, when given, this text. */
export function throwsCode(run: () => unknown, code: number, message?: string | RegExp): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof CommandError, String(error));
    assert.equal(error.code, code, error.message);
    if (typeof message === "string") assert.equal(error.message, message);
    else if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}
