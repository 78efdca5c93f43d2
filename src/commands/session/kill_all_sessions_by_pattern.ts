// killAllSessionsByPattern: as killAllSessions, with patterns by session id, user digest or users.

import { documentOf, elements, getField } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { sessionKey, sessionUuidOffset } from "../../session/sessions.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";
import { checkDocuments } from "./kill_all_sessions.ts";
import { killSessionWork } from "./lsid_list.ts";

export const killAllSessionsByPattern: CommandDefinition = defineCommand({
  name: "killAllSessionsByPattern",
  help: "Kills the work of all sessions that match one of the patterns.",
  auth: "required",
  transientBody: true,
  arguments: {},
  run(context, args) {
    checkDocuments(context, args.targetType, args.targetAt);
    const { server } = context;
    const keys = new Set<string>();
    let isForAll = true;
    for (const pattern of elements(context.body, args.targetAt)) {
      const lsid = getField(documentOf(pattern), "lsid");
      isForAll = lsid === undefined;
      if (lsid?.type === BsonType.Document) {
        keys.add(sessionKey(lsid.bytes, sessionUuidOffset(lsid.bytes, lsid.at)));
      }
      if (isForAll) break;
    }
    if (isForAll) { for (const { key } of server.sessions.list()) keys.add(key); }
    for (const key of keys) killSessionWork(context, key);
    return context.reply;
  },
});
