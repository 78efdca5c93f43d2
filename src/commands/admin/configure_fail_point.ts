// configureFailPoint: switches a fault on or off (see ../fail_points.ts). Only with test commands enabled.

import { readString } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { wrongTypeError } from "../arguments.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";

export const configureFailPoint: CommandDefinition = defineCommand({
  name: "configureFailPoint",
  help: "Switches a fault for tests on or off.",
  auth: "required",
  adminOnly: true,
  testOnly: true,
  arguments: {
    data: { type: "object" },
    mode: { type: "any", fate: "required" },
  },
  run(context, args) {
    const { reply, server } = context;
    if (args.targetType !== BsonType.String) {
      throw wrongTypeError("configureFailPoint.configureFailPoint", args.targetType, "string");
    }
    const name = readString(args.body, args.targetAt);
    const mode = { name: "mode", ...args.value("mode")! };
    const count = server.failPoints.configure(name, mode, args.document("data"));
    reply.int64("count", BigInt(count));
    return reply;
  },
});
