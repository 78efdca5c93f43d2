// refreshSessions: keeps sessions from expiring.

import { type CommandDefinition, defineCommand } from "../definition.ts";
import { BsonType } from "../../bson/type.ts";
import { wrongTypeError } from "../arguments.ts";
import { lsidOffsets } from "./lsid_list.ts";

export const refreshSessions: CommandDefinition = defineCommand({
  name: "refreshSessions",
  help: "Tells that logical sessions are still in use.",
  auth: "none",
  apiVersion1: true,
  transientBody: true,
  arguments: {},
  run(context, args) {
    if (args.targetType !== BsonType.Array) {
      throw wrongTypeError("refreshSessions.refreshSessions", args.targetType, "array");
    }
    for (const start of lsidOffsets(context, args.targetAt)) {
      context.server.sessions.use(args.body, start, Date.now());
    }
    return context.reply;
  },
});
