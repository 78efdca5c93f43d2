// $regex with $options, and the plain value `{a: /x/}`.

import { elements, type RawElement, type RawValue, readString } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type {
  AnyMatchKindDefinition,
  MatchKindDefinition,
  ParseSite,
  QueryContext,
  QueryOperatorDefinition,
} from "../definition.ts";
import type { MatchExpression, RegexExpression } from "../match_expression.ts";
import { regexBounds } from "../value_bounds.ts";
import { readRegex, RegularExpression } from "../regex.ts";

/** The node of a regular expression as a plain value. */
export function regexLiteral(
  path: string,
  value: RawValue,
  context: QueryContext,
): RegexExpression {
  const regex = RegularExpression.fromValue(value, context.checkInterrupt);
  return {
    kind: "regex",
    path,
    source: regex.source,
    flags: regex.flags,
    regex,
    origin: { operator: "$regex", argument: value, implicit: true },
  };
}

function parseRegex(argument: RawElement, site: ParseSite): MatchExpression {
  let source = "";
  let flags = "";
  let options: RawValue | undefined;
  for (const element of elements(site.siblings.bytes, site.siblings.at)) {
    if (element.name === "$regex") {
      if (element.type === BsonType.String) {
        source = readString(element.bytes, element.at);
      } else if (element.type === BsonType.Regex) {
        const value = readRegex(element.bytes, element.at);
        source = value.source;
        if (value.flags !== "") {
          if (flags !== "") {
            throw new CommandError(51074, "options set in both $regex and $options");
          }
          flags = value.flags;
        }
      } else {
        throw new CommandError(ErrorCode.BadValue, "$regex has to be a string");
      }
    } else if (element.name === "$options") {
      if (element.type !== BsonType.String) {
        throw new CommandError(ErrorCode.BadValue, "$options has to be a string");
      }
      if (flags !== "") throw new CommandError(51075, "options set in both $regex and $options");
      flags = readString(element.bytes, element.at);
      options = element;
    }
  }
  return {
    kind: "regex",
    path: site.path,
    source,
    flags,
    regex: new RegularExpression(source, flags, site.context.checkInterrupt),
    origin: { operator: "$regex", argument, ...(options === undefined ? {} : { options }) },
  };
}

export const operators: readonly QueryOperatorDefinition[] = [
  {
    name: "$options",
    place: "field",
    help: "the flags of a $regex: imsxu",
    parse(_argument, { siblings }): null {
      for (const element of elements(siblings.bytes, siblings.at)) {
        if (element.name === "$regex") return null;
      }
      throw new CommandError(ErrorCode.BadValue, "$options needs a $regex");
    },
  },
  {
    name: "$regex",
    place: "field",
    help: "a string that a PCRE2 pattern matches",
    parse: parseRegex,
  },
];

const regexKind: MatchKindDefinition<"regex"> = {
  kind: "regex",
  leaf: ({ regex }) => ({
    test: (bytes, type, at) => regex.matches(bytes, type, at),
    matchesMissing: false,
    unwrapsArrays: true,
  }),
  bounds: regexBounds,
  serialize({ source, flags }, { bson }) {
    bson.string("$regex", source);
    if (flags !== "") bson.string("$options", flags);
  },
  failure: {
    normal: "regular expression did not match",
    inverted: "regular expression did match",
  },
};

export const kinds: readonly AnyMatchKindDefinition[] = [regexKind];
