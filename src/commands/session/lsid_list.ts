// Arrays of lsid documents, which several session commands take.

import { elements, readInt32 } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { sessionKey, sessionUuidOffset } from "../../session/sessions.ts";
import { wrongTypeError } from "../arguments.ts";
import type { CommandContext } from "../definition.ts";

const LSIDS_MAX = 10_000;

/** The keys of the sessions in the command's own field (`{endSessions: [...]}`). */
export function sessionKeys(context: CommandContext, type: number, at: number): string[] {
  const name = context.definition.name;
  if (type !== BsonType.Array) throw wrongTypeError(`${name}.${name}`, type, "array");
  return lsidOffsets(context, at).map((start) =>
    sessionKey(context.body, sessionUuidOffset(context.body, start))
  );
}

/** Where the lsid documents of the array at `at` start. */
export function lsidOffsets(context: CommandContext, at: number): number[] {
  const { body, definition: { name } } = context;
  const offsets: number[] = [];
  for (const element of elements(body, at)) {
    if (element.type !== BsonType.Document) {
      throw wrongTypeError(`${name}.${name}.${element.name}`, element.type, "object");
    }
    if (readInt32(body, element.at) > 5) offsets.push(element.at);
  }
  if (offsets.length > LSIDS_MAX) {
    throw new CommandError(ErrorCode.BadValue, `too many sessions: ${offsets.length}`);
  }
  return offsets;
}

/** Ends what a session has open: its operations (but for the one that asks) and its cursors. */
export function killSessionWork(context: CommandContext, key: string): void {
  const { server } = context;
  server.operations.killForSession(key, context.operation);
  const session = server.sessions.get(key);
  if (session !== undefined) server.cursors.killForSession(session);
}
