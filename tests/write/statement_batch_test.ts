import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { type Pacer, UNPACED } from "../../src/stream/pacer.ts";
import { type Gathering, runBatch } from "../../src/write/statement_batch.ts";
import type { WriteEngine } from "../../src/write/write_engine.ts";
import { doc, withEngine } from "../storage/fixture.ts";
import { collectionOf, contents } from "./statements.ts";

function failingAt(...indexes: number[]) {
  return (index: number): void => {
    if (indexes.includes(index)) throw new CommandError(2, `no ${index}`);
  };
}

Deno.test("7.74 an ordered batch stops at the first failure and keeps what came before", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine);
    const fail = failingAt(2);
    const result = await runBatch(engine, 5, (t, i) => {
      fail(i);
      collection.insert(t, doc({ _id: i }));
    }, { ordered: true, pacer: UNPACED });
    assert.equal(result.attempted, 3);
    assert.deepEqual(result.failures.map(({ index }) => index), [2]);
    assert.deepEqual(await contents(collection), ["{ _id: 0 }", "{ _id: 1 }"]);
  });
});

Deno.test("7.74 an unordered batch goes on and tells every failure with its position", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine);
    const fail = failingAt(0, 2);
    const result = await runBatch(engine, 4, (t, i) => {
      fail(i);
      collection.insert(t, doc({ _id: i }));
    }, { ordered: false, pacer: UNPACED });
    assert.equal(result.attempted, 4);
    assert.deepEqual(result.failures.map(({ index, error }) => [index, error.message]), [
      [0, "no 0"],
      [2, "no 2"],
    ]);
    assert.deepEqual(await contents(collection), ["{ _id: 1 }", "{ _id: 3 }"]);
  });
});

Deno.test("an error that is not the client's rolls its transaction back and passes on", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine);
    assert.throws(() =>
      runBatch(engine, 3, (t, i) => {
        if (i === 2) throw new TypeError("bug");
        collection.insert(t, doc({ _id: i }));
      }, { ordered: true, pacer: UNPACED }), TypeError);
    assert.deepEqual(await contents(collection), []);
  });
});

Deno.test("a batch within one time slice makes no promise; a longer one yields between transactions", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine);
    const insert = (t: Parameters<Parameters<typeof engine.run>[0]>[0], i: number): void => {
      collection.insert(t, doc({ _id: i }));
    };
    const short = runBatch(engine, 10, insert, { ordered: true, pacer: UNPACED });
    assert.ok(!(short instanceof Promise));
    let yields = 0;
    let asked = 0;
    const impatient: Pacer = {
      checkInterrupt() {},
      // As a time slice: once used up it stays so until the work has yielded.
      shouldYield: () => ++asked >= 50,
      yieldNow: () => {
        yields++;
        asked = 0;
        return Promise.resolve();
      },
    };
    const result = await runBatch(engine, 1000, (t, i) => insert(t, i + 10), {
      ordered: true,
      pacer: impatient,
    });
    assert.equal(result.attempted, 1000);
    assert.ok(yields >= 19, String(yields));
    assert.equal(collection.count, 1010);
  });
});

Deno.test("a transaction taken back as a whole fails its writes; those before it stand", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine);
    for (const [ordered, failed] of [[true, [256]], [false, [256, 257, 258, 259]]] as const) {
      let transactions = 0;
      const refusing: WriteEngine = {
        clock: engine.clock,
        run: (statement) =>
          engine.run((transaction) => {
            const result = statement(transaction);
            if (++transactions === 2) throw new CommandError(6, "gone");
            return result;
          }),
      };
      const before = collection.count;
      const result = await runBatch(refusing, 260, (t, i) => {
        collection.insert(t, doc({ _id: before + i }));
      }, { ordered, pacer: UNPACED });
      assert.deepEqual(result.failures.map(({ index }) => index), failed);
      assert.equal(result.attempted - result.failures.length, 256);
      assert.equal(collection.count, before + 256);
    }
  });
});

Deno.test("what steps gather is written in each transaction, and told when it is there", async () => {
  await withEngine(async (engine) => {
    const told: string[] = [];
    const gathering: Gathering = {
      begin: () => told.push("begin"),
      write: () => told.push("write"),
      committed: () => told.push("committed"),
    };
    const options = { ordered: false, pacer: UNPACED, gathering };
    const failing = (_transaction: unknown, index: number): void => {
      if (index === 1) throw new CommandError(2, "no");
    };
    const result = await runBatch(engine, 300, failing, options);
    assert.deepEqual(result.failures.map(({ index }) => index), [1]);
    assert.deepEqual(told, ["begin", "write", "committed", "begin", "write", "committed"]);
    const broken: Gathering = {
      ...gathering,
      write: () => {
        throw new CommandError(2, "not written");
      },
    };
    told.length = 0;
    const lost = await runBatch(engine, 3, () => {}, { ...options, gathering: broken });
    assert.deepEqual([lost.failures.length, told], [3, ["begin"]]);
  });
});
