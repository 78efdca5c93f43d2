// killAllSessions: stops the work of the sessions of some users, or of all. Test runners send it between tests.

import { elements } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { wrongTypeError } from "../arguments.ts";
import { type CommandContext, type CommandDefinition, defineCommand } from "../definition.ts";
import { killSessionWork } from "./lsid_list.ts";

export const killAllSessions: CommandDefinition = defineCommand({
  name: "killAllSessions",
  help: "Kills the work of all sessions of the given users.",
  auth: "required",
  transientBody: true,
  arguments: {},
  run(context, args) {
    checkDocuments(context, args.targetType, args.targetAt);
    for (const { key } of [...context.server.sessions.list()]) killSessionWork(context, key);
    return context.reply;
  },
});

/** The command's own field is an array of documents. */
export function checkDocuments(context: CommandContext, type: number, at: number): void {
  const { name } = context.definition;
  if (type !== BsonType.Array) throw wrongTypeError(`${name}.${name}`, type, "array");
  for (const element of elements(context.body, at)) {
    if (element.type !== BsonType.Document) {
      throw wrongTypeError(`${name}.${name}.${element.name}`, element.type, "object");
    }
  }
}
