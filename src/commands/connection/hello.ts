// hello and its old form isMaster: who is this server, what can it do.
//
// A driver sends it first on each connection (with its own description and the compressors it knows), and its
// monitors send it again and again: with `topologyVersion` and `maxAwaitTimeMS` the answer waits for a change, and
// with OP_MSG's exhaust flag the server goes on answering without being asked. Left out: speculative authentication.

import { BsonWriter } from "../../bson/encode.ts";
import { elements, getField, readInt64AsNumber, readString } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { SESSION_TIMEOUT_MINUTES } from "../../session/sessions.ts";
import { loadCompressors } from "../../wire/codec.ts";
import { negotiateCompressors } from "../../wire/op_compressed.ts";
import type { ParsedArguments } from "../arguments.ts";
import {
  type CommandContext,
  type CommandDefinition,
  defineCommand,
  type Reply,
} from "../definition.ts";
import { ELECTION_ID, wallTimeMs, writeOpTime } from "../replica_set.ts";
import {
  DOCUMENT_BYTES_MAX,
  MESSAGE_BYTES_MAX,
  WIRE_VERSION_MAX,
  WRITE_BATCH_MAX,
} from "../server_facts.ts";

const CLIENT_METADATA_CANNOT_BE_MUTATED = 186;
const CLIENT_METADATA_DOCUMENT_TOO_LARGE = 187;
const CLIENT_METADATA_BYTES_MAX = 512;

const HELLO_ARGUMENTS = {
  backpressure: { type: "any", fate: "ignored" },
  client: { type: "object" },
  compression: { type: "array" },
  forShell: { type: "any", fate: "ignored" },
  helloOk: { type: "safeBool" },
  hostInfo: { type: "any", fate: "ignored" },
  internalClient: { type: "object", fate: "ignored" },
  loadBalanced: { type: "safeBool" },
  maxAwaitTimeMS: { type: "long", min: 0 },
  saslSupportedMechs: { type: "any", fate: "ignored" },
  speculativeAuthenticate: { type: "object" },
  topologyVersion: { type: "object" },
} as const;

type HelloArguments = ParsedArguments<keyof typeof HELLO_ARGUMENTS>;

function handshake(name: string, help: string, isLegacy: boolean): CommandDefinition {
  return defineCommand({
    name,
    aliases: isLegacy ? ["ismaster"] : [],
    help,
    auth: "none",
    apiVersion1: !isLegacy,
    isHandshake: true,
    takesAnyField: true,
    arguments: HELLO_ARGUMENTS,
    run: (context, args) => answer(context, args, isLegacy),
  });
}

export const hello: CommandDefinition = handshake(
  "hello",
  "Tells the server's role, its limits, and the set it is a member of.",
  false,
);

export const isMaster: CommandDefinition = handshake(
  "isMaster",
  "The old form of hello.",
  true,
);

function answer(
  context: CommandContext,
  args: HelloArguments,
  isLegacy: boolean,
): Reply | Promise<Reply> {
  rememberClient(context, args);
  const names = args.array("compression");
  const offered = names === undefined ? undefined : readNames(names);
  const known = args.document("topologyVersion");
  if (known === undefined) {
    if (offered === undefined) return writeAnswer(context, args, isLegacy, undefined);
    const agreed = negotiateCompressors(offered);
    context.connection.compressors = agreed;
    return loadCompressors(agreed).then(() => writeAnswer(context, args, isLegacy, agreed));
  }
  return answerChange(context, args, isLegacy, known);
}

function readNames(array: Uint8Array): string[] {
  const names: string[] = [];
  for (const { type, bytes, at } of elements(array)) {
    if (type === BsonType.String) names.push(readString(bytes, at));
  }
  return names;
}

function rememberClient(context: CommandContext, args: HelloArguments): void {
  const client = args.document("client");
  if (client === undefined) return;
  const { connection, server } = context;
  if (connection.clientMetadata !== undefined) {
    throw new CommandError(
      CLIENT_METADATA_CANNOT_BE_MUTATED,
      "The client metadata document may only be sent in the first hello",
    );
  }
  if (client.length > CLIENT_METADATA_BYTES_MAX) {
    throw new CommandError(
      CLIENT_METADATA_DOCUMENT_TOO_LARGE,
      `The client metadata document must be less then or equal to ${CLIENT_METADATA_BYTES_MAX} bytes`,
    );
  }
  connection.clientMetadata = client.slice();
  if (server.log.isDebug) {
    server.log.debug("NETWORK", "client metadata", {
      connection: connection.id,
      remote: connection.remoteAddress,
      application: connection.applicationName ?? "",
    });
  }
}

