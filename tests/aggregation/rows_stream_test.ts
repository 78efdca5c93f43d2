import assert from "node:assert/strict";
import { rowsStream } from "../../src/aggregation/rows_stream.ts";
import { collect } from "../../src/stream/document_stream.ts";
import { bson } from "./fixture.ts";

Deno.test("rows are made when they are first asked for, once", async () => {
  let made = 0;
  const rows = () => {
    made++;
    return [bson({ a: 1 }), bson({ a: 2 })];
  };
  const stream = rowsStream(rows);
  assert.equal(made, 0);
  assert.equal((await collect(stream)).length, 2);
  assert.equal(await stream.next(), null);
  assert.equal(made, 1);
  assert.equal((await collect(rowsStream(() => []))).length, 0);
});
