// replSetInitiate: the set is there from the start, which is told with the code every set-up script expects (23).

import { CommandError, ErrorCode } from "../../error.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";
import { requireSetName } from "../replica_set.ts";

export const replSetInitiate: CommandDefinition = defineCommand({
  name: "replSetInitiate",
  help: "Refused: the server is the only member of its replica set from the start.",
  auth: "required",
  adminOnly: true,
  transientBody: true,
  arguments: {},
  run(context) {
    requireSetName(context, "This node was not started with replication enabled.");
    throw new CommandError(ErrorCode.AlreadyInitialized, "already initialized");
  },
});
