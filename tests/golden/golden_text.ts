// An explain answer as a few lines: one per stage, indented, with what matters of it, then the totals and the rejected plans.

import { Decimal128, type Document, Long, MaxKey, MinKey, ObjectId, Timestamp } from "bson";

/** A value as mongosh would show it, on one line. */
export function valueText(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "undefined";
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (value instanceof Date) return `ISODate("${value.toISOString()}")`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof ObjectId) return `ObjectId("${value}")`;
  if (value instanceof Long) return String(value);
  if (value instanceof Decimal128) return `NumberDecimal("${value}")`;
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`;
  if (value instanceof MinKey) return "MinKey";
  if (value instanceof MaxKey) return "MaxKey";
  const fields = Object.entries(value).map(([name, one]) =>
    `${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)}: ${valueText(one)}`
  );
  return `{${fields.join(", ")}}`;
}

/** The lines of an explain reply with executionStats. */
export function replyLines(reply: Document): string[] {
  if (reply.ok !== 1) return [`error ${reply.code}: ${reply.errmsg}`];
  if (reply.stages === undefined) return planLines(reply);
  return reply.stages.flatMap((stage: Document) => {
    const [name] = Object.keys(stage);
    if (name === "$cursor") return ["$cursor", ...indented(planLines(stage.$cursor))];
    const lines = [`${name} ${valueText(stage[name])} -> ${stage.nReturned}`];
    if (stage.indexesUsed !== undefined) {
      const { indexesUsed, totalKeysExamined, totalDocsExamined, collectionScans } = stage;
      lines.push(
        `  indexes ${valueText(indexesUsed)}, keys ${totalKeysExamined}, ` +
          `docs ${totalDocsExamined}, scans ${collectionScans}`,
      );
    }
    return lines;
  });
}

function planLines({ queryPlanner, executionStats }: Document): string[] {
  const lines = stageLines(executionStats.executionStages);
  const { nReturned, totalKeysExamined, totalDocsExamined } = executionStats;
  lines.push(`returned ${nReturned}, keys ${totalKeysExamined}, docs ${totalDocsExamined}`);
  if (executionStats.executionSuccess !== true) {
    lines.push(`failed ${executionStats.errorCode}: ${executionStats.errorMessage}`);
  }
  for (const rejected of queryPlanner.rejectedPlans) {
    lines.push("rejected", ...indented(stageLines(rejected)));
  }
  return lines;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

export function stageLines(stage: Document): string[] {
  const lines = [stageLine(stage)];
  const bounds = stage.indexBounds ?? {};
  if (bounds.startKey !== undefined) {
    const start = bounds.startKeyInclusive ? "[" : "(";
    const end = bounds.endKeyInclusive ? "]" : ")";
    lines.push(`  ${start}${valueText(bounds.startKey)}, ${valueText(bounds.endKey)}${end}`);
  } else {
    for (const [path, texts] of Object.entries(bounds as Record<string, string[]>)) {
      lines.push(`  ${path}: ${texts.join(" ")}`);
    }
  }
  const inputs: Document[] = stage.inputStages ?? (stage.inputStage ? [stage.inputStage] : []);
  for (const input of inputs) lines.push(...indented(stageLines(input)));
  return lines;
}

/** Fields that are shown as `name value` after the stage. */
const NAMED: readonly string[] = [
  "filter",
  "type",
  "limitAmount",
  "skipAmount",
  "minRecord",
  "maxRecord",
  "dupsDropped",
  "nCounted",
  "nSkipped",
  "nMatched",
  "nWouldModify",
  "nWouldUpsert",
  "nWouldDelete",
  "projectionCovered",
];
const SILENT: ReadonlySet<unknown> = new Set([0, "simple", undefined]);

function stageLine(stage: Document): string {
  const words: string[] = [stage.stage];
  for (const name of ["keyPattern", "sortPattern", "transformBy", "projection"]) {
    const value = stage[name];
    if (value !== undefined) words.push(typeof value === "string" ? value : valueText(value));
  }
  if (stage.direction !== undefined) words.push(stage.direction);
  if (stage.isMultiKey) words.push(`multikey ${valueText(stage.multiKeyPaths)}`);
  if (stage.isUnique) words.push("unique");
  if (stage.isSparse) words.push("sparse");
  if (stage.isPartial) words.push("partial");
  if (stage.collation) words.push(`collation ${stage.collation.locale}`);
  for (const name of NAMED) {
    const value = stage[name];
    if (SILENT.has(value) && !name.startsWith("nWould")) continue;
    if (value !== undefined) words.push(`${name} ${valueText(value)}`);
  }
  if (stage.nReturned !== undefined) words.push(`-> ${stage.nReturned}`);
  return words.join(" ");
}
