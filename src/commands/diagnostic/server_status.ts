// serverStatus: what monitoring reads every second (mongostat, Compass, exporters).
//
// A section whose figures this server does not have is left out rather than shown as zeros. A section is left out when the
// client says so ({serverStatus: 1, metrics: 0}).

import type { BsonWriter } from "../../bson/encode.ts";
import { elements, getField } from "../../bson/read.ts";
import { storageStatistics } from "../../storage/statistics.ts";
import { numberAt } from "../arguments.ts";
import { type CommandContext, type CommandDefinition, defineCommand } from "../definition.ts";
import { MONGODB_VERSION } from "../server_facts.ts";
import { hostName } from "./host_info.ts";

/** mongod's number of concurrent storage transactions. */
const TICKETS = 128;

interface Section {
  readonly name: string;
  write(context: CommandContext, reply: BsonWriter): void;
}

export const serverStatus: CommandDefinition = defineCommand({
  name: "serverStatus",
  help: "Shows counters and state of the server.",
  auth: "required",
  takesAnyField: true,
  transientBody: true,
  arguments: {},
  run(context) {
    const { reply, server } = context;
    const { identity } = server;
    const upMs = Date.now() - identity.startedAtMs;
    reply.string("host", `${hostName()}:${identity.port}`);
    reply.string("version", MONGODB_VERSION);
    reply.string("process", "mongod");
    reply.startArray("service");
    reply.string(undefined, "shard");
    reply.end();
    reply.int64("pid", BigInt(Deno.pid));
    reply.double("uptime", Math.floor(upMs / 1000));
    reply.int64("uptimeMillis", BigInt(upMs));
    reply.int64("uptimeEstimate", BigInt(Math.floor(upMs / 1000)));
    reply.date("localTime", Date.now());
    const unwanted = unwantedSections(context.body);
    for (const section of SECTIONS) {
      if (!unwanted.has(section.name)) section.write(context, reply);
    }
    return reply;
  },
});

function unwantedSections(body: Uint8Array): Set<string> {
  const names = new Set<string>();
  for (const { name, bytes, type, at } of elements(body)) {
    if (numberAt(bytes, type, at) === 0) names.add(name);
  }
  if (getField(body, "none") !== undefined) { for (const { name } of SECTIONS) names.add(name); }
  return names;
}

function long(reply: BsonWriter, name: string, value: number): void {
  reply.int64(name, BigInt(Math.round(value)));
}

function section(
  name: string,
  write: (context: CommandContext, reply: BsonWriter) => void,
): Section {
  return {
    name,
    write(context, reply) {
      reply.startDocument(name);
      write(context, reply);
      reply.end();
    },
  };
}

const SECTIONS: readonly Section[] = [
  section("asserts", (_context, reply) => {
    for (const name of ["regular", "warning", "msg", "user", "tripwire", "rollovers"]) {
      reply.int32(name, 0);
    }
  }),
  section("connections", (context, reply) => {
    const { connections, counters, operations } = context.server;
    reply.int32("current", connections.size);
    reply.int32("available", Math.max(0, 1_000_000 - connections.size));
    reply.int32("totalCreated", counters.connectionsCreated);
    reply.int32("rejected", 0);
    reply.int32("active", operations.size);
    reply.int32("threaded", connections.size);
  }),
  section("extra_info", (_context, reply) => {
    reply.string("note", "fields vary by platform");
  }),
  section("globalLock", (context, reply) => {
    const { identity, operations, connections } = context.server;
    long(reply, "totalTime", (Date.now() - identity.startedAtMs) * 1000);
    for (const name of ["currentQueue", "activeClients"]) {
      const total = name === "activeClients" ? operations.size : 0;
      reply.startDocument(name);
      reply.int32("total", name === "activeClients" ? connections.size : 0);
      reply.int32("readers", total);
      reply.int32("writers", 0);
      reply.end();
    }
  }),
  section("locks", writeLocks),
  section("logicalSessionRecordCache", (context, reply) => {
    reply.int32("activeSessionsCount", context.server.sessions.size);
  }),
  section("network", (context, reply) => {
    const { counters } = context.server;
    long(reply, "bytesIn", counters.bytesIn);
    long(reply, "bytesOut", counters.bytesOut);
    long(reply, "physicalBytesIn", counters.bytesIn);
    long(reply, "physicalBytesOut", counters.bytesOut);
    long(reply, "numRequests", counters.requests);
  }),
  section("opcounters", writeOpCounters),
  section("opcountersRepl", (_context, reply) => {
    for (const name of ["insert", "query", "update", "delete", "getmore", "command"]) {
      reply.int64(name, 0n);
    }
  }),
  {
    name: "repl",
    write(context, reply) {
      const { setName } = context.server.identity;
      if (setName === undefined) return;
      const { localAddress } = context.connection;
      reply.startDocument("repl");
      reply.startArray("hosts");
      reply.string(undefined, localAddress);
      reply.end();
      reply.string("setName", setName);
      reply.int32("setVersion", 1);
      reply.bool("isWritablePrimary", true);
      reply.bool("secondary", false);
      reply.string("primary", localAddress);
      reply.string("me", localAddress);
      reply.end();
    },
  },
  section("storageEngine", (_context, reply) => {
    reply.string("name", "wiredTiger");
    reply.bool("supportsCommittedReads", true);
    reply.bool("persistent", true);
    reply.bool("supportsSnapshotReadConcern", false);
    reply.bool("readOnly", false);
  }),
  section("transactions", (_context, reply) => {
    for (const name of ["currentActive", "currentInactive", "currentOpen"]) reply.int64(name, 0n);
    for (const name of ["totalAborted", "totalCommitted", "totalStarted"]) reply.int64(name, 0n);
  }),
  section("mem", (_context, reply) => {
    const { rss, heapTotal } = Deno.memoryUsage();
    reply.int32("bits", 64);
    reply.int32("resident", Math.round(rss / 1048576));
    reply.int32("virtual", Math.round((rss + heapTotal) / 1048576));
    reply.bool("supported", true);
  }),
  section("queues", (_context, reply) => {
    // Statements do not queue here: one at a time runs, and it runs at once.
    reply.startDocument("execution");
    for (const name of ["write", "read"]) {
      reply.startDocument(name);
      reply.int32("out", 0);
      reply.int32("available", TICKETS);
      reply.int32("totalTickets", TICKETS);
      reply.end();
    }
    reply.end();
  }),
  section("metrics", writeMetrics),
  section("wiredTiger", writeStorageStatistics),
];

