// getLog: the log's last lines, with mongod's JSON keys. mongosh shows `startupWarnings` in its banner.

import { typeName } from "../../bson/type.ts";
import { BsonType } from "../../bson/type.ts";
import { readString } from "../../bson/read.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { jsonLine } from "../../log.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";

export const getLog: CommandDefinition = defineCommand({
  name: "getLog",
  help: 'Returns recent lines of the log: {getLog: "global"}, {getLog: "startupWarnings"}.',
  auth: "required",
  adminOnly: true,
  transientBody: true,
  arguments: {},
  run(context, args) {
    const { reply, server } = context;
    if (args.targetType !== BsonType.String) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `Argument to getLog must be of type String; found ${typeName(args.targetType)}`,
      );
    }
    const name = readString(args.body, args.targetAt);
    if (name === "*") {
      reply.startArray("names");
      reply.string(undefined, "global");
      reply.string(undefined, "startupWarnings");
      reply.end();
      return reply;
    }
    if (name !== "global" && name !== "startupWarnings") {
      throw new CommandError(ErrorCode.OperationFailed, `No log named '${name}'`);
    }
    const records = name === "global" ? server.log.recent : server.log.startupWarnings;
    const total = name === "global" ? server.log.totalRecords : records.length;
    reply.int32("totalLinesWritten", total);
    reply.startArray("log");
    for (const record of records) reply.string(undefined, jsonLine(record));
    reply.end();
    return reply;
  },
});
