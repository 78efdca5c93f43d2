// shutdown: stops the server as SIGTERM does. The connection ends without an answer, which clients take for success.

import { type CommandDefinition, defineCommand } from "../definition.ts";

export const shutdown: CommandDefinition = defineCommand({
  name: "shutdown",
  help: "Stops the server.",
  auth: "required",
  adminOnly: true,
  whileStopping: true,
  arguments: {
    force: { type: "safeBool" },
    timeoutSecs: { type: "long", min: 0 },
  },
  run(context) {
    const { server, connection } = context;
    server.log.info("COMMAND", "shutdown requested by a client", { connection: connection.id });
    context.dropConnection = true;
    server.requestStop().catch((error) =>
      server.log.error("CONTROL", "the server did not stop cleanly", { error: String(error) })
    );
    return context.reply;
  },
});
