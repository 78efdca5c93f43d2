// $eq $ne $gt $gte $lt $lte $in $nin, and the plain value `{a: 1}`.
//
// The tests themselves are in ../value_comparison.ts.

import { compareRawValues } from "../../bson/compare.ts";
import type { RawElement, RawValue } from "../../bson/read.ts";
import { elements } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type {
  AnyMatchKindDefinition,
  MatchKindDefinition,
  ParseSite,
  QueryContext,
  QueryOperatorDefinition,
} from "../definition.ts";
import type {
  CompareExpression,
  CompareOperator,
  InExpression,
  MatchExpression,
} from "../match_expression.ts";
import { isOperatorDocument } from "../operator_document.ts";
import { RegularExpression } from "../regex.ts";
import { comparisonBounds, membershipBounds } from "../value_bounds.ts";
import { comparisonMatchesMissing, comparisonTest, membershipTest } from "../value_comparison.ts";

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

/** The node of `{path: {<operator>: value}}`. */
function comparison(
  operator: CompareOperator,
  argument: RawElement,
  path: string,
  context: QueryContext,
): CompareExpression {
  if (argument.type === BsonType.Undefined) throw badValue("cannot compare to undefined");
  return {
    kind: "compare",
    path,
    operator,
    value: { bytes: argument.bytes, type: argument.type, at: argument.at },
    ...(context.collation === undefined ? {} : { collation: context.collation }),
    origin: { operator: argument.name.startsWith("$") ? argument.name : operator, argument },
  };
}

/** The node of a plain value: `{path: value}`. */
export function equalityExpression(
  path: string,
  value: RawValue,
  context: QueryContext,
): CompareExpression {
  const node = comparison("$eq", { ...value, name: "$eq" }, path, context);
  return { ...node, origin: { operator: "$eq", argument: value, implicit: true } };
}

function range(name: "$gt" | "$gte" | "$lt" | "$lte", help: string): QueryOperatorDefinition {
  return {
    name,
    place: "field",
    help,
    parse(argument, { path, context }): MatchExpression {
      if (argument.type === BsonType.Regex) {
        throw badValue(
          `Can't have RegEx as arg to non-equality predicate over field '${path}'.`,
        );
      }
      return comparison(name, argument, path, context);
    },
  };
}

function membership(argument: RawElement, site: ParseSite): InExpression {
  if (argument.type !== BsonType.Array) throw badValue(`${argument.name} needs an array`);
  const values: RawValue[] = [];
  const regexes: RegularExpression[] = [];
  for (const value of elements(argument.bytes, argument.at)) {
    if (isOperatorDocument(value, false)) throw badValue("cannot nest $ under $in");
    if (value.type === BsonType.Undefined) {
      throw badValue("InMatchExpression equality cannot be undefined");
    }
    if (value.type === BsonType.Regex) {
      regexes.push(RegularExpression.fromValue(value, site.context.checkInterrupt));
    } else {
      values.push({ bytes: value.bytes, type: value.type, at: value.at });
    }
  }
  return {
    kind: "in",
    path: site.path,
    values,
    regexes,
    ...(site.context.collation === undefined ? {} : { collation: site.context.collation }),
    origin: { operator: argument.name, argument },
  };
}

export const operators: readonly QueryOperatorDefinition[] = [
  {
    name: "$eq",
    place: "field",
    help: "equal, also to an element of an array",
    parse: (argument, { path, context }) => comparison("$eq", argument, path, context),
  },
  range("$gt", "greater, among values of the same type class"),
  range("$gte", "greater or equal, among values of the same type class"),
  {
    name: "$in",
    place: "field",
    help: "equal to one of a list, or matched by one of its regular expressions",
    parse: membership,
  },
  range("$lt", "less, among values of the same type class"),
  range("$lte", "less or equal, among values of the same type class"),
  {
    name: "$ne",
    place: "field",
    help: "not $eq",
    parse(argument, { path, context }): MatchExpression {
      if (argument.type === BsonType.Regex) throw badValue("Can't have regex as arg to $ne.");
      const child = comparison("$eq", argument, path, context);
      return { kind: "not", path, child, origin: { operator: "$ne", argument } };
    },
  },
  {
    name: "$nin",
    place: "field",
    help: "not $in",
    parse: (argument, site) => ({
      kind: "not",
      path: site.path,
      child: membership(argument, site),
      origin: { operator: "$nin", argument },
    }),
  },
];

const compareKind: MatchKindDefinition<"compare"> = {
  kind: "compare",
  leaf: ({ operator, value, collation }) => ({
    test: comparisonTest(operator, value, collation),
    matchesMissing: comparisonMatchesMissing(operator, value.type),
    unwrapsArrays: true,
  }),
  bounds: comparisonBounds,
  serialize: ({ operator, value }, writer) => writer.bson.raw(operator, value),
  failure: { normal: "comparison failed", inverted: "comparison succeeded" },
};

const inKind: MatchKindDefinition<"in"> = {
  kind: "in",
  leaf: ({ values, regexes, collation }) => {
    const isMember = membershipTest(values, collation);
    return {
      test: regexes.length === 0
        ? isMember
        : (bytes, type, at) =>
          isMember(bytes, type, at) || regexes.some((regex) => regex.matches(bytes, type, at)),
      matchesMissing: values.some((value) => value.type === BsonType.Null),
      unwrapsArrays: true,
    };
  },
  bounds: membershipBounds,
  serialize({ values, regexes, collation }, { bson }) {
    bson.startArray("$in");
    const sorted = [...values].sort((a, b) => compareRawValues(a, b, collation));
    sorted.forEach((value, i) => {
      if (i > 0 && compareRawValues(value, sorted[i - 1], collation) === 0) return;
      bson.raw(undefined, value);
    });
    for (const regex of regexes) bson.regex(undefined, regex.source, regex.flags);
    bson.end();
  },
  failure: {
    normal: "no matching value found in array",
    inverted: "matching value found in array",
  },
};

export const kinds: readonly AnyMatchKindDefinition[] = [compareKind, inKind];
