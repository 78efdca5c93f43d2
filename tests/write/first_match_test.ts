import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { UNPACED } from "../../src/stream/pacer.ts";
import { currentDocument, takeFirst } from "../../src/write/first_match.ts";
import { doc, text, withEngine } from "../storage/fixture.ts";
import { collectionOf, queryOf } from "./statements.ts";

Deno.test("takes the first match, undefined without one", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine, [{ _id: 1, a: 1 }, { _id: 2, a: 2 }]);
    const take = (filter: { a: number }): Promise<string | undefined> =>
      takeFirst(queryOf(collection, filter), UNPACED, "update", (batch, i) => text(batch.view(i)));
    assert.equal(await take({ a: 2 }), "{ _id: 2, a: 2 }");
    assert.equal(await take({ a: 3 }), undefined);
  });
});

Deno.test("looks again when another client was faster", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine, [{ _id: 1, a: 1 }, { _id: 2, a: 1 }]);
    const query = queryOf(collection, { a: 1 }, { sort: { _id: 1 } });
    let calls = 0;
    const taken = await takeFirst(query, UNPACED, "update", (batch, i) => {
      if (++calls === 1) {
        engine.run((other) =>
          collection.update(
            other,
            batch.recordIds![i],
            batch.copyDocument(i),
            doc({ _id: 1, a: 9 }),
          )
        );
      }
      return engine.run((t) => currentDocument(t, collection, query, batch, i));
    });
    assert.equal(calls, 2);
    assert.equal(text(taken!), "{ _id: 2, a: 1 }");
  });
});

Deno.test("a changed document that still matches is taken as it is now", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine, [{ _id: 1, a: 1 }]);
    const query = queryOf(collection, { a: 1 });
    const stream = query.open();
    const batch = (await stream.next())!;
    const recordId = batch.recordIds![0];
    const now = doc({ _id: 1, a: 1, b: 2 });
    engine.run((t) => collection.update(t, recordId, doc({ _id: 1, a: 1 }), now));
    const current = engine.run((t) => currentDocument(t, collection, query, batch, 0));
    assert.equal(text(current!), "{ _id: 1, a: 1, b: 2 }");
    engine.run((t) => collection.remove(t, recordId, now));
    assert.equal(engine.run((t) => currentDocument(t, collection, query, batch, 0)), undefined);
    stream.close();
  });
});

Deno.test("errors while taking name the command", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine, [{ _id: 1 }]);
    await assert.rejects(
      takeFirst(queryOf(collection, {}), UNPACED, "findAndModify", () => {
        throw new CommandError(2, "x");
      }),
      { message: "Plan executor error during findAndModify :: caused by :: x" },
    );
  });
});
