// Runs a golden script against a server: each script has a database of its own with one collection, `c`, and a second, `d`.

import assert from "node:assert/strict";
import type { Document } from "bson";
import type { Harness } from "../commands/harness.ts";
import { insertedDocuments, parseStatement, scriptLines, type Statement } from "./golden_script.ts";
import { replyLines, valueText } from "./golden_text.ts";

const COLLECTION = "c";

/** The script with the output of every query below it. */
export async function runScript(
  server: Harness,
  database: string,
  script: string,
): Promise<string> {
  const output: string[] = [];
  for (const line of scriptLines(script)) {
    output.push(line);
    try {
      const lines = await runLine(server, database, line);
      output.push(...lines.map((one) => `  ${one}`));
    } catch (error) {
      throw new Error(`in ${database}: ${line}`, { cause: error });
    }
  }
  return output.join("\n");
}

async function runLine(server: Harness, database: string, line: string): Promise<string[]> {
  const inserting = /^insert(?:Into (\w+))? (.*)$/.exec(line);
  if (inserting !== null) {
    const documents = insertedDocuments(inserting[2]);
    await must(server, database, { insert: inserting[1] ?? COLLECTION, documents });
    return [];
  }
  const statement = parseStatement(line);
  if (statement === undefined) return [];
  const setUp = setUpCommand(statement);
  if (setUp !== undefined) {
    await must(server, database, setUp);
    return [];
  }
  const explain = queryCommand(statement);
  const reply = await server.command(database, { explain, verbosity: "executionStats" });
  if (statement.word === "parsed") return [valueText(reply.queryPlanner.parsedQuery)];
  if (reply.ok === 1 && reply.stages === undefined) checkSameStages(reply);
  return replyLines(reply);
}

async function must(server: Harness, database: string, command: Document): Promise<void> {
  const reply = await server.command(database, command);
  assert.equal(reply.ok, 1, `${valueText(command)}: ${reply.errmsg}`);
  assert.equal(reply.writeErrors, undefined, valueText(reply));
}

/** A command that prepares; undefined for one that is explained. */
function setUpCommand({ word, values, options }: Statement): Document | undefined {
  switch (word) {
    case "createIndex": {
      const [key, given] = values as [Document, Document | undefined];
      const name = Object.entries(key).map(([path, kind]) => `${path}_${kind}`).join("_");
      const collection = (options.on as string | undefined) ?? COLLECTION;
      return { createIndexes: collection, indexes: [{ key, name, ...given }] };
    }
    case "create":
      return { create: COLLECTION, ...(values[0] as Document) };
    case "drop":
      return { drop: COLLECTION };
    case "run":
      return values[0] as Document;
    default:
      return undefined;
  }
}

/** The command that is explained. */
function queryCommand({ word, values, options }: Statement): Document {
  const [first, second] = values as Document[];
  switch (word) {
    case "find":
    case "parsed": {
      const { from, ...rest } = options;
      return { find: from ?? COLLECTION, filter: first ?? {}, ...rest };
    }
    case "count":
      return { count: COLLECTION, query: first ?? {}, ...options };
    case "distinct":
      return { distinct: COLLECTION, key: first, query: second ?? {}, ...options };
    case "aggregate":
      return { aggregate: COLLECTION, pipeline: first, cursor: {}, ...options };
    case "update":
      return { update: COLLECTION, updates: [{ q: first, u: second, ...options }] };
    case "delete":
      return { delete: COLLECTION, deletes: [{ q: first, limit: 0, ...options }] };
    case "findAndModify":
      return { findAndModify: COLLECTION, query: first, ...options };
    default:
      throw new Error(`unknown statement ${word}`);
  }
}

/** What is planned is what is run. */
function checkSameStages({ queryPlanner, executionStats }: Document): void {
  const names = (stage: Document): unknown => [
    stage.stage,
    (stage.inputStages ?? [stage.inputStage]).filter(Boolean).map(names),
  ];
  assert.deepEqual(names(executionStats.executionStages), names(queryPlanner.winningPlan));
}
