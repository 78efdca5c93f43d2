// Applying projection trees to raw documents: byte ranges, order, nested nodes.

import assert from "node:assert/strict";
import { BsonWriter } from "../../src/bson/encode.ts";
import { ProjectionNode, ProjectionWalker } from "../../src/query/projection_tree.ts";
import { doc, long, show, throwsCode } from "../expression/evaluation.ts";

Deno.test("kept elements are copied byte for byte, duplicates included", () => {
  const document = doc({ a: long(5), b: { c: 1.5 }, d: [1, "x"], e: null });
  const root = new ProjectionNode();
  for (const name of ["a", "b", "e"]) root.add(name, { kind: "include" });
  root.seal();
  const writer = new BsonWriter();
  new ProjectionWalker(root, "inclusion").apply(document, 0, writer);
  assert.deepEqual(writer.bytes(), doc({ a: long(5), b: { c: 1.5 }, e: null }));
});

Deno.test("documents follow one another in the writer", () => {
  const root = new ProjectionNode();
  root.add("a", { kind: "exclude" });
  const walker = new ProjectionWalker(root, "exclusion");
  const writer = new BsonWriter();
  const first = doc({ a: 1, b: 2 });
  const batch = new Uint8Array([...first, ...doc({ b: 3 })]);
  walker.apply(batch, 0, writer);
  walker.apply(batch, first.length, writer);
  assert.deepEqual(writer.bytes(), new Uint8Array([...doc({ b: 2 }), ...doc({ b: 3 })]));
});

Deno.test("nodes: find, replace, remove, seal", () => {
  const root = new ProjectionNode();
  const node = new ProjectionNode();
  root.add("n", { kind: "nested", node, positional: false });
  node.add("x", { kind: "compute", compute: () => 7 });
  assert.equal(root.seal(), true);
  assert.equal(root.find("n")?.kind, "nested");
  const writer = new BsonWriter();
  new ProjectionWalker(root, "inclusion").apply(doc({ n: { y: 1 }, z: 1 }), 0, writer);
  assert.equal(show(writer.bytes()), "{n: {x: 7}}");
  root.replace("n", { kind: "include" });
  assert.equal(root.find("n")?.kind, "include");
  root.remove("n");
  assert.equal(root.find("n"), undefined);
});

Deno.test("a positional end needs a matched element", () => {
  const root = new ProjectionNode();
  root.add("a", { kind: "positional" });
  const writer = new BsonWriter();
  throwsCode(
    () => new ProjectionWalker(root, "inclusion").apply(doc({ a: [1] }), 0, writer),
    51246,
  );
  throwsCode(
    () =>
      new ProjectionWalker(root, "inclusion", () => 3).apply(doc({ a: [1] }), 0, new BsonWriter()),
    51247,
  );
});
