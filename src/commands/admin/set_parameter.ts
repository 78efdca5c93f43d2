// setParameter: changes a parameter of the running server; unknown ones are refused (72).

import { elements } from "../../bson/read.ts";
import { decodeValue } from "../../bson/decode.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { isGenericArgument } from "../arguments.ts";
import { applyParameters } from "../parameters.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";

export const setParameter: CommandDefinition = defineCommand({
  name: "setParameter",
  help: "Changes a parameter: {setParameter: 1, <name>: <value>}.",
  auth: "required",
  adminOnly: true,
  takesAnyField: true,
  arguments: {},
  run(context) {
    const { reply, server } = context;
    let changed = 0;
    for (const element of elements(context.body)) {
      if (element.name === "setParameter" || isGenericArgument(element.name)) continue;
      const old = server.parameters.set(element.name, decodeValue(element));
      if (changed++ === 0) reply.value("was", old);
    }
    applyParameters(server.parameters, context.engine);
    if (changed === 0) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "no option found to set, use help:true to see options ",
      );
    }
    return reply;
  },
});
