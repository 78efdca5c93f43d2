// Sorting documents by the value of an expression, for stages that sort by more than field paths.

import type { Collation } from "../bson/collation.ts";
import { compareRaw } from "../bson/compare.ts";
import { BsonWriter } from "../bson/encode.ts";
import { MISSING } from "../bson/value.ts";
import { KeyWriter } from "../index/key_encoding.ts";
import type { Expression, Scope } from "../expression/expression.ts";
import type { SortOrder } from "../stream/sort_run.ts";

/** Ascending by the value; missing is null. Under a collation a key is a document that holds the value. */
export function expressionOrder(
  expression: Expression,
  scope: Scope,
  collation: Collation | undefined,
): SortOrder {
  const value = new BsonWriter(64);
  const evaluate = (bytes: Uint8Array, start: number): Uint8Array => {
    scope.setRoot(bytes, start);
    const evaluated = expression.evaluate(scope);
    value.reset();
    value.startDocument();
    value.value("", evaluated === MISSING ? null : evaluated);
    value.end();
    return value.view();
  };
  if (collation !== undefined) {
    return {
      key: evaluate,
      compareKeys: (a, b) => compareRaw(a, a[4], 6, b, b[4], 6, collation),
    };
  }
  const key = new KeyWriter();
  return {
    key(bytes, start): Uint8Array {
      const document = evaluate(bytes, start);
      key.reset();
      key.appendRaw(document, document[4], 6, false);
      return key.view();
    },
  };
}
