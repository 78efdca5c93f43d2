// $and $or $nor over whole filters, $not over the operators of a field.

import { elements, isEmptyDocument, type RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type {
  AnyMatchKindDefinition,
  MatchKindDefinition,
  ParseSite,
  QueryOperatorDefinition,
  QueryWriter,
} from "../definition.ts";
import type { ListExpression, MatchExpression } from "../match_expression.ts";
import { conjunction, disjunction, negation } from "../node_combination.ts";
import { regexLiteral } from "./regular_expression.ts";

function list(name: "$and" | "$or" | "$nor", help: string): QueryOperatorDefinition {
  return {
    name,
    place: "document",
    help,
    parse: (argument, site) => ({
      kind: name.slice(1) as ListExpression["kind"],
      children: parseList(argument, site),
      origin: { operator: name, argument },
    }),
  };
}

function parseList(argument: RawElement, site: ParseSite): MatchExpression[] {
  if (argument.type !== BsonType.Array) {
    throw new CommandError(ErrorCode.BadValue, `${argument.name} argument must be an array`);
  }
  if (isEmptyDocument(argument.bytes, argument.at)) {
    throw new CommandError(
      ErrorCode.BadValue,
      `${argument.name} argument must be a non-empty array`,
    );
  }
  const children: MatchExpression[] = [];
  for (const item of elements(argument.bytes, argument.at)) {
    if (item.type !== BsonType.Document) {
      throw new CommandError(
        ErrorCode.BadValue,
        `${argument.name} argument's entries must be objects`,
      );
    }
    children.push(site.parseDocument(item.bytes, item.at));
  }
  return children;
}

function parseNot(argument: RawElement, site: ParseSite): MatchExpression {
  const { path } = site;
  const origin = { operator: "$not", argument };
  if (argument.type === BsonType.Regex) {
    return { kind: "not", path, child: regexLiteral(path, argument, site.context), origin };
  }
  if (argument.type !== BsonType.Document) {
    throw new CommandError(ErrorCode.BadValue, "$not argument must be a regex or an object");
  }
  if (isEmptyDocument(argument.bytes, argument.at)) {
    throw new CommandError(ErrorCode.BadValue, "$not argument must be a non-empty object");
  }
  const children = site.parseFieldOperators(argument, path);
  const child: MatchExpression = children.length === 1 ? children[0] : { kind: "and", children };
  return { kind: "not", path, child, origin };
}

export const operators: readonly QueryOperatorDefinition[] = [
  list("$and", "all of the filters match"),
  list("$nor", "none of the filters matches"),
  {
    name: "$not",
    place: "field",
    help: "the field's operators do not match",
    parse: parseNot,
  },
  list("$or", "one of the filters matches"),
];

function serializeList(
  { kind, children }: ListExpression,
  writer: QueryWriter,
): void {
  if (kind === "and" && children.length === 0) return;
  writer.bson.startArray(`$${kind}`);
  for (const child of children) writer.document(undefined, child);
  writer.bson.end();
}

const andKind: MatchKindDefinition<"and"> = {
  kind: "and",
  compile: ({ children }, compiler) =>
    children.length === 0
      ? { matches: () => true }
      : conjunction(children.map((child) => compiler.compile(child))),
  serialize: serializeList,
};

const orKind: MatchKindDefinition<"or"> = {
  kind: "or",
  compile: ({ children }, compiler) =>
    disjunction(children.map((child) => compiler.compile(child))),
  serialize: serializeList,
};

const norKind: MatchKindDefinition<"nor"> = {
  kind: "nor",
  compile: ({ children }, compiler) =>
    negation(disjunction(children.map((child) => compiler.compile(child)))),
  serialize: serializeList,
};

const notKind: MatchKindDefinition<"not"> = {
  kind: "not",
  compile: ({ child }, compiler) => negation(compiler.compile(child)),
  serialize: ({ path, child }, writer) => writer.negation(path, child),
};

export const kinds: readonly AnyMatchKindDefinition[] = [andKind, orKind, norKind, notKind];
