import assert from "node:assert/strict";
import { deserialize, type Document } from "bson";
import { BsonWriter, documentFrom } from "../../src/bson/encode.ts";
import { CommandError } from "../../src/error.ts";
import {
  codeOf,
  copyFields,
  isRetryableWriteCode,
  labelsOf,
  writeError,
  writeLabels,
  writeOk,
} from "../../src/server/reply.ts";
import { ServerTopology } from "../../src/server/topology.ts";

const CLOCK = { seconds: 1234, increment: 56 };

function written(write: (reply: BsonWriter) => void): Document {
  const reply = new BsonWriter();
  reply.startDocument();
  write(reply);
  reply.end();
  return deserialize(reply.bytes(), { promoteValues: false });
}

Deno.test("ok is a double, and the times follow on a set", () => {
  const alone = written((reply) => writeOk(reply, undefined));
  assert.deepEqual(Object.keys(alone), ["ok"]);
  assert.equal(alone.ok._bsontype, "Double");
  const inSet = written((reply) => writeOk(reply, CLOCK));
  assert.deepEqual(Object.keys(inSet), ["ok", "$clusterTime", "operationTime"]);
  assert.deepEqual([inSet.operationTime.high, inSet.operationTime.low], [1234, 56]);
  assert.deepEqual(inSet.$clusterTime.clusterTime, inSet.operationTime);
  assert.equal(inSet.$clusterTime.signature.hash.length(), 20);
});

Deno.test("an error's reply has its code, name, info and labels", () => {
  const topology = new ServerTopology();
  const error = new CommandError(11000, "E11000 duplicate", {
    info: documentFrom({ keyValue: 1 }),
  });
  const shown = deserialize(
    (() => {
      const reply = new BsonWriter();
      reply.startDocument();
      writeError(reply, error, ["A"], { topology, isStopping: true, replyClock: undefined });
      reply.end();
      return reply.bytes();
    })(),
  );
  assert.deepEqual(shown, {
    ok: 0,
    errmsg: "E11000 duplicate",
    code: 11000,
    codeName: "DuplicateKey",
    keyValue: 1,
    errorLabels: ["A"],
  });
  const shownOf = (code: number, isStopping: boolean): Document =>
    written((reply) =>
      writeError(reply, new CommandError(code, "x"), [], {
        topology,
        isStopping,
        replyClock: CLOCK,
      })
    );
  const stopping = shownOf(91, true);
  assert.equal("errorLabels" in stopping, false);
  assert.deepEqual(new Uint8Array(stopping.topologyVersion.processId.id), topology.processId);
  assert.ok(stopping.operationTime);
  assert.equal(shownOf(91, false).topologyVersion, undefined, "a fail point's");
  assert.ok(shownOf(10107, false).topologyVersion);
});

Deno.test("labelsOf() adds RetryableWriteError for retryable writes and codes only", () => {
  assert.deepEqual(labelsOf(new CommandError(91, "x"), true), ["RetryableWriteError"]);
  assert.deepEqual(labelsOf(new CommandError(91, "x"), false), []);
  assert.deepEqual(labelsOf(new CommandError(2, "x"), true), []);
  const labelled = new CommandError(91, "x", { labels: ["RetryableWriteError"] });
  assert.deepEqual(labelsOf(labelled, true), ["RetryableWriteError"]);
  assert.equal(isRetryableWriteCode(10107), true);
});

Deno.test("writeLabels() writes nothing for none", () => {
  assert.deepEqual(written((reply) => writeLabels(reply, [])), {});
});

Deno.test("copyFields() copies fields into an open document", () => {
  const shown = written((reply) => {
    reply.int32("a", 1);
    copyFields(reply, documentFrom({ b: 2 }));
  });
  assert.deepEqual(Object.keys(shown), ["a", "b"]);
});

Deno.test("codeOf() reads the code of a write concern error", () => {
  assert.equal(codeOf(documentFrom({ code: 91, errmsg: "m" })), 91);
  assert.equal(codeOf(documentFrom({})), 0);
});
