import assert from "node:assert/strict";
import { BSON } from "bson";
import { Batch } from "../../../src/stream/batch.ts";
import { collect, type DocumentStream } from "../../../src/stream/document_stream.ts";
import type { PipelineContext } from "../../../src/aggregation/definition.ts";
import { bson, contextOf, pipelineOf, sourceOf } from "../fixture.ts";

/** Documents of about a megabyte, each pointing at the next, without end. */
class EndlessChain implements DocumentStream {
  #at = 0;

  next(): Batch {
    const to = ++this.#at;
    return Batch.of([bson({ _id: to, to: to + 1, text: "x".repeat(1 << 20) })]);
  }
  close(): void {}
}

class FirstOf implements DocumentStream {
  #left: number;

  constructor(private readonly source: DocumentStream, count: number) {
    this.#left = count;
  }

  next() {
    return this.#left-- > 0 ? this.source.next() : null;
  }
  close(): void {}
}

function openSearch(others: () => DocumentStream): DocumentStream {
  const context: PipelineContext = { ...contextOf(), sources: { open: others } };
  const [stage] = context.parse(
    pipelineOf([{
      $graphLookup: {
        from: "f",
        startWith: 1,
        connectFromField: "to",
        connectToField: "_id",
        as: "r",
      },
    }]),
    context,
  );
  return stage.open(sourceOf([{ a: 1 }]), context);
}

Deno.test("a long chain is followed to its end", async () => {
  const chain = Array.from({ length: 2000 }, (_, i) => ({ _id: i + 1, to: i + 2 }));
  const [result] = await collect(openSearch(() => sourceOf(chain)));
  assert.equal(BSON.deserialize(result).r.length, 2000);
});

Deno.test("a search may hold 100 MB (40099)", async () => {
  await assert.rejects(
    collect(openSearch(() => new FirstOf(new EndlessChain(), 99 + 20))),
    (error: { code?: number }) => error.code === 40099,
  );
});
