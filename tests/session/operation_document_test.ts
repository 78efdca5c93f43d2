import assert from "node:assert/strict";
import { deserialize } from "bson";
import { documentFrom } from "../../src/bson/encode.ts";
import { CursorRegistry } from "../../src/session/cursors.ts";
import { Operation } from "../../src/session/operation.ts";
import { idleCursorDocument, operationDocument } from "../../src/session/operation_document.ts";
import { SessionRegistry } from "../../src/session/sessions.ts";

const scene = { host: "here:27017", sessions: new SessionRegistry() };

Deno.test("an operation of a client", () => {
  const session = scene.sessions.start(0);
  const operation = new Operation(7, {
    id: 3,
    remoteAddress: "127.0.0.1:5",
    clientMetadata: documentFrom({ driver: "d" }),
    applicationName: "app",
  });
  operation.commandName = "find";
  operation.namespace = "db.coll";
  operation.body = documentFrom({ find: "coll" });
  operation.planSummary = "COLLSCAN";
  operation.message = "halfway";
  operation.sessionKey = session.key;
  operation.kill();
  const shown = deserialize(operationDocument(operation, scene));
  assert.equal(shown.opid, 7);
  assert.equal(shown.op, "query");
  assert.equal(shown.appName, "app");
  assert.equal(shown.client, "127.0.0.1:5");
  assert.equal(shown.killPending, true);
  assert.deepEqual(shown.command, { find: "coll" });
  assert.equal(shown.planSummary, "COLLSCAN");
  assert.equal(shown.lsid.id.toString(), session.text);
});

Deno.test("an operation that reads from a cursor, and one that builds", () => {
  const reader = new Operation(1, undefined);
  reader.commandName = "getMore";
  reader.cursor = {
    id: 5n,
    keysBefore: 0,
    documentsBefore: 0,
    options: { command: documentFrom({ find: "coll" }) },
  };
  const shown = deserialize(operationDocument(reader, scene), { useBigInt64: true });
  assert.deepEqual([shown.op, shown.cursor.cursorId], ["getmore", 5n]);
  assert.deepEqual(shown.cursor.originatingCommand, { find: "coll" });
  const builder = new Operation(2, undefined);
  builder.message = "Index Build: scanning collection";
  builder.progress = { done: 25, total: 200 };
  const build = deserialize(operationDocument(builder, scene));
  assert.match(build.msg, /^Index Build: scanning collection .*: 25\/200 12%$/);
  assert.deepEqual([build.progress.done, build.progress.total], [25, 200]);
});

Deno.test("an operation without a client", () => {
  const shown = deserialize(operationDocument(new Operation(1, undefined), scene));
  assert.equal(shown.desc, "background");
  assert.deepEqual(shown.command, {});
});

Deno.test("an idle cursor", () => {
  const cursor = new CursorRegistry().create({
    source: { close: () => undefined },
    namespace: "db.coll",
    session: scene.sessions.start(0),
    command: documentFrom({ find: "coll" }),
    noTimeout: true,
  });
  const shown = deserialize(idleCursorDocument(cursor, scene), {
    promoteLongs: true,
    useBigInt64: true,
  });
  assert.equal(shown.type, "idleCursor");
  assert.equal(shown.cursor.cursorId, cursor.id);
  assert.equal(shown.cursor.noCursorTimeout, true);
  assert.deepEqual(shown.cursor.originatingCommand, { find: "coll" });
});
