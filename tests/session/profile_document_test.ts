import assert from "node:assert/strict";
import { deserialize, serialize } from "bson";
import { Operation } from "../../src/session/operation.ts";
import { profileDocument, statementDocument } from "../../src/session/profile_document.ts";
import { PROFILE_FIELDS } from "../../src/session/profile_fields.ts";

function operation(): Operation {
  const made = new Operation(1, {
    id: 3,
    remoteAddress: "[::1]:5000",
    clientMetadata: undefined,
    applicationName: "app",
  });
  made.commandName = "update";
  made.namespace = "d.c";
  made.body = serialize({ update: "c" });
  return made;
}

Deno.test("a document without a plan has mongod's fields in their order", () => {
  const document = deserialize(profileDocument({
    operation: operation(),
    database: "d",
    tookMs: 12.7,
    reply: serialize({ n: 1, nModified: 1, ok: 1 }),
    replyBytes: 99,
  }));
  assert.deepEqual(Object.keys(document), [
    "op",
    "ns",
    "command",
    "nMatched",
    "nModified",
    "numYield",
    "locks",
    "flowControl",
    "storage",
    "responseLength",
    "protocol",
    "millis",
    "ts",
    "client",
    "appName",
    "allUsers",
    "user",
  ]);
  assert.deepEqual([document.millis, document.client, document.responseLength], [12, "::1", 99]);
  for (const name of Object.keys(document)) assert.ok(PROFILE_FIELDS.has(name), name);
});

Deno.test("an update statement shows its defaults, a delete is as it came", () => {
  const note = {
    holder: undefined,
    tookMs: 1,
    matched: 0,
    modified: 0,
    upserted: 0,
    error: undefined,
  };
  const update = serialize({ q: {}, u: {}, upsert: true });
  const shown = deserialize(statementDocument(operation(), { ...note, document: update }));
  assert.deepEqual(shown.command, { q: {}, u: {}, upsert: true, multi: false });
  const remove = serialize({ q: {}, limit: 1 });
  const gone = statementDocument(operation(), { ...note, document: remove, modified: undefined });
  assert.deepEqual(deserialize(gone).command, { q: {}, limit: 1 });
});
