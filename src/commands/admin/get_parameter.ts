// getParameter: single parameters by name, or all of them.

import { documentOf, elements, getField, readString } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import type { BsonValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { isGenericArgument, numberAt, type ParsedArguments } from "../arguments.ts";
import { type CommandContext, type CommandDefinition, defineCommand } from "../definition.ts";
import { type ParameterDefinition, PARAMETERS } from "../parameters.ts";

export const getParameter: CommandDefinition = defineCommand({
  name: "getParameter",
  help: 'Reads parameters: {getParameter: 1, <name>: 1} or {getParameter: "*"}.',
  auth: "required",
  adminOnly: true,
  transientBody: true,
  takesAnyField: true,
  arguments: { allParameters: { type: "any" } },
  run(context, args) {
    const { wantsAll, showDetails } = readOptions(args);
    if (wantsAll) {
      for (const definition of PARAMETERS) write(context, definition, showDetails);
      return context.reply;
    }
    let found = 0;
    for (const { name } of elements(context.body)) {
      if (isGenericArgument(name)) continue;
      const definition = context.server.parameters.definition(name);
      if (definition === undefined) continue;
      found++;
      write(context, definition, showDetails);
    }
    if (found === 0) throw new CommandError(ErrorCode.InvalidOptions, "no option found to get");
    return context.reply;
  },
});

function readOptions(args: ParsedArguments<"allParameters">): {
  wantsAll: boolean;
  showDetails: boolean;
} {
  const { type, bytes, at } = args.target;
  if (type === BsonType.String) {
    return { wantsAll: readString(bytes, at) === "*", showDetails: false };
  }
  const flag = (name: string): boolean => {
    const field = type === BsonType.Document ? getField(documentOf(args.target), name) : undefined;
    return field !== undefined && numberAt(field.bytes, field.type, field.at) !== 0;
  };
  return {
    wantsAll: flag("allParameters") || args.boolean("allParameters"),
    showDetails: flag("showDetails"),
  };
}

function write(
  context: CommandContext,
  definition: ParameterDefinition,
  showDetails: boolean,
): void {
  const { reply, server } = context;
  const value: BsonValue = server.parameters.get(definition.name)!;
  const isVersion = definition.name === "featureCompatibilityVersion";
  if (!showDetails) {
    reply.value(definition.name, value);
    return;
  }
  reply.startDocument(definition.name);
  if (isVersion) reply.string("version", "8.2");
  else reply.value("value", value);
  reply.bool("settableAtRuntime", definition.atRuntime);
  reply.bool("settableAtStartup", definition.atStartup);
  reply.end();
}
