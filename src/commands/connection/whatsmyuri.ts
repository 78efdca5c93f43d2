// whatsmyuri: the client's own address as the server sees it (mongosh asks for it).

import { type CommandDefinition, defineCommand } from "../definition.ts";

export const whatsmyuri: CommandDefinition = defineCommand({
  name: "whatsmyuri",
  help: "Tells the client its own address.",
  auth: "none",
  transientBody: true,
  arguments: {},
  run(context) {
    context.reply.string("you", context.connection.remoteAddress);
    return context.reply;
  },
});
