import { withServer } from "../harness.ts";

Deno.test("commands about a collection's definition: missing names and views", async () => {
  await withServer((harness) =>
    harness.check("test", [
      [{ create: "c" }, {}],
      [{ create: "v", viewOn: "c" }, {}],
      [{ listIndexes: "none" }, [26, "ns does not exist: test.none"]],
      [{ dropIndexes: "none", index: "a" }, [26, "ns not found test.none"]],
      [{ validate: "none" }, [26, "Collection 'test.none' does not exist to validate."]],
      [{ listIndexes: "v" }, [166, "Namespace test.v is a view, not a collection"]],
      [{ dropIndexes: "v", index: "a" }, [166, "Namespace test.v is a view, not a collection"]],
      [{ validate: "v" }, [166, "Cannot validate a view"]],
    ])
  );
});