/** Statements run one after the other, so the only lock anybody waits for is fsync's. */
function writeLocks({ server }: CommandContext, reply: BsonWriter): void {
  const { operations } = server.counters;
  const reads = operations.query + operations.getmore + operations.command;
  const writes = operations.insert + operations.update + operations.delete;
  for (const name of ["ReplicationStateTransition", "Global", "Database", "Collection"]) {
    reply.startDocument(name);
    reply.startDocument("acquireCount");
    long(reply, "r", reads);
    long(reply, "w", writes);
    if (name === "Global") long(reply, "W", server.fsyncLocks);
    reply.end();
    reply.end();
  }
}

/** WiredTiger names a figure "group: figure"; the groups become documents, as in mongod. */
function writeStorageStatistics(context: CommandContext, reply: BsonWriter): void {
  const groups = new Map<string, [name: string, value: number][]>();
  for (const [description, value] of storageStatistics(context.engine.store)) {
    const colon = description.indexOf(": ");
    const group = colon < 0 ? "other" : description.slice(0, colon);
    const figures = groups.get(group);
    if (figures === undefined) groups.set(group, [[description.slice(colon + 2), value]]);
    else figures.push([description.slice(colon + 2), value]);
  }
  reply.string("uri", "statistics:");
  for (const [group, figures] of groups) {
    reply.startDocument(group);
    for (const [name, value] of figures) long(reply, name, value);
    reply.end();
  }
}

function writeOpCounters(context: CommandContext, reply: BsonWriter): void {
  for (const [kind, count] of Object.entries(context.server.counters.operations)) {
    long(reply, kind, count);
  }
}

function writeMetrics(context: CommandContext, reply: BsonWriter): void {
  const { commandUsage, cursors } = context.server;
  let pinned = 0;
  let withoutTimeout = 0;
  for (const cursor of cursors.list()) {
    if (cursor.operation !== undefined) pinned++;
    if (cursor.options.noTimeout) withoutTimeout++;
  }
  reply.startDocument("commands");
  for (const { name, total, failed } of commandUsage) {
    if (total === 0) continue;
    reply.startDocument(name);
    long(reply, "failed", failed);
    long(reply, "total", total);
    reply.end();
  }
  reply.end();
  const { planCache } = context.engine.store.planner;
  reply.startDocument("query");
  reply.startDocument("planCache");
  reply.startDocument("classic");
  long(reply, "hits", planCache.hits);
  long(reply, "misses", planCache.misses);
  long(reply, "replanned", planCache.replanned);
  reply.end();
  reply.end();
  reply.end();
  const { ttl } = context.engine;
  reply.startDocument("ttl");
  long(reply, "deletedDocuments", ttl.deletedDocuments);
  long(reply, "passes", ttl.passes);
  reply.end();
  reply.startDocument("cursor");
  long(reply, "timedOut", cursors.timedOut);
  long(reply, "totalOpened", cursors.opened);
  reply.startDocument("open");
  long(reply, "noTimeout", withoutTimeout);
  long(reply, "pinned", pinned);
  long(reply, "total", cursors.size);
  reply.end();
  reply.end();
}
