// listCommands: what this server knows, printed from the definitions themselves.

import { type CommandDefinition, defineCommand } from "../definition.ts";

export const listCommands: CommandDefinition = defineCommand({
  name: "listCommands",
  help: "Lists the commands this server knows.",
  auth: "none",
  transientBody: true,
  arguments: {},
  run(context) {
    const { reply, server } = context;
    reply.startDocument("commands");
    for (const definition of server.commands) {
      if (definition.testOnly && !server.testCommandsEnabled) continue;
      reply.startDocument(definition.name);
      reply.string("help", definition.help);
      reply.bool("requiresAuth", definition.auth === "required");
      reply.bool("secondaryOk", definition.takesWriteConcern !== true);
      reply.bool("adminOnly", definition.adminOnly === true);
      reply.startArray("apiVersions");
      if (definition.apiVersion1) reply.string(undefined, "1");
      reply.end();
      reply.startArray("deprecatedApiVersions");
      reply.end();
      reply.end();
    }
    reply.end();
    return reply;
  },
});
