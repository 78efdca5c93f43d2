import assert from "node:assert/strict";
import { BSON } from "bson";
import { DocumentQueue } from "../../../src/aggregation/windows/document_queue.ts";
import { documentEnd } from "../../../src/bson/read.ts";
import { bson } from "../fixture.ts";
import { throwsCode } from "../../expression/evaluation.ts";

const files = (): number =>
  [...Deno.readDirSync("/tmp")].filter(({ name }) => name.startsWith("secantusdb-window-")).length;

function shifted(queue: DocumentQueue): number {
  const { bytes, start } = queue.first;
  const { i } = BSON.deserialize(bytes.slice(start, documentEnd(bytes, start)));
  queue.shift();
  return i;
}

Deno.test("documents come out in order, through a file past the limit", async () => {
  const before = files();
  const queue = new DocumentQueue({ memoryLimitBytes: 600_000, allowDiskUse: true });
  const pad = "x".repeat(1000);
  let out = 0;
  for (let i = 0; i < 5000; i++) {
    queue.push(bson({ i, pad }), 0);
    while (queue.isOver(0)) await queue.spill();
    if (i % 3 === 0) assert.equal(shifted(queue), out++);
  }
  assert.equal(files(), before + 1);
  while (queue.count > 0) assert.equal(shifted(queue), out++);
  assert.equal(out, 5000);
  for (let i = 0; i < 10; i++) queue.push(bson({ i, pad }), 0);
  assert.equal(shifted(queue), 0);
  queue.close();
  assert.equal(files(), before);
});

Deno.test("a document larger than a chunk, and the limit without a file (5643011)", () => {
  const queue = new DocumentQueue({ memoryLimitBytes: 2_000_000, allowDiskUse: false });
  queue.push(bson({ i: 0, pad: "x".repeat(900_000) }), 0);
  queue.push(bson({ i: 1 }), 0);
  assert.equal(shifted(queue), 0);
  throwsCode(() => {
    for (let i = 0; i < 10; i++) {
      queue.push(bson({ i, pad: "x".repeat(900_000) }), 0);
      queue.isOver(0);
    }
  }, 5643011);
  queue.close();
});

Deno.test("what the functions hold makes documents leave, and is an error when it is too much by itself (5414201)", async () => {
  const queue = new DocumentQueue({ memoryLimitBytes: 1_000_000, allowDiskUse: true });
  const pad = "x".repeat(10_000);
  for (let i = 0; i < 50; i++) queue.push(bson({ i, pad }), 0);
  assert.equal(queue.isOver(0), false);
  const before = files();
  while (queue.isOver(990_000)) await queue.spill();
  assert.equal(files(), before + 1);
  throwsCode(() => void queue.isOver(1_000_001), 5414201);
  for (let i = 0; i < 50; i++) assert.equal(shifted(queue), i);
  queue.close();
});

Deno.test("a queue closed while it writes takes its file away", async () => {
  const before = files();
  const queue = new DocumentQueue({ memoryLimitBytes: 100_000, allowDiskUse: true });
  const pad = "x".repeat(10_000);
  for (let i = 0; i < 50; i++) queue.push(bson({ i, pad }), 0);
  const spilling = queue.spill();
  queue.close();
  await spilling;
  assert.equal(files(), before);
});
