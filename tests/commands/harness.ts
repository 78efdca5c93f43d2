// One server in memory for command tests: requests go over a real socket as raw OP_MSG, so a test decides on every byte
// (lsid, txnNumber, field order), and replies come back whole, errors included. Tables of [command, expectation] are
// run one after the other on one database.

import assert from "node:assert/strict";
import { calculateObjectSize, type Document, Long, serialize, UUID } from "bson";
import { MongoClient } from "mongodb";
import { SecantusDBServer, type SecantusDBServerOptions } from "../../mod.ts";
import { opMsg, TestClient } from "../server/test_server.ts";

/** What a command is expected to give: fields of its reply, or the code and text (or part of it) of its error. */
export type Expectation =
  | Document
  | readonly [code: number | readonly number[], message: string | RegExp];
export type Row = readonly [command: Document, expected: Expectation];

/** A number outside its bounds: mongod 8 says 2, older ones 51024. */
export const OUT_OF_RANGE: readonly number[] = [2, 51024];

/** The value must be there; whatever it is. */
export const ANY: unique symbol = Symbol("any");
/** The field must not be there. */
export const NONE: unique symbol = Symbol("none");

export class Harness {
  readonly #server: SecantusDBServer;
  #socket: TestClient | undefined;
  #client: MongoClient | undefined;
  readonly log: string[];

  constructor(server: SecantusDBServer, log: string[]) {
    this.#server = server;
    this.log = log;
  }

  /** The driver's client, connected to the same server when first used. */
  get client(): MongoClient {
    return this.#client ??= new MongoClient(this.#server.uri, { monitorCommands: false });
  }

  get port(): number {
    return this.#server.port;
  }

  async connect(): Promise<TestClient> {
    return new TestClient(await Deno.connect({ hostname: "127.0.0.1", port: this.port }));
  }

  /** The reply to a command, also when it is an error. */
  async command(database: string, command: Document): Promise<Document> {
    this.#socket ??= await this.connect();
    const body = serialize({ ...command, $db: database }, { ignoreUndefined: true });
    await this.#socket.send(opMsg(body));
    return (await this.#socket.read()).document;
  }

  /** Runs a table: each row's reply must show what is expected of it. */
  async check(database: string, rows: readonly Row[]): Promise<void> {
    for (const [command, expected] of rows) {
      expectReply(await this.command(database, command), expected, command);
    }
  }

  /** The documents of a collection in natural order. */
  async documents(database: string, collection: string): Promise<Document[]> {
    const reply = await this.command(database, { find: collection, batchSize: 100_000 });
    assert.equal(reply.ok, 1, reply.errmsg);
    return reply.cursor.firstBatch;
  }

  async close(): Promise<void> {
    this.#socket?.[Symbol.dispose]();
    await this.#client?.close();
    await this.#server.stop();
  }
}

/** Runs a test against a fresh server. */
export async function withServer(
  test: (harness: Harness) => Promise<void>,
  options: SecantusDBServerOptions = {},
): Promise<void> {
  const log: string[] = [];
  const server = new SecantusDBServer({
    port: 0,
    storagePath: ":memory:",
    logLevel: "WARNING",
    logSink: ({ message }) => log.push(message),
    drainMs: 50,
    ...options,
  });
  await server.start();
  const harness = new Harness(server, log);
  try {
    await test(harness);
  } finally {
    await harness.close();
  }
}

/** Throws unless the reply shows what is expected. */
export function expectReply(reply: Document, expected: Expectation, command: Document): void {
  const text = `${show(command)} gave ${show(reply)}`;
  if (Array.isArray(expected)) {
    const [code, message] = expected;
    assert.equal(reply.ok, 0, text);
    assert.ok([code].flat().includes(reply.code), text);
    expectMatch(reply.errmsg, message, text);
    return;
  }
  assert.equal(reply.ok, 1, text);
  expectPart(reply, expected as Document, text);
}

function expectMatch(actual: unknown, expected: string | RegExp, text: string): void {
  if (typeof expected === "string") assert.equal(actual, expected, text);
  else assert.match(String(actual), expected, text);
}

/** Every field of `expected` must be in `actual`; arrays must have the same length. */
export function expectPart(actual: unknown, expected: unknown, text: string): void {
  if (expected === ANY) {
    assert.notEqual(actual, undefined, text);
  } else if (expected instanceof RegExp) {
    assert.match(String(actual), expected, text);
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), text);
    assert.equal(actual.length, expected.length, text);
    expected.forEach((item, i) => expectPart(actual[i], item, `[${i}] ${text}`));
  } else if (isPlainObject(expected)) {
    for (const [name, value] of Object.entries(expected)) {
      const field = (actual as Document | undefined)?.[name];
      if (value === NONE) assert.equal(field, undefined, `${name}: ${text}`);
      else expectPart(field, value, `${name}: ${text}`);
    }
  } else {
    assert.deepEqual(actual, expected, text);
  }
}

function isPlainObject(value: unknown): value is Document {
  return value !== null && typeof value === "object" &&
    Object.getPrototypeOf(value) === Object.prototype;
}

function show(document: Document): string {
  const isLarge = calculateObjectSize(document, { ignoreUndefined: true }) > 4000;
  return isLarge ? `${JSON.stringify(document).slice(0, 300)}...` : Deno.inspect(document, {
    depth: 12,
    compact: true,
    breakLength: 1000,
  });
}

/** lsid and txnNumber of a retryable write in a session of its own. */
export function retryable(txnNumber: number, session: UUID = new UUID()): Document {
  return { lsid: { id: session }, txnNumber: Long.fromNumber(txnNumber) };
}
