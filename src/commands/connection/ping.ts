// ping: the answer is that there is one. Also the shortest way through dispatch, so what benchmarks measure it by.

import { type CommandDefinition, defineCommand } from "../definition.ts";

export const ping: CommandDefinition = defineCommand({
  name: "ping",
  help: "Tests whether the server answers.",
  auth: "none",
  apiVersion1: true,
  transientBody: true,
  arguments: {},
  run: (context) => context.reply,
});
