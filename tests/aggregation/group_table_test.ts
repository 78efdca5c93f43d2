import assert from "node:assert/strict";
import { getField } from "../../src/bson/read.ts";
import { BsonWriter } from "../../src/bson/encode.ts";
import { decodeValue } from "../../src/bson/decode.ts";
import { checkDocumentSize, GroupTable } from "../../src/aggregation/group_table.ts";
import { parseAccumulatedField } from "../../src/aggregation/accumulators/statement.ts";
import { elements } from "../../src/bson/read.ts";
import { MISSING } from "../../src/bson/value.ts";
import { show, throwsCode } from "../expression/evaluation.ts";
import { bson, contextOf, run } from "./fixture.ts";

const context = contextOf();

function tableOf(output: Record<string, unknown>) {
  const fields = Array.from(
    elements(bson(output)),
    (field) => parseAccumulatedField(field, context, "group"),
  );
  const id = context.compiler.compile(getField(bson({ id: "$k" }), "id")!);
  const table = new GroupTable(fields, context);
  return { table, reader: table.readerOf(id) };
}

function add({ table, reader }: ReturnType<typeof tableOf>, documents: readonly object[]): void {
  const scope = context.compiler.createScope();
  for (const document of documents) {
    scope.setRoot(bson(document));
    table.add(reader, scope);
  }
}

Deno.test("groups leave finished, or as parts that merge", () => {
  const one = tableOf({ s: { $sum: "$v" }, p: { $push: "$v" } });
  add(one, [{ k: "a", v: 1 }, { k: "b", v: 2 }, { v: 9 }]);
  const two = tableOf({ s: { $sum: "$v" }, p: { $push: "$v" } });
  add(two, [{ k: "b", v: 3 }, { k: null, v: 1.5 }]);
  assert.equal(one.table.count, 3);
  for (let group = 0; group < two.table.count; group++) {
    const writer = new BsonWriter();
    two.table.writePartial(writer, group);
    one.table.takePartial(writer.view(), 0);
  }
  const texts = [0, 1, 2].map((group) => {
    const writer = new BsonWriter();
    one.table.writeGroup(writer, group);
    return ["_id", "s", "p"].map((name) => show(decodeValue(getField(writer.bytes(), name)!))).join(
      " ",
    );
  });
  assert.deepEqual(texts, ['"a" 1 [1]', '"b" 5 [2, 3]', "null 10.5 [9, 1.5]"]);
});

Deno.test("an id that is an object is read in parts; missing is not null in it", async () => {
  const group = { $group: { _id: { x: "$a", y: { $abs: "$b" }, z: 1 }, n: { $sum: 1 } } };
  const documents = [{ a: 1, b: -2 }, { a: 1.0, b: 2 }, { b: 2 }, { a: null, b: 2 }, { a: "1" }];
  const expected = [
    { _id: { x: 1, y: 2, z: 1 }, n: 2 },
    { _id: { y: 2, z: 1 }, n: 1 },
    { _id: { x: null, y: 2, z: 1 }, n: 1 },
    { _id: { x: "1", y: null, z: 1 }, n: 1 },
  ];
  assert.deepEqual(await run([group], documents), expected);
  const spilled = await run([group], [...documents, ...documents], { memoryLimitBytes: 1000 });
  assert.deepEqual(new Set(spilled.map(({ n }) => n)), new Set([2, 4]));
  const joined = await run([group], [{ a: "K" }, { a: "k" }], {
    collation: { locale: "en", strength: 2 },
  });
  assert.deepEqual(joined.map(({ n }) => n), [2]);
});

Deno.test("memory is counted, and given back", () => {
  const one = tableOf({ p: { $push: "$v" } });
  const empty = one.table.byteLength;
  add(one, [{ k: 1, v: "x".repeat(5000) }]);
  assert.ok(one.table.byteLength > empty + 5000);
  one.table.clear();
  assert.equal(one.table.count, 0);
  assert.ok(one.table.byteLength < 5000);
  assert.equal(one.table.groupOf(MISSING), 0);
});

Deno.test("between stages a document may have more than 16 MB, but not any size", () => {
  checkDocumentSize(128 * 1024 * 1024);
  throwsCode(() => checkDocumentSize(129 * 1024 * 1024), 10334);
});
