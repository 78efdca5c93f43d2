import assert from "node:assert/strict";
import { BsonWriter } from "../../src/bson/encode.ts";
import { DEFAULT_READ_CONCERN } from "../../src/commands/concerns.ts";
import type { ConnectionState } from "../../src/commands/definition.ts";
import { ping } from "../../src/commands/connection/ping.ts";
import { RequestContext } from "../../src/server/request_context.ts";
import { Operation } from "../../src/session/operation.ts";
import { Request } from "../../src/wire/request.ts";
import { TestServer } from "./test_server.ts";

Deno.test("reset() forgets the request before", async () => {
  await using test = new TestServer();
  const request = new Request();
  const context = new RequestContext(test.server, {} as ConnectionState, new BsonWriter(), request);
  context.session = test.server.sessions.start(0);
  context.exhaustRequest = new Uint8Array(1);
  context.isRetryableWrite = true;
  context.failPointLabels = ["x"];
  const operation = new Operation(1, undefined);
  context.reset(ping, operation);
  assert.equal(context.session, undefined);
  assert.equal(context.exhaustRequest, undefined);
  assert.equal(context.isRetryableWrite, false);
  assert.equal(context.failPointLabels, undefined);
  assert.equal(context.readConcern, DEFAULT_READ_CONCERN);
  assert.equal(context.operation, operation);
  request.exhaustAllowed = true;
  assert.equal(context.exhaustAllowed, true);
});
