import assert from "node:assert/strict";
import { documentFrom } from "../../../src/bson/encode.ts";
import {
  checkFindOptions,
  findArguments,
  queryCollation,
} from "../../../src/commands/crud/find_query.ts";
import { ArgumentPlan, parseArguments } from "../../../src/commands/arguments.ts";
import { BSON, type Document } from "bson";
import { withServer } from "../harness.ts";

function parse(options: Document) {
  const body = new Uint8Array(BSON.serialize({ find: "c", ...options }));
  return parseArguments(new ArgumentPlan("find", findArguments), body);
}

Deno.test("checkFindOptions refuses options that do not go together", () => {
  checkFindOptions(parse({}));
  checkFindOptions(parse({ tailable: true, awaitData: true }));
  assert.throws(() => checkFindOptions(parse({ awaitData: true })), { code: 9 });
  assert.throws(() => checkFindOptions(parse({ tailable: true, singleBatch: true })), { code: 2 });
});

Deno.test("queryCollation: none, simple and named", () => {
  assert.equal(queryCollation(undefined, undefined), undefined);
  assert.equal(queryCollation(documentFrom({}), undefined), undefined);
  assert.equal(queryCollation(documentFrom({ locale: "simple" }), undefined), undefined);
  assert.notEqual(queryCollation(documentFrom({ locale: "de" }), undefined), undefined);
});

Deno.test("a collation decides in find: 7.68", async () => {
  await withServer(async (server) => {
    const collation = { locale: "en", strength: 2 };
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: "A" }, { _id: "b" }, { _id: "a" }] }, { n: 3 }],
      [
        { find: "c", filter: { _id: "a" }, collation, sort: { _id: 1 } },
        { cursor: { firstBatch: [{ _id: "A" }, { _id: "a" }] } },
      ],
      [{ find: "c", filter: { _id: "a" } }, { cursor: { firstBatch: [{ _id: "a" }] } }],
      [{ create: "d", collation }, {}],
      [{ insert: "d", documents: [{ _id: 1, v: "X" }, { _id: 2, v: "y" }] }, { n: 2 }],
      [{ find: "d", filter: { v: "x" } }, { cursor: { firstBatch: [{ _id: 1, v: "X" }] } }],
      [
        { find: "d", filter: { v: "x" }, collation: { locale: "simple" } },
        { cursor: { firstBatch: [] } },
      ],
    ]);
  });
});

Deno.test("find refuses what min, max, hint and $meta sortKey cannot be", async () => {
  await withServer(async (server) => {
    const find = (options: Document) => ({ find: "c", ...options });
    const natural = { $natural: 1 };
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: 1, a: 1 }] }, { n: 1 }],
      [find({ projection: { k: { $meta: "sortKey" } } }), [2, /sortKey \$meta projection without/]],
      [find({ min: { _id: 1 } }), [51173, /planner returned error :: caused by :: When using min/]],
      [find({ min: { _id: 1 }, hint: {} }), [51173, /When using min/]],
      [find({ min: { _id: 1 }, max: { a: 1 }, hint: { _id: 1 } }), [51176, /same field names/]],
      [find({ min: { _id: 1 }, hint: natural }), [291, /incompatible with \$natural/]],
      [find({ min: { a: 1 }, hint: { _id: 1 } }), [51174, /not compatible with min\/max$/]],
      [find({ min: { _id: 2 }, max: { _id: 1 }, hint: { _id: 1 } }), [51175, /hinted index$/]],
      [find({ hint: { $natural: 5 } }), [2, /\$natural hint cannot be set to a value other/]],
    ]);
  });
});
