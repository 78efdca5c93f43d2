// What a finished operation did, in the figures that mongod's profiler and slow-query log show.
//
// Nothing of it is kept while the operation runs: keys and documents examined stand in the statistics of its plan, numbers of
// documents returned or written in its reply. Both are read here, once, when the operation turned out to be worth a report.
// Work of inner pipelines ($lookup) is not in the figures, only that of the plan the operation reads from.

import { rawToNumber } from "../bson/number.ts";
import { elements, getField, type RawValue, readInt64, readString } from "../bson/read.ts";
import { BsonType, isNumericType } from "../bson/type.ts";
import { allNodes, type PlanNode } from "../plan/node.ts";
import { hashText, planCacheShapeHash } from "../plan/query_shape.ts";
import type { Operation } from "./operation.ts";
import {
  addExamined,
  type PlanHolder,
  type RunningPlan,
  type StatementNote,
  summaryOf,
} from "./operation_plan.ts";
import { shownTree, type ShownWrite } from "./profile_plan.ts";

/** Figures of one operation or statement; what does not apply is undefined. */
export interface WorkReport {
  readonly planSummary: string;
  /** The tree to show. */
  readonly root: PlanNode | undefined;
  readonly shapeHash: string | undefined;
  readonly planCacheKey: string | undefined;
  readonly keysExamined: number | undefined;
  readonly documentsExamined: number | undefined;
  readonly hasSortStage: boolean;
  readonly fromMultiPlanner: boolean;
  readonly fromPlanCache: boolean;
  readonly replanned: boolean;
  readonly usedDisk: boolean;
  readonly matched: number | undefined;
  readonly modified: number | undefined;
  readonly inserted: number | undefined;
  readonly deleted: number | undefined;
  readonly upserted: number | undefined;
  readonly returned: number | undefined;
  readonly cursorId: bigint | undefined;
  readonly cursorExhausted: boolean;
  readonly error: ReportedError | undefined;
}

export interface ReportedError {
  readonly code: number;
  readonly codeName: string;
  readonly message: string;
}

/** What a plan tells. */
type Planned = Pick<
  WorkReport,
  | "fromMultiPlanner"
  | "fromPlanCache"
  | "hasSortStage"
  | "planCacheKey"
  | "replanned"
  | "shapeHash"
  | "usedDisk"
>;

/** What a reply tells. */
type Answered = Pick<
  WorkReport,
  | "matched"
  | "modified"
  | "inserted"
  | "deleted"
  | "upserted"
  | "returned"
  | "cursorId"
  | "cursorExhausted"
  | "error"
>;

const NOTHING_ANSWERED: Answered = {
  matched: undefined,
  modified: undefined,
  inserted: undefined,
  deleted: undefined,
  upserted: undefined,
  returned: undefined,
  cursorId: undefined,
  cursorExhausted: false,
  error: undefined,
};

/** The report of a whole operation; `reply` is the document it answered with, undefined when the client got none. */
export function reportOf(operation: Operation, reply: Uint8Array | undefined): WorkReport {
  const { commandName, cursor, holder } = operation;
  const answered = reply === undefined
    ? NOTHING_ANSWERED
    : answeredBy(commandName, reply, cursor?.id);
  const isDelete = answered.deleted !== undefined;
  const planSummary = holder === undefined
    ? operation.planSummary
    : summaryOf(holder, isDelete) || operation.planSummary;
  const planned = plannedBy(holder);
  if (planSummary === "") {
    return { ...planned, ...answered, ...NOT_EXAMINED, planSummary, root: undefined };
  }
  const sum = operation.examinedBefore ?? { keys: 0, documents: 0 };
  const { keys, documents } = addExamined(holder?.plan, { ...sum });
  const found = holder?.plan === undefined ? foundByExpress(answered) : 0;
  const documentsExamined = documents + found - (cursor?.documentsBefore ?? 0);
  return {
    ...planned,
    ...answered,
    planSummary,
    keysExamined: keys + found - (cursor?.keysBefore ?? 0),
    documentsExamined,
    root: shownTree({
      root: holder?.plan?.root,
      isExpress: holder?.plan === undefined,
      documentsExamined,
      write: isWrite(answered) ? shownWrite(answered, isDelete, false) : undefined,
    }),
  };
}

const NOT_EXAMINED = { keysExamined: undefined, documentsExamined: undefined };

/** The report of one statement of an update or delete. */
export function statementReport(note: StatementNote): WorkReport {
  const { error, holder } = note;
  const plan = holder?.plan;
  const isDelete = note.modified === undefined;
  const examined = addExamined(plan, { keys: 0, documents: 0 });
  if (plan === undefined) examined.keys = examined.documents = note.matched;
  const answered: Answered = {
    ...NOTHING_ANSWERED,
    matched: isDelete ? undefined : note.matched,
    modified: note.modified,
    deleted: isDelete ? note.matched : undefined,
    upserted: note.upserted > 0 ? note.upserted : undefined,
    error: error && { code: error.code, codeName: error.codeName, message: error.message },
  };
  return {
    ...plannedBy(holder),
    ...answered,
    planSummary: summaryOf(holder, isDelete),
    keysExamined: examined.keys,
    documentsExamined: examined.documents,
    root: shownTree({
      root: plan?.root,
      isExpress: holder?.id !== undefined,
      documentsExamined: examined.documents,
      write: shownWrite(answered, isDelete, isDelete && plan?.root.stage !== "LIMIT"),
    }),
  };
}

