import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { applicationNameOf } from "../../src/server/application_name.ts";

Deno.test("applicationNameOf() reads application.name and nothing else", () => {
  const named = documentFrom({ application: documentFrom({ name: "shop" }) });
  assert.equal(applicationNameOf(named), "shop");
  for (
    const metadata of [
      undefined,
      documentFrom({}),
      documentFrom({ application: "shop" }),
      documentFrom({ application: documentFrom({}) }),
      documentFrom({ application: documentFrom({ name: 5 }) }),
    ]
  ) {
    assert.equal(applicationNameOf(metadata), undefined);
  }
});
