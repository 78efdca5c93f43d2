// connectionStatus: who has authenticated on this connection, and what that allows.
//
// Without authentication the lists are empty, which is what GUIs take for "everything is allowed".

import { type CommandDefinition, defineCommand } from "../definition.ts";

export const connectionStatus: CommandDefinition = defineCommand({
  name: "connectionStatus",
  help: "Shows the users authenticated on this connection.",
  auth: "none",
  apiVersion1: true,
  transientBody: true,
  arguments: { showPrivileges: { type: "safeBool" } },
  run(context, args) {
    const { reply } = context;
    reply.startDocument("authInfo");
    reply.startArray("authenticatedUsers");
    reply.end();
    reply.startArray("authenticatedUserRoles");
    reply.end();
    if (args.boolean("showPrivileges")) {
      reply.startArray("authenticatedUserPrivileges");
      reply.end();
    }
    reply.end();
    return reply;
  },
});
