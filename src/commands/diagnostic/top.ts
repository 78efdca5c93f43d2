// top: time spent per collection, by kind of operation (mongotop, Compass performance).

import type { BsonWriter } from "../../bson/encode.ts";
import {
  type CommandDefinition,
  defineCommand,
  type NamespaceUsage,
  type OperationKind,
} from "../definition.ts";

/** What `top` calls the kinds, in its order. */
const NAMES: ReadonlyArray<readonly [shown: string, kind: OperationKind]> = [
  ["queries", "query"],
  ["getmore", "getmore"],
  ["insert", "insert"],
  ["update", "update"],
  ["remove", "delete"],
  ["commands", "command"],
];

function writeSum(
  reply: BsonWriter,
  name: string,
  usage: NamespaceUsage,
  kinds: OperationKind[],
): void {
  let micros = 0;
  let count = 0;
  for (const kind of kinds) {
    micros += usage[kind].micros;
    count += usage[kind].count;
  }
  reply.startDocument(name);
  reply.int64("time", BigInt(micros));
  reply.int64("count", BigInt(count));
  reply.end();
}

export const top: CommandDefinition = defineCommand({
  name: "top",
  help: "Shows the time spent on each collection.",
  auth: "required",
  adminOnly: true,
  transientBody: true,
  arguments: {},
  run(context) {
    const { reply, server } = context;
    reply.startDocument("totals");
    reply.string("note", "all times in microseconds");
    for (const [namespace, usage] of server.counters.usage) {
      reply.startDocument(namespace);
      writeSum(reply, "total", usage, NAMES.map(([, kind]) => kind));
      writeSum(reply, "readLock", usage, ["query", "getmore", "command"]);
      writeSum(reply, "writeLock", usage, ["insert", "update", "delete"]);
      for (const [shown, kind] of NAMES) writeSum(reply, shown, usage, [kind]);
      reply.end();
    }
    reply.end();
    return reply;
  },
});
