// currentOp: what runs now. Fields of the command that are not options filter the entries, like a query.

import { BsonWriter } from "../../bson/encode.ts";
import { elements } from "../../bson/read.ts";
import { compileQuery } from "../../query/filter.ts";
import { operationDocument } from "../../session/operation_document.ts";
import { isGenericArgument } from "../arguments.ts";
import { type CommandContext, type CommandDefinition, defineCommand } from "../definition.ts";
import { hostName } from "./host_info.ts";

const OPTIONS: ReadonlySet<string> = new Set(["currentOp", "$all", "$ownOps", "$truncateOps"]);

export const currentOp: CommandDefinition = defineCommand({
  name: "currentOp",
  help: "Lists running operations; further fields filter the list.",
  auth: "required",
  adminOnly: true,
  takesAnyField: true,
  arguments: {},
  run(context) {
    const { reply, server } = context;
    const filter = compileQuery(filterOf(context.body), { now: BigInt(Date.now()) });
    const scene = { host: `${hostName()}:${server.identity.port}`, sessions: server.sessions };
    reply.startArray("inprog");
    for (const operation of server.operations.list()) {
      const document = operationDocument(operation, scene);
      if (filter.matches(document, 0)) reply.document(undefined, document);
    }
    reply.end();
    return reply;
  },
});

/** The command without its own options and the generic arguments. */
function filterOf(body: CommandContext["body"]): Uint8Array {
  const writer = new BsonWriter();
  writer.startDocument();
  for (const { name, bytes, type, at } of elements(body)) {
    if (OPTIONS.has(name) || isGenericArgument(name)) continue;
    writer.rawAt(name, bytes, type, at);
  }
  writer.end();
  return writer.bytes();
}
