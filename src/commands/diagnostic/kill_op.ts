// killOp: stops a running operation at its next check.

import { type CommandDefinition, defineCommand } from "../definition.ts";

export const killOp: CommandDefinition = defineCommand({
  name: "killOp",
  help: "Stops a running operation: {killOp: 1, op: <opid>}.",
  auth: "required",
  adminOnly: true,
  transientBody: true,
  arguments: { op: { type: "long", fate: "required" } },
  run(context, args) {
    const { reply, server } = context;
    server.operations.find(args.int("op")!)?.kill();
    reply.string("info", "attempting to kill op");
    return reply;
  },
});
