// Law: whatever command document arrives, it is answered in time with a result or an error that has a code of its own,
// never InternalError (1) nor UnknownError (8), and data of other databases are unharmed.
//
// Run alone: deno run -A tests/fuzz/bad_commands.ts [seed] [cases]. It tells how often each code was the answer.

import assert from "node:assert/strict";
import { type Document, serialize } from "bson";
import { SecantusDBServer } from "../../mod.ts";
import { opMsg, TestClient } from "../server/test_server.ts";
import { mutateCommand } from "./command_mutation.ts";
import { COMMANDS, FUZZED } from "./command_samples.ts";
import { freshSeed, Random } from "./generate.ts";

const TIME_LIMIT_MS = 2000;
const KEPT = "kept";
const C = "c";

/** How often each code was the answer; 0 is a success. */
export type Answers = Map<number, number>;

/** Runs `cases` mutated commands; throws with every distinct problem. */
export async function fuzzBadCommands(seed: number, cases: number): Promise<Answers> {
  const answers: Answers = new Map();
  const random = new Random(seed);
  const problems = new Map<string, string>();
  const server = new SecantusDBServer({
    port: 0,
    storagePath: ":memory:",
    logLevel: "ERROR",
    logSink: ({ message, attributes }) =>
      problems.set(`log: ${message} ${attributes?.stack ?? ""}`.slice(0, 400), ""),
    drainMs: 50,
  });
  await server.start();
  try {
    const before = await prepareKept(server.port);
    let client = await connect(server.port);
    for (let i = 0; i < cases; i++) {
      if (i % 250 === 0) await prepareFuzzed(server.port);
      const { bytes, text } = mutateCommand(random, ...COMMANDS[random.below(COMMANDS.length)]);
      const problem = await run(client, bytes, answers);
      if (problem === undefined) continue;
      if (!problems.has(problem)) problems.set(problem, text());
      if (problem.startsWith("hangs") || problem.startsWith("closed")) {
        client[Symbol.dispose]();
        client = await connect(server.port);
      }
    }
    client[Symbol.dispose]();
    assert.deepEqual(await readKept(server.port), before, "the sentinel was harmed");
  } finally {
    await server.stop();
  }
  const list = [...problems].map(([problem, text]) => `${problem}\n    ${text}`);
  assert.equal(list.length, 0, `seed ${seed}: ${list.length} problems\n${list.join("\n")}`);
  return answers;
}

async function connect(port: number): Promise<TestClient> {
  return new TestClient(await Deno.connect({ hostname: "127.0.0.1", port }));
}

/** What is wrong with the answer; undefined when nothing is. */
async function run(
  client: TestClient,
  body: Uint8Array,
  answers: Answers,
): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), TIME_LIMIT_MS);
  });
  try {
    await client.send(opMsg(body));
    const answer = client.read();
    const first = await Promise.race([answer, limit]);
    if (first === "late") {
      answer.catch(() => {});
      return "hangs";
    }
    const { ok, code, errmsg, writeErrors, cursor } = first.document;
    const told = ok === 0 ? code : writeErrors?.[0]?.code ?? 0;
    answers.set(told, (answers.get(told) ?? 0) + 1);
    if (ok === 0 && isBadCode(code)) return `${code}: ${errmsg}`;
    for (const error of [...(writeErrors ?? []), ...(cursor?.firstBatch ?? [])]) {
      if (error?.errmsg !== undefined && isBadCode(error.code)) {
        return `${error.code}: ${error.errmsg}`;
      }
    }
    return ok === 0 || ok === 1 ? undefined : `ok is ${ok}`;
  } catch (error) {
    const { message } = error as Error;
    // An echoed regular expression that JavaScript does not know: the reply was read all the same.
    return message.startsWith("Invalid regular expression") ? undefined : `closed: ${message}`;
  } finally {
    clearTimeout(timer);
  }
}

function isBadCode(code: unknown): boolean {
  return typeof code !== "number" || code === 1 || code === 8;
}

async function setUp(port: number, database: string, commands: readonly Document[]): Promise<void> {
  using client = await connect(port);
  for (const command of commands) {
    await client.send(opMsg(serialize({ ...command, $db: database })));
    const { document } = await client.read();
    assert.equal(document.ok, 1, document.errmsg);
  }
}

const KEPT_DOCUMENTS = Array.from({ length: 200 }, (_, _id) => ({ _id, a: _id % 7, l: [_id] }));

async function prepareKept(port: number): Promise<Document> {
  await setUp(port, KEPT, [
    { insert: "s", documents: KEPT_DOCUMENTS },
    { createIndexes: "s", indexes: [{ key: { a: 1 }, name: "a" }, { key: { l: 1 }, name: "l" }] },
  ]);
  return await readKept(port);
}

async function readKept(port: number): Promise<Document> {
  using client = await connect(port);
  const found: Document = {};
  for (const command of [{ find: "s", batchSize: 1000 }, { validate: "s", full: true }]) {
    await client.send(opMsg(serialize({ ...command, $db: KEPT })));
    const { document } = await client.read();
    delete document.$clusterTime;
    delete document.operationTime;
    Object.assign(found, document);
  }
  assert.equal(found.cursor.firstBatch.length, KEPT_DOCUMENTS.length);
  assert.equal(found.valid, true);
  return found;
}

async function prepareFuzzed(port: number): Promise<void> {
  const documents = Array.from({ length: 20 }, (_, i) => ({
    a: i,
    b: "x".repeat(i % 3),
    l: [i, i + 1, { o: i }],
    n: { m: i % 2 === 0 ? i : [i, { o: 1 }] },
  }));
  await setUp(port, FUZZED, [
    { dropDatabase: 1 },
    { insert: C, documents },
    { createIndexes: C, indexes: [{ key: { a: 1 }, name: "a_1" }] },
    { create: "capped", capped: true, size: 4096 },
    { insert: "capped", documents: [{ a: 1 }, { a: 2 }] },
    { create: "v", viewOn: C, pipeline: [{ $match: { a: { $gt: 3 } } }] },
    { insert: "d", documents: [{ a: 1 }] },
  ]);
}

if (import.meta.main) {
  const seed = Number(Deno.args[0] ?? freshSeed());
  console.log(`seed ${seed}`);
  const answers = await fuzzBadCommands(seed, Number(Deno.args[1] ?? 10_000));
  console.log(new Map([...answers].sort(([, a], [, b]) => b - a)));
}
