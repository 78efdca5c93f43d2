// $meta and $rand.

import assert from "node:assert/strict";
import { checkTable, evaluate } from "./evaluation.ts";

Deno.test("$meta", () => {
  checkTable([
    [{ $meta: "recordId" }, {}, "missing"],
    [{ $meta: "sortKey" }, {}, "missing"],
    [{ $meta: "textScore" }, {}, 40218],
    [{ $meta: "searchScore" }, {}, 40218],
    [{ $meta: "garbage" }, {}, 17308],
    [{ $meta: 5 }, {}, 17307],
  ]);
});

Deno.test("$rand is a new double each time and takes no argument", () => {
  const value = evaluate({ $rand: {} });
  assert.ok(typeof value === "number" && value >= 0 && value < 1);
  assert.notEqual(value, evaluate({ $rand: [] }));
  checkTable([[{ $rand: 5 }, {}, 3040501], [{ $rand: { a: 1 } }, {}, 3040501]]);
});