/** Answers when the topology differs from the one the client knows, or its patience is over. */
async function answerChange(
  context: CommandContext,
  args: HelloArguments,
  isLegacy: boolean,
  known: Uint8Array,
): Promise<Reply> {
  const { topology } = context.server;
  const awaitMs = args.int("maxAwaitTimeMS");
  if (awaitMs === undefined) {
    throw new CommandError(
      31368,
      "A request with a 'topologyVersion' must include 'maxAwaitTimeMS'",
    );
  }
  const { processId, counter } = readTopologyVersion(known);
  if (isSameProcess(processId, topology.processId)) {
    if (counter > topology.counter) {
      throw new CommandError(
        31382,
        `Received a topology version with counter: ${counter} which is greater than the server ` +
          `topology version counter: ${topology.counter}`,
      );
    }
    await topology.waitForChange(counter, awaitMs, context.operation);
    context.operation.checkInterrupt();
  }
  if (context.server.isStopping) {
    throw new CommandError(
      ErrorCode.ShutdownInProgress,
      "The server is in quiesce mode and will shut down",
    );
  }
  if (context.exhaustAllowed) context.exhaustRequest = nextRequest(context, awaitMs, isLegacy);
  return writeAnswer(context, args, isLegacy, undefined);
}

function readTopologyVersion(document: Uint8Array): { processId: Uint8Array; counter: number } {
  const processId = getField(document, "processId");
  const counter = getField(document, "counter");
  if (processId?.type !== BsonType.ObjectId || counter?.type !== BsonType.Int64) {
    throw new CommandError(
      ErrorCode.IDLFailedToParse,
      "BSON field 'topologyVersion.processId' is missing but a required field",
    );
  }
  return {
    processId: processId.bytes.subarray(processId.at, processId.at + 12),
    counter: readInt64AsNumber(counter.bytes, counter.at),
  };
}

function isSameProcess(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < 12; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The request that stands for the next answer of an exhaust hello: it waits for what comes after this answer. */
function nextRequest(context: CommandContext, awaitMs: number, isLegacy: boolean): Uint8Array {
  const { topology } = context.server;
  const writer = new BsonWriter();
  writer.startDocument();
  writer.int32(isLegacy ? "isMaster" : "hello", 1);
  writer.startDocument("topologyVersion");
  writer.objectId("processId", topology.processId);
  writer.int64("counter", BigInt(topology.counter));
  writer.end();
  writer.int64("maxAwaitTimeMS", BigInt(awaitMs));
  writer.string("$db", context.database);
  writer.end();
  return writer.bytes();
}

function writeAnswer(
  context: CommandContext,
  args: HelloArguments,
  isLegacy: boolean,
  compressors: readonly string[] | undefined,
): Reply {
  const { reply, server, connection } = context;
  if (args.boolean("helloOk")) reply.bool("helloOk", true);
  reply.bool(isLegacy ? "ismaster" : "isWritablePrimary", true);
  reply.startDocument("topologyVersion");
  reply.objectId("processId", server.topology.processId);
  reply.int64("counter", BigInt(server.topology.counter));
  reply.end();
  if (server.identity.setName !== undefined) writeSet(context, server.identity.setName);
  reply.int32("maxBsonObjectSize", DOCUMENT_BYTES_MAX);
  reply.int32("maxMessageSizeBytes", MESSAGE_BYTES_MAX);
  reply.int32("maxWriteBatchSize", WRITE_BATCH_MAX);
  reply.date("localTime", Date.now());
  reply.int32("logicalSessionTimeoutMinutes", SESSION_TIMEOUT_MINUTES);
  reply.int32("connectionId", connection.id);
  reply.int32("minWireVersion", 0);
  reply.int32("maxWireVersion", WIRE_VERSION_MAX);
  reply.bool("readOnly", false);
  if (compressors !== undefined && compressors.length > 0) {
    reply.startArray("compression");
    for (const name of compressors) reply.string(undefined, name);
    reply.end();
  }
  return reply;
}

function writeSet(context: CommandContext, setName: string): void {
  const { reply, connection, engine } = context;
  const time = engine.clock.operationTime;
  reply.startArray("hosts");
  reply.string(undefined, connection.localAddress);
  reply.end();
  reply.string("setName", setName);
  reply.int32("setVersion", 1);
  reply.bool("secondary", false);
  reply.string("primary", connection.localAddress);
  reply.string("me", connection.localAddress);
  reply.objectId("electionId", ELECTION_ID);
  reply.startDocument("lastWrite");
  writeOpTime(reply, "opTime", time);
  reply.date("lastWriteDate", wallTimeMs(time));
  writeOpTime(reply, "majorityOpTime", time);
  reply.date("majorityWriteDate", wallTimeMs(time));
  reply.end();
}
