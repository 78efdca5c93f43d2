// getCmdLineOpts: how the server was started, as words and as mongod's configuration tree.

import { arrayFrom } from "../../bson/encode.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";

export const getCmdLineOpts: CommandDefinition = defineCommand({
  name: "getCmdLineOpts",
  help: "Shows the options the server was started with.",
  auth: "required",
  adminOnly: true,
  transientBody: true,
  arguments: {},
  run(context) {
    const { reply, server } = context;
    reply.array("argv", arrayFrom([...server.identity.arguments]));
    reply.document("parsed", server.identity.parsedOptions);
    return reply;
  },
});
