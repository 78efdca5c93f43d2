// replSetGetStatus: one member, primary and healthy, with everything applied and durable.

import type { BsonWriter } from "../../bson/encode.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";
import { requireSetName, wallTimeMs, writeOpTime } from "../replica_set.ts";

export const replSetGetStatus: CommandDefinition = defineCommand({
  name: "replSetGetStatus",
  help: "Shows the state of the replica set.",
  auth: "required",
  adminOnly: true,
  transientBody: true,
  arguments: { initialSync: { type: "any", fate: "ignored" } },
  run(context) {
    const setName = requireSetName(context, "not running with --replSet");
    const { reply, engine, server, connection } = context;
    const time = engine.clock.operationTime;
    reply.string("set", setName);
    reply.date("date", Date.now());
    reply.int32("myState", 1);
    reply.int64("term", 1n);
    reply.string("syncSourceHost", "");
    reply.int32("syncSourceId", -1);
    reply.int64("heartbeatIntervalMillis", 2000n);
    reply.int32("majorityVoteCount", 1);
    reply.int32("writeMajorityCount", 1);
    reply.int32("votingMembersCount", 1);
    reply.int32("writableVotingMembersCount", 1);
    writeOpTimes(reply, time);
    reply.timestamp("lastStableRecoveryTimestamp", time);
    reply.startArray("members");
    writeMember(reply, connection.localAddress, time, server.identity.startedAtMs);
    reply.end();
    return reply;
  },
});

function writeOpTimes(reply: BsonWriter, time: bigint): void {
  const wallMs = wallTimeMs(time);
  reply.startDocument("optimes");
  writeOpTime(reply, "lastCommittedOpTime", time);
  reply.date("lastCommittedWallTime", wallMs);
  writeOpTime(reply, "readConcernMajorityOpTime", time);
  writeOpTime(reply, "appliedOpTime", time);
  writeOpTime(reply, "durableOpTime", time);
  writeOpTime(reply, "writtenOpTime", time);
  reply.date("lastAppliedWallTime", wallMs);
  reply.date("lastDurableWallTime", wallMs);
  reply.date("lastWrittenWallTime", wallMs);
  reply.end();
}

function writeMember(reply: BsonWriter, name: string, time: bigint, startedAtMs: number): void {
  const started = BigInt(Math.floor(startedAtMs / 1000)) << 32n;
  reply.startDocument();
  reply.int32("_id", 0);
  reply.string("name", name);
  reply.double("health", 1);
  reply.int32("state", 1);
  reply.string("stateStr", "PRIMARY");
  reply.int32("uptime", Math.floor((Date.now() - startedAtMs) / 1000));
  writeOpTime(reply, "optime", time);
  reply.date("optimeDate", wallTimeMs(time));
  writeOpTime(reply, "optimeWritten", time);
  reply.date("optimeWrittenDate", wallTimeMs(time));
  reply.date("lastAppliedWallTime", wallTimeMs(time));
  reply.date("lastDurableWallTime", wallTimeMs(time));
  reply.date("lastWrittenWallTime", wallTimeMs(time));
  reply.string("syncSourceHost", "");
  reply.int32("syncSourceId", -1);
  reply.string("infoMessage", "");
  reply.timestamp("electionTime", started | 1n);
  reply.date("electionDate", startedAtMs);
  reply.int32("configVersion", 1);
  reply.int32("configTerm", 1);
  reply.bool("self", true);
  reply.string("lastHeartbeatMessage", "");
  reply.end();
}
