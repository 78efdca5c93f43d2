// replSetGetConfig: the set's configuration (`rs.conf()`).

import type { BsonWriter } from "../../bson/encode.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";
import { ELECTION_ID, requireSetName } from "../replica_set.ts";

export const replSetGetConfig: CommandDefinition = defineCommand({
  name: "replSetGetConfig",
  help: "Shows the configuration of the replica set.",
  auth: "required",
  adminOnly: true,
  transientBody: true,
  arguments: {
    commitmentStatus: { type: "safeBool" },
    $_internalIncludeNewlyAdded: { type: "any", fate: "ignored" },
  },
  run(context, args) {
    const setName = requireSetName(context, "This node was not started with replication enabled.");
    const { reply } = context;
    reply.startDocument("config");
    reply.string("_id", setName);
    reply.int32("version", 1);
    reply.int32("term", 1);
    reply.startArray("members");
    writeMember(reply, context.connection.localAddress);
    reply.end();
    reply.int64("protocolVersion", 1n);
    reply.bool("writeConcernMajorityJournalDefault", true);
    writeSettings(reply);
    reply.end();
    if (args.boolean("commitmentStatus")) reply.bool("commitmentStatus", true);
    return reply;
  },
});

function writeMember(reply: BsonWriter, host: string): void {
  reply.startDocument();
  reply.int32("_id", 0);
  reply.string("host", host);
  reply.bool("arbiterOnly", false);
  reply.bool("buildIndexes", true);
  reply.bool("hidden", false);
  reply.double("priority", 1);
  reply.startDocument("tags");
  reply.end();
  reply.int64("secondaryDelaySecs", 0n);
  reply.int32("votes", 1);
  reply.end();
}

function writeSettings(reply: BsonWriter): void {
  reply.startDocument("settings");
  reply.bool("chainingAllowed", true);
  reply.int32("heartbeatIntervalMillis", 2000);
  reply.int32("heartbeatTimeoutSecs", 10);
  reply.int32("electionTimeoutMillis", 10000);
  reply.int32("catchUpTimeoutMillis", -1);
  reply.int32("catchUpTakeoverDelayMillis", 30000);
  reply.startDocument("getLastErrorModes");
  reply.end();
  reply.startDocument("getLastErrorDefaults");
  reply.int32("w", 1);
  reply.int32("wtimeout", 0);
  reply.end();
  reply.objectId("replicaSetId", ELECTION_ID);
  reply.end();
}
