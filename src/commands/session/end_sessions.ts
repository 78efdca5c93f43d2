// endSessions: sent by drivers when they close. A session's cursors and operations end with it.

import { type CommandDefinition, defineCommand } from "../definition.ts";
import { killSessionWork, sessionKeys } from "./lsid_list.ts";

export const endSessions: CommandDefinition = defineCommand({
  name: "endSessions",
  help: "Ends logical sessions.",
  auth: "none",
  apiVersion1: true,
  transientBody: true,
  whileStopping: true,
  arguments: {},
  run(context, args) {
    for (const key of sessionKeys(context, args.targetType, args.targetAt)) {
      killSessionWork(context, key);
      context.server.sessions.end(key);
    }
    return context.reply;
  },
});
