// The single-node replica set this server poses as: facts that hello and the replSet commands tell.
//
// The node is always primary, in term 1. Its name in the set is the address at which the asking client reached it,
// so that drivers which switch to the set's own addresses stay connected.

import type { BsonWriter } from "../bson/encode.ts";
import { CommandError } from "../error.ts";
import type { CommandContext } from "./definition.ts";

const NO_REPLICATION_ENABLED = 76;

/** The id of the one election there was. */
export const ELECTION_ID: Uint8Array = new Uint8Array([
  0x7f,
  0xff,
  0xff,
  0xff,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  1,
]);

/** The name of the set; throws 76 on a standalone server. */
export function requireSetName(context: CommandContext, message: string): string {
  const { setName } = context.server.identity;
  if (setName === undefined) throw new CommandError(NO_REPLICATION_ENABLED, message);
  return setName;
}

/** `{ts: ..., t: 1}`: where the node's log stands. */
export function writeOpTime(reply: BsonWriter, name: string, time: bigint): void {
  reply.startDocument(name);
  reply.timestamp("ts", time);
  reply.int64("t", 1n);
  reply.end();
}

/** The fields of a write's reply that tell of the set: `electionId` and `opTime`; none on a standalone server. */
export function writeElection({ engine, reply, server }: CommandContext): void {
  if (server.identity.setName === undefined) return;
  reply.objectId("electionId", ELECTION_ID);
  writeOpTime(reply, "opTime", engine.clock.operationTime);
}

/** A time of the log as milliseconds of the wall clock. */
export function wallTimeMs(time: bigint): number {
  return Number(time >> 32n) * 1000;
}
