// Comparing a measurement's field with a value: which buckets cannot have a match, going by the extremes in their control.
//
// A bucket is let go only when its smallest or largest value is of the compared type and on the wrong side: what lies beyond in the
// order of types cannot match, except elements of arrays, which sort behind everything that is compared here. So `$gt` has to
// look at the largest value alone, `$lt` at both.

import { type RawValue, readDouble } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import type { CompareExpression, MatchExpression } from "../query/match_expression.ts";

const NUMBERS: ReadonlySet<number> = new Set([
  BsonType.Double,
  BsonType.Int32,
  BsonType.Int64,
  BsonType.Decimal128,
]);
/** The types that are compared: each stands with those it is ordered among. */
const CLASSES: readonly ReadonlySet<number>[] = [
  NUMBERS,
  new Set([BsonType.String]),
  new Set([BsonType.ObjectId]),
  new Set([BsonType.Date]),
];
const ARRAYS: ReadonlySet<number> = new Set([BsonType.Array]);

/** The condition on buckets; undefined when the extremes say nothing about it. */
export function extremesFilter(expression: CompareExpression): MatchExpression | undefined {
  const { path, operator, value, collation } = expression;
  const types = CLASSES.find((set) => set.has(value.type));
  const isUsable = types !== undefined && !path.includes(".") && collation === undefined &&
    !isNotANumber(value);
  if (!isUsable) return undefined;
  const site: Site = { path, value, types };
  switch (operator) {
    case "$gt":
    case "$gte":
      return above(site, operator);
    case "$lt":
    case "$lte":
      return below(site, operator);
    case "$eq":
      return { kind: "and", children: [above(site, "$gte"), below(site, "$lte")] };
    default:
      return undefined;
  }
}

interface Site {
  readonly path: string;
  readonly value: RawValue;
  readonly types: ReadonlySet<number>;
}

function above({ path, value, types }: Site, operator: "$gt" | "$gte"): MatchExpression {
  const max = `control.max.${path}`;
  return {
    kind: "or",
    children: [{ kind: "compare", path: max, operator, value }, ...otherTypes(max, types)],
  };
}

function below({ path, value, types }: Site, operator: "$lt" | "$lte"): MatchExpression {
  const min = `control.min.${path}`;
  const children: MatchExpression[] = [
    { kind: "compare", path: min, operator, value },
    ...otherTypes(min, types),
    ...otherTypes(`control.max.${path}`, types),
  ];
  // NaN is the smallest number and says nothing about the others.
  if (types === NUMBERS) {
    children.push({ kind: "compare", path: min, operator: "$eq", value: NOT_A_NUMBER });
  }
  return { kind: "or", children };
}

/** Holds unless the value is of the types itself. */
function otherTypes(path: string, types: ReadonlySet<number>): MatchExpression[] {
  return [
    { kind: "not", path, child: { kind: "type", path, types } },
    { kind: "type", path, types: ARRAYS },
  ];
}

const NOT_A_NUMBER: RawValue = {
  bytes: new Uint8Array(new Float64Array([NaN]).buffer),
  type: BsonType.Double,
  at: 0,
};

function isNotANumber({ bytes, type, at }: RawValue): boolean {
  if (type === BsonType.Double) return Number.isNaN(readDouble(bytes, at));
  // A decimal's special values have these bits.
  return type === BsonType.Decimal128 && (bytes[at + 15] & 0x78) === 0x78;
}
