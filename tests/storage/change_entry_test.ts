import assert from "node:assert/strict";
import { findElement, nameBytes } from "../../src/bson/read.ts";
import { validateDocument } from "../../src/bson/validate.ts";
import { ChangeEntryWriter, namespaceElements } from "../../src/storage/change_entry.ts";
import { recordIdOfTimestamp } from "../../src/storage/clock.ts";
import { doc, text } from "./fixture.ts";

const UUID = new Uint8Array(16).fill(0xab);
const TIME = recordIdOfTimestamp((1_700_000_000n << 32n) | 7n);
const TAIL = "ts: Timestamp(1700000000, 7), t: 1, v: 2, wall: new Date(1700000000123)";

function checked(writer: ChangeEntryWriter): string {
  const bytes = writer.bytes();
  assert.equal(validateDocument(bytes, 0, bytes.length), bytes.length);
  return text(bytes);
}

Deno.test("an insert entry", () => {
  const writer = new ChangeEntryWriter();
  const document = doc({ a: 1, _id: "x" });
  const idAt = findElement(document, 0, nameBytes("_id"));
  writer.begin("i", namespaceElements("db.c", UUID), undefined);
  writer.document("o", document, 0, document.length);
  writer.idDocument("o2", document, idAt, document.length - 1);
  writer.finish(TIME, 1_700_000_000_123, undefined);
  assert.equal(
    checked(writer),
    '{ op: "i", ns: "db.c", ui: UUID("abababab-abab-abab-abab-abababababab"), o: { a: 1, _id: "x" }, ' +
      `o2: { _id: "x" }, ${TAIL} }`,
  );
});

Deno.test("entries of retryable writes carry session, statement and the previous entry", () => {
  const writer = new ChangeEntryWriter();
  const origin = { lsid: doc({ id: 1 }), txnNumber: 5n, statementId: 2, previous: 0 };
  writer.begin("d", namespaceElements("db.c", undefined), origin);
  const id = doc({ _id: 1 });
  writer.idDocument("o", id, 4, id.length - 1);
  writer.finish(TIME, 1_700_000_000_123, origin);
  assert.equal(
    checked(writer),
    '{ lsid: { id: 1 }, txnNumber: 5, op: "d", ns: "db.c", o: { _id: 1 }, stmtId: 2, ' +
      `${TAIL}, prevOpTime: { ts: Timestamp(0, 0), t: -1 } }`,
  );
});

Deno.test("large documents and small ones reuse the buffer", () => {
  const writer = new ChangeEntryWriter();
  for (const size of [10, 100_000, 10]) {
    const document = doc({ _id: "y".repeat(size) });
    writer.begin("i", namespaceElements("db.c", UUID), undefined);
    writer.document("o", document, 0, document.length);
    writer.idDocument("o2", document, 4, document.length - 1);
    writer.finish(TIME, 0, undefined);
    const bytes = writer.bytes();
    assert.equal(validateDocument(bytes, 0, bytes.length), bytes.length);
  }
});

Deno.test("an operation of a transaction has no time", () => {
  const writer = new ChangeEntryWriter();
  writer.begin("i", namespaceElements("db.c", undefined), undefined);
  const document = doc({ _id: 1 });
  writer.document("o", document, 0, document.length);
  assert.equal(text(writer.finishOperation()), '{ op: "i", ns: "db.c", o: { _id: 1 } }');
});
