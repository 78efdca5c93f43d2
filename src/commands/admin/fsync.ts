// fsync and fsyncUnlock: writes everything to disk; with `lock` new writes wait until the lock is given back.
//
// Locks are counted: each fsync with lock takes one, each fsyncUnlock gives one back.

import { CommandError, ErrorCode } from "../../error.ts";
import {
  type CommandContext,
  type CommandDefinition,
  defineCommand,
  type Reply,
} from "../definition.ts";

export const fsync: CommandDefinition = defineCommand({
  name: "fsync",
  help: "Writes all changes to disk; with lock: true also blocks writes.",
  auth: "required",
  adminOnly: true,
  arguments: {
    fsyncLockAcquisitionTimeoutMillis: { type: "long" },
    lock: { type: "safeBool" },
  },
  run(context, args) {
    // The lock counts before the flush begins, so that nothing slips in between.
    const isLocked = args.boolean("lock");
    if (isLocked) context.server.fsyncLocks++;
    return flush(context, isLocked);
  },
});

async function flush(context: CommandContext, isLocked: boolean): Promise<Reply> {
  const { reply, server } = context;
  await server.engine.waitForJournal();
  if (!isLocked) {
    reply.int32("numFiles", 1);
    return reply;
  }
  reply.string("info", "now locked against writes, use db.fsyncUnlock() to unlock");
  reply.int64("lockCount", BigInt(server.fsyncLocks));
  reply.string("seeAlso", "http://dochub.mongodb.org/core/fsynccommand");
  return reply;
}

export const fsyncUnlock: CommandDefinition = defineCommand({
  name: "fsyncUnlock",
  help: "Gives back a lock taken by fsync.",
  auth: "required",
  adminOnly: true,
  arguments: {},
  run(context) {
    const { reply, server } = context;
    if (server.fsyncLocks === 0) {
      throw new CommandError(ErrorCode.IllegalOperation, "fsyncUnlock called when not locked");
    }
    server.fsyncLocks--;
    reply.string("info", "fsyncUnlock completed");
    reply.int64("lockCount", BigInt(server.fsyncLocks));
    return reply;
  },
});
