// profile: reads and changes what the profiler of this database records.
// Manual: "profile (database command)".
//
// The level and the filter are the database's, slowms and sampleRate the server's. As in mongod any level but 0, 1 and 2 reads
// the settings, and a change of slowms or sampleRate happens also then.

import type { BsonWriter } from "../../bson/encode.ts";
import { documentFrom } from "../../bson/encode.ts";
import { documentText } from "../../bson/json.ts";
import { documentOf, elements, type RawValue, readString } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { ExpressionCompiler } from "../../expression/expression.ts";
import { compileQuery } from "../../query/filter.ts";
import { serialize } from "../../query/serialize.ts";
import type {
  DatabaseProfile,
  ProfileFilter,
  ProfileLevel,
  Profiler,
} from "../../session/profiler.ts";
import { integerAt, type ParsedArguments, wrongTypeError } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { PROFILE_FIELDS } from "../../session/profile_fields.ts";

const NOTE = "When a filter expression is set, slowms and sampleRate are not used for profiling " +
  "and slow-query log lines.";

export const profile = defineCommand({
  name: "profile",
  help: "Reads or sets the profiling level: {profile: -1}, {profile: 1, slowms: 50}.",
  auth: "required",
  counter: "command",
  arguments: {
    slowms: { type: "long" },
    sampleRate: { type: ["double", "int", "long"] },
    filter: { type: "any" },
  },
  run(context, args): Reply {
    const { database, reply, server: { profiler } } = context;
    const level = levelOf(args);
    const slowMs = args.int("slowms");
    const sampleRate = args.number("sampleRate");
    if (sampleRate !== undefined && !(sampleRate >= 0 && sampleRate <= 1)) {
      throw new CommandError(
        ErrorCode.BadValue,
        "'sampleRate' must be between 0.0 and 1.0 inclusive",
      );
    }
    const given = filterElement(context.body);
    const before = profiler.settings(database);
    const from = stateOf(before, profiler);
    const filter = given === undefined ? before.filter : parseFilter(given);
    if (level !== undefined || given !== undefined) {
      profiler.change(database, { level: level ?? before.level, filter });
    }
    writeSettings(reply, before, profiler);
    if (before.filter !== undefined || given !== undefined) reply.string("note", NOTE);
    if (slowMs !== undefined) profiler.slowMs = slowMs;
    if (sampleRate !== undefined) profiler.sampleRate = sampleRate;
    const isReading = level === undefined && given === undefined && slowMs === undefined &&
      sampleRate === undefined;
    if (!isReading) logChange(context, from);
    return reply;
  },
});

/** 0, 1 or 2; any other number asks for the level and leaves it. */
function levelOf(args: ParsedArguments): ProfileLevel | undefined {
  const { bytes, type, at } = args.target;
  if (!isNumericType(type)) throw wrongTypeError("profile.profile", type, "long");
  const level = integerAt(bytes, type, at);
  return level === 0 || level === 1 || level === 2 ? level : undefined;
}

/** The filter as it came: a null is not "not given" here, as it would be as an argument. */
function filterElement(body: Uint8Array): RawValue | undefined {
  for (const element of elements(body)) if (element.name === "filter") return element;
  return undefined;
}

/** A filter, or undefined for "unset". */
function parseFilter(given: RawValue): ProfileFilter | undefined {
  if (given.type === BsonType.String && readString(given.bytes, given.at) === "unset") {
    return undefined;
  }
  if (given.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.BadValue,
      "Expected an object, or the string 'unset'.",
    );
  }
  checkFields(documentOf(given));
  const now = BigInt(Date.now());
  // The request's bytes are gone when the filter is used.
  const compiled = compileQuery(documentOf(given).slice(), {
    now,
    expressionCompiler: new ExpressionCompiler({ now }),
  });
  return { document: serialize(compiled.expression), matches: compiled.matches };
}

/** A misspelled field would never match: the fields a profile has are known, so others are refused. */
function checkFields(filter: Uint8Array): void {
  for (const { name, bytes, type, at } of elements(filter)) {
    if (name === "$and" || name === "$or" || name === "$nor") {
      if (type !== BsonType.Array) continue;
      for (const clause of elements(bytes, at)) {
        if (clause.type === BsonType.Document) checkFields(documentOf(clause));
      }
    } else if (!name.startsWith("$") && !PROFILE_FIELDS.has(name.split(".")[0])) {
      throw new CommandError(4910200, `Profile filter is not allowed to depend on field: ${name}`);
    }
  }
}

function writeSettings(writer: BsonWriter, settings: DatabaseProfile, profiler: Profiler): void {
  writer.int32("was", settings.level);
  writer.int32("slowms", profiler.slowMs);
  writer.double("sampleRate", profiler.sampleRate);
  if (settings.filter !== undefined) writer.document("filter", settings.filter.document);
}

/** Settings for the log. */
function stateOf(settings: DatabaseProfile, profiler: Profiler): string {
  const { level, filter } = settings;
  const { sampleRate, slowMs } = profiler;
  const state = documentText(documentFrom({ level, slowms: slowMs, sampleRate }));
  return filter === undefined
    ? state
    : `${state.slice(0, -2)}, filter: ${documentText(filter.document)} }`;
}

function logChange({ database, server: { log, profiler } }: CommandContext, from: string): void {
  if (!log.isInfo) return;
  const to = stateOf(profiler.settings(database), profiler);
  log.info("COMMAND", "Profiler settings changed", { from, to, db: database });
}
