import assert from "node:assert/strict";
import {
  decodeCatalogRecord,
  encodeCatalogRecord,
  newUuid,
} from "../../src/storage/catalog_record.ts";
import { doc } from "./fixture.ts";

Deno.test("a record comes back as it was", () => {
  const record = {
    namespace: "db.a.b",
    uuid: newUuid(),
    options: doc({ capped: true, size: 256 }),
    indexes: [
      {
        spec: doc({ v: 2, name: "_id_" }),
        ident: "index-2",
        building: false,
        multikeyParts: undefined,
        keepsTypes: true,
      },
      { spec: doc({ v: 2, name: "a_1" }), ident: "index-3", building: true, multikeyParts: [1, 0] },
    ],
  };
  assert.deepEqual(decodeCatalogRecord(encodeCatalogRecord(record)), record);
});

Deno.test("a view has no UUID and no indexes", () => {
  const record = { namespace: "db.v", uuid: undefined, options: doc({ viewOn: "a" }), indexes: [] };
  assert.deepEqual(decodeCatalogRecord(encodeCatalogRecord(record)), record);
});

Deno.test("UUIDs are random, version 4", () => {
  const uuid = newUuid();
  assert.equal(uuid[6] >> 4, 4);
  assert.equal(uuid[8] >> 6, 2);
  assert.notDeepEqual(uuid, newUuid());
});
