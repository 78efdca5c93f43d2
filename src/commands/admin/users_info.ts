// usersInfo: the users of a database. There are none before users can be created, so whoever is asked for is not there.

import { type CommandDefinition, defineCommand } from "../definition.ts";

export const usersInfo: CommandDefinition = defineCommand({
  name: "usersInfo",
  help: "Lists users.",
  auth: "required",
  arguments: {
    filter: { type: "object", fate: "ignored" },
    showAuthenticationRestrictions: { type: "safeBool", fate: "ignored" },
    showCredentials: { type: "safeBool", fate: "ignored" },
    showCustomData: { type: "safeBool", fate: "ignored" },
    showPrivileges: { type: "safeBool", fate: "ignored" },
  },
  run({ reply }) {
    reply.startArray("users");
    reply.end();
    return reply;
  },
});
