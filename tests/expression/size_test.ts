// $bsonSize $binarySize $toHashedIndexKey.

import { Binary, checkTable, double, long } from "./evaluation.ts";

Deno.test("sizes", () => {
  checkTable([
    [{ $bsonSize: "$$ROOT" }, {}, "5"],
    [{ $bsonSize: { a: 1 } }, {}, "12"],
    [{ $bsonSize: null }, {}, "null"],
    [{ $bsonSize: "x" }, {}, 31393],
    [{ $binarySize: "né" }, {}, "3"],
    [{ $binarySize: new Binary(new Uint8Array(4)) }, {}, "4"],
    [{ $binarySize: "$no" }, {}, "null"],
    [{ $binarySize: 5 }, {}, 51276],
  ]);
});

Deno.test("hashed keys are the server's (1 hashes to 5902408780260971510), and numbers hash by value", () => {
  checkTable([
    [{ $toHashedIndexKey: 1 }, {}, "5902408780260971510n"],
    [{ $eq: [{ $toHashedIndexKey: 5 }, { $toHashedIndexKey: "$a" }] }, { a: double(5.7) }, "true"],
    [{ $eq: [{ $toHashedIndexKey: long(5) }, { $toHashedIndexKey: 5 }] }, {}, "true"],
    [{ $eq: [{ $toHashedIndexKey: null }, { $toHashedIndexKey: "$no" }] }, {}, "true"],
  ]);
});
