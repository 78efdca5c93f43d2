import assert from "node:assert/strict";
import { BsonWriter, documentFrom } from "../../src/bson/encode.ts";
import { WireError } from "../../src/wire/frame.ts";
import { finishOpReply, LEGACY_REPLY_PREFIX_BYTES, parseOpQuery } from "../../src/wire/op_query.ts";
import { Request } from "../../src/wire/request.ts";
import { opQuery } from "../server/test_server.ts";

function parse(bytes: Uint8Array): Request {
  const request = new Request();
  parseOpQuery(bytes, 0, bytes.length, request);
  return request;
}

const HELLO = documentFrom({ isMaster: 1 });

Deno.test("a command's database comes from the collection name", () => {
  const request = parse(opQuery("admin.$cmd", HELLO));
  assert.equal(request.isLegacy, true);
  assert.equal(request.legacyDatabase, "admin");
  assert.deepEqual(request.body, HELLO);
});

Deno.test("$query is unwrapped", () => {
  assert.deepEqual(parse(opQuery("admin.$cmd", documentFrom({ $query: HELLO }))).body, HELLO);
});

Deno.test("queries of collections and broken messages are no protocol", () => {
  assert.throws(() => parse(opQuery("db.coll", HELLO)), WireError);
  assert.throws(() => parse(opQuery("admin.$cmd", HELLO).slice(0, 30)), WireError);
  assert.throws(() => parse(new Uint8Array(22).fill(65)), WireError);
});

Deno.test("finishOpReply() tells of one document", () => {
  const writer = new BsonWriter();
  writer.append(new Uint8Array(LEGACY_REPLY_PREFIX_BYTES).fill(9));
  writer.append(HELLO);
  const bytes = writer.bytes();
  finishOpReply(bytes, 4, 3);
  const view = new DataView(bytes.buffer);
  assert.deepEqual(
    [0, 4, 8, 12, 16, 20, 24, 28, 32].map((at) => view.getInt32(at, true)),
    [bytes.length, 4, 3, 1, 8, 0, 0, 0, 1],
  );
});
