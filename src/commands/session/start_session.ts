// startSession: a new session id made by the server. Drivers make their own; mongosh and old tools ask.

import { SESSION_TIMEOUT_MINUTES } from "../../session/sessions.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";

export const startSession: CommandDefinition = defineCommand({
  name: "startSession",
  help: "Starts a logical session.",
  auth: "none",
  transientBody: true,
  arguments: {},
  run(context) {
    const { reply, server } = context;
    const session = server.sessions.start(Date.now());
    reply.startDocument("id");
    reply.binary("id", 4, session.uuid);
    reply.end();
    reply.int32("timeoutMinutes", SESSION_TIMEOUT_MINUTES);
    return reply;
  },
});
