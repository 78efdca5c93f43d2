// What the plan tests share: indexes written by hand, filters from literals, and plans as short text.

import { BSON, type Document } from "bson";
import { planQuery, type QueryRequest } from "../../src/plan/choose.ts";
import { intervalTexts } from "../../src/index/interval.ts";
import { inputsOf, type PlanNode } from "../../src/plan/node.ts";
import type { PlannerIndex } from "../../src/plan/planner_index.ts";
import { type CompiledFilter, compileQuery } from "../../src/query/filter.ts";
import type { MatchExpression } from "../../src/query/match_expression.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { parseCollation } from "../../src/bson/collation.ts";

export function bson(literal: Document): Uint8Array {
  return new Uint8Array(BSON.serialize(literal));
}

export interface IndexOptions {
  readonly unique?: boolean;
  readonly sparse?: boolean;
  readonly isUsable?: boolean;
  readonly partial?: Document;
  readonly collation?: Document;
  /** Bit masks per field. */
  readonly multikey?: readonly number[];
}

/** An index as the planner sees it: index({ a: 1, b: -1 }). */
export function index(pattern: Record<string, 1 | -1>, options: IndexOptions = {}): PlannerIndex {
  const parts = Object.entries(pattern).map(([path, direction]) => ({ path, direction }));
  return {
    name: parts.map(({ path, direction }) => `${path}_${direction}`).join("_"),
    parts,
    isUnique: options.unique ?? false,
    isUsable: options.isUsable ?? true,
    multikeyParts: options.multikey,
    spec: {
      collation: options.collation === undefined
        ? undefined
        : parseCollation(bson(options.collation)),
      keyPattern: bson(pattern),
      partialFilter: options.partial === undefined ? undefined : bson(options.partial),
      sparse: options.sparse ?? false,
      unique: options.unique ?? false,
    },
  };
}

export function filterOf(literal: Document): CompiledFilter {
  return compileQuery(bson(literal), { now: 0n });
}

export function expressionOf(literal: Document): MatchExpression {
  return filterOf(literal).expression;
}

export interface Question extends Omit<QueryRequest, "filter" | "sort"> {
  readonly filter?: Document;
  readonly sort?: Document;
}

export function plan(indexes: readonly PlannerIndex[], question: Question) {
  const { filter, sort, ...rest } = question;
  return planQuery({ indexes }, {
    ...rest,
    filter: filterOf(filter ?? {}),
    sort: sort === undefined ? undefined : parseSort(bson(sort)),
  });
}

/** A plan on one line: "SORT > FETCH(a) > IXSCAN a_1 [5, 5]". */
export function planText(node: PlanNode): string {
  const inputs = inputsOf(node).map(planText);
  const own = stageText(node);
  if (inputs.length === 0) return own;
  return `${own} > ${inputs.length === 1 ? inputs[0] : `(${inputs.join("; ")})`}`;
}

function stageText(node: PlanNode): string {
  switch (node.stage) {
    case "IXSCAN": {
      const bounds = node.bounds.map(({ intervals, descending }) =>
        intervalTexts(intervals, descending === node.forward).join(" ")
      );
      const direction = node.forward ? "" : " backward";
      const tested = node.filtering === undefined ? "" : "+filter";
      return `IXSCAN${tested} ${node.index.name}${direction} ${bounds.join(" | ")}`;
    }
    case "COLLSCAN":
      return node.forward ? "COLLSCAN" : "COLLSCAN backward";
    case "FETCH":
      return node.filter === undefined ? "FETCH" : "FETCH+filter";
    case "SORT":
      return node.limit > 0 ? `SORT limit ${node.limit}` : "SORT";
    case "LIMIT":
      return `LIMIT ${node.limit}`;
    case "SKIP":
      return `SKIP ${node.skip}`;
    default:
      return node.stage;
  }
}
