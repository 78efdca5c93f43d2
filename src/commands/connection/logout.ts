// logout: gives up what a connection has authenticated as. Old drivers still send it.

import { type CommandDefinition, defineCommand } from "../definition.ts";

export const logout: CommandDefinition = defineCommand({
  name: "logout",
  help: "Ends the authentication of this connection on one database.",
  auth: "none",
  transientBody: true,
  arguments: {},
  run: (context) => context.reply,
});