function isWrite({ deleted, matched }: Answered): boolean {
  return deleted !== undefined || matched !== undefined;
}

function shownWrite(answered: Answered, isDelete: boolean, isMany: boolean): ShownWrite {
  const { deleted, matched, modified = 0, upserted = 0 } = answered;
  return { isDelete, isMany, found: deleted ?? matched ?? 0, modified, upserted };
}

/** The express path looks at what it finds and nothing else. */
function foundByExpress(answered: Answered): number {
  return answered.returned ?? answered.deleted ?? answered.matched ?? 0;
}

function plannedBy(holder: PlanHolder | undefined): Planned {
  const plan: RunningPlan | undefined = holder?.plan;
  let hasSortStage = holder?.rest?.some(({ name }) => name === "$sort") ?? false;
  let usedDisk = false;
  if (plan !== undefined) {
    for (const node of allNodes(plan.root)) {
      if (node.stage !== "SORT") continue;
      hasSortStage = true;
      usedDisk ||= node.sortStatistics?.usedDisk ?? false;
    }
  }
  const choice = plan?.choice;
  return {
    shapeHash: shapeOf(holder),
    planCacheKey: plan === undefined ? undefined : planCacheKeyOf(plan),
    fromMultiPlanner: choice !== undefined && (choice.cached === undefined || choice.isReplanned),
    fromPlanCache: choice?.cached !== undefined && !choice.isReplanned,
    replanned: choice?.isReplanned ?? false,
    hasSortStage,
    usedDisk,
  };
}

/** As explain shows it; undefined where there is no shape. */
function planCacheKeyOf({ planCacheKey, request, summary }: RunningPlan): string | undefined {
  if (request === undefined) return undefined;
  return planCacheKey ?? hashText(planCacheShapeHash(request) + summary);
}

/** The hash of the query's shape; undefined where no plan was made. */
export function shapeOf(holder: PlanHolder | undefined): string | undefined {
  const request = holder?.plan?.request;
  return request === undefined ? undefined : planCacheShapeHash(request);
}

/** Reads the figures that a command's reply shows its client. */
function answeredBy(command: string, reply: Uint8Array, cursorId: bigint | undefined): Answered {
  const ok = getField(reply, "ok");
  if (ok === undefined || numberOf(ok) !== 1) {
    return { ...NOTHING_ANSWERED, cursorId, error: errorOf(reply) };
  }
  switch (command) {
    case "insert":
      return { ...NOTHING_ANSWERED, inserted: count(reply, "n") };
    case "delete":
      return { ...NOTHING_ANSWERED, deleted: count(reply, "n") };
    case "update": {
      const upserted = lengthOf(getField(reply, "upserted")) ?? 0;
      return {
        ...NOTHING_ANSWERED,
        matched: (count(reply, "n") ?? 0) - upserted,
        modified: count(reply, "nModified"),
        upserted: upserted > 0 ? upserted : undefined,
      };
    }
    case "findAndModify":
      return findAndModifyAnswer(reply);
    default:
      return cursorAnswer(reply, cursorId);
  }
}

function findAndModifyAnswer(reply: Uint8Array): Answered {
  const last = getField(reply, "lastErrorObject");
  if (last?.type !== BsonType.Document) return NOTHING_ANSWERED;
  const field = (name: string): RawValue | undefined => getField(last.bytes, name, last.at);
  const n = numberOf(field("n"));
  const updatedExisting = field("updatedExisting");
  if (updatedExisting === undefined) return { ...NOTHING_ANSWERED, deleted: n };
  const isUpsert = field("upserted") !== undefined;
  const updated = isUpsert ? 0 : n;
  return {
    ...NOTHING_ANSWERED,
    matched: updated,
    modified: updated,
    upserted: isUpsert ? 1 : undefined,
  };
}

function cursorAnswer(reply: Uint8Array, cursorId: bigint | undefined): Answered {
  const cursor = getField(reply, "cursor");
  if (cursor?.type !== BsonType.Document) return NOTHING_ANSWERED;
  let returned: number | undefined;
  let id = 0n;
  for (const field of elements(cursor.bytes, cursor.at)) {
    if (field.name === "firstBatch" || field.name === "nextBatch") returned = lengthOf(field);
    else if (field.name === "id") id = readInt64(field.bytes, field.at);
  }
  return {
    ...NOTHING_ANSWERED,
    returned,
    cursorId: id === 0n ? cursorId : id,
    cursorExhausted: id === 0n,
  };
}

function lengthOf(array: RawValue | undefined): number | undefined {
  if (array?.type !== BsonType.Array) return undefined;
  let length = 0;
  for (const _ of elements(array.bytes, array.at)) length++;
  return length;
}

function numberOf(value: RawValue | undefined): number {
  return value === undefined || !isNumericType(value.type)
    ? 0
    : rawToNumber(value.bytes, value.type, value.at);
}

function count(reply: Uint8Array, name: string): number | undefined {
  const field = getField(reply, name);
  return field === undefined ? undefined : numberOf(field);
}

function errorOf(reply: Uint8Array): ReportedError | undefined {
  const code = getField(reply, "code");
  if (code === undefined) return undefined;
  return {
    code: numberOf(code),
    codeName: textOf(getField(reply, "codeName")),
    message: textOf(getField(reply, "errmsg")),
  };
}

function textOf(value: RawValue | undefined): string {
  return value?.type === BsonType.String ? readString(value.bytes, value.at) : "";
}
