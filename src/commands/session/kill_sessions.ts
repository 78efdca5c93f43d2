// killSessions: stops the work of sessions; the sessions themselves may be used again. An empty list means all.

import { type CommandDefinition, defineCommand } from "../definition.ts";
import { killSessionWork, sessionKeys } from "./lsid_list.ts";

export const killSessions: CommandDefinition = defineCommand({
  name: "killSessions",
  help: "Kills the operations and cursors of logical sessions.",
  auth: "none",
  apiVersion1: true,
  transientBody: true,
  arguments: {},
  run(context, args) {
    const keys = sessionKeys(context, args.targetType, args.targetAt);
    const all = keys.length > 0 ? keys : [...context.server.sessions.list()].map(({ key }) => key);
    for (const key of all) killSessionWork(context, key);
    return context.reply;
  },
});
