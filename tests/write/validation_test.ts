import assert from "node:assert/strict";
import { getField, readInt32 } from "../../src/bson/read.ts";
import { CommandError } from "../../src/error.ts";
import { documentValidator } from "../../src/write/validation.ts";
import { doc, withEngine } from "../storage/fixture.ts";
import { collectionOf, type Fields } from "./statements.ts";

const VALID = { _id: 1, a: 1 };
const INVALID = { _id: 2, a: "x" };

/** [options beside the validator, [before, after], error code or warnings] */
const UPDATES: readonly (readonly [Fields, readonly [Fields, Fields], number | "warned" | "ok"])[] =
  [
    [{}, [VALID, INVALID], 121],
    [{}, [INVALID, INVALID], 121],
    [{}, [INVALID, VALID], "ok"],
    [{ validationLevel: "moderate" }, [VALID, INVALID], 121],
    [{ validationLevel: "moderate" }, [INVALID, INVALID], "ok"],
    [{ validationAction: "warn" }, [VALID, INVALID], "warned"],
    [{ validationAction: "errorAndLog" }, [VALID, INVALID], 121],
    [{ validationLevel: "strict" }, [INVALID, INVALID], 121],
  ];

Deno.test("level and action decide what becomes of an update", async () => {
  for (const [options, [before, after], expected] of UPDATES) {
    await withEngine((engine) => {
      const collection = collectionOf(engine, [], {
        validator: { a: { $type: "int" } },
        ...options,
      });
      const validator = documentValidator(collection)!;
      const warnings: string[] = [];
      const check = (): void =>
        validator.checkUpdate(doc(before), doc(after), (text) => warnings.push(text));
      const row = JSON.stringify([options, before, after]);
      if (expected === 121) assert.throws(check, { code: 121 }, row);
      else check();
      const warns = expected === "warned" || options.validationAction === "errorAndLog";
      assert.equal(warnings.length, warns ? 1 : 0, row);
    });
  }
});

Deno.test("no validator, or level off: undefined", async () => {
  await withEngine((engine) => {
    assert.equal(documentValidator(collectionOf(engine)), undefined);
  });
  await withEngine((engine) => {
    const collection = collectionOf(engine, [], { validator: { a: 1 }, validationLevel: "off" });
    assert.equal(documentValidator(collection), undefined);
  });
});

Deno.test("the error names the document and says why", async () => {
  await withEngine((engine) => {
    const collection = collectionOf(engine, [], { validator: { a: { $type: "int" } } });
    const validator = documentValidator(collection)!;
    assert.equal(documentValidator(collection), validator, "compiled once");
    try {
      validator.checkInsert(doc(INVALID), () => {});
      assert.fail("not refused");
    } catch (error) {
      assert.ok(error instanceof CommandError);
      assert.equal(error.message, "Document failed validation");
      const info = getField(error.info!, "errInfo")!;
      const inner = error.info!.subarray(info.at);
      const id = getField(inner, "failingDocumentId")!;
      assert.equal(readInt32(id.bytes, id.at), 2);
      assert.ok(getField(inner, "details"));
    }
  });
});
