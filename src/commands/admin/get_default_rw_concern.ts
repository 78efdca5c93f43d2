// getDefaultRWConcern: the concerns used where a client gives none.

import { documentFrom } from "../../bson/encode.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";

export const getDefaultRWConcern: CommandDefinition = defineCommand({
  name: "getDefaultRWConcern",
  help: "Shows the default read and write concern.",
  auth: "required",
  adminOnly: true,
  transientBody: true,
  arguments: { inMemory: { type: "safeBool" } },
  run(context) {
    const { reply } = context;
    reply.document("defaultReadConcern", documentFrom({ level: "local" }));
    reply.document("defaultWriteConcern", documentFrom({ w: "majority", wtimeout: 0 }));
    reply.string("defaultWriteConcernSource", "implicit");
    reply.string("defaultReadConcernSource", "implicit");
    reply.date("localUpdateWallClockTime", Date.now());
    return reply;
  },
});
