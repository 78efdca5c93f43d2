// killCursors: gives cursors up before their end.
// Manual: "killCursors".

import { elements, readInt64 } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { defineCommand, type Reply } from "../definition.ts";

export const killCursors = defineCommand({
  name: "killCursors",
  help: "Closes open cursors.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  whileStopping: true,
  arguments: {
    cursors: { type: "array", fate: "required" },
  },
  run(context, args): Reply {
    const killed: bigint[] = [];
    const notFound: bigint[] = [];
    for (const { name, type, bytes, at } of elements(args.array("cursors")!)) {
      if (type !== BsonType.Int64) {
        throw new CommandError(
          ErrorCode.TypeMismatch,
          `BSON field 'killCursors.cursors.${name}' is the wrong type '${typeName(type)}', ` +
            "expected type 'long'",
        );
      }
      const id = readInt64(bytes, at);
      const cursor = context.server.cursors.get(id);
      const isOurs = cursor !== undefined && cursor.namespace === context.namespace;
      if (isOurs && context.server.cursors.kill(id)) killed.push(id);
      else notFound.push(id);
    }
    const { reply } = context;
    for (
      const [name, ids] of [
        ["cursorsKilled", killed],
        ["cursorsNotFound", notFound],
        ["cursorsAlive", []],
        ["cursorsUnknown", []],
      ] as const
    ) {
      reply.startArray(name);
      for (const id of ids) reply.int64(undefined, id);
      reply.end();
    }
    return reply;
  },
});
