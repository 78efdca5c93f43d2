import assert from "node:assert/strict";
import { ANY, NONE, OUT_OF_RANGE, type Row, withServer } from "../harness.ts";

const INVALID = 72;

const ERRORS: readonly Row[] = [
  [{ create: "a", capped: true }, [INVALID, "the 'size' field is required when 'capped' is true"]],
  [
    { create: "a", size: 100 },
    [
      INVALID,
      "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
    ],
  ],
  [{ create: "a", capped: false, max: 5 }, [INVALID, /^the 'capped' field needs to be true/]],
  [
    { create: "a", capped: true, size: 0 },
    [OUT_OF_RANGE, "BSON field 'size' value must be >= 1, actual value '0'"],
  ],
  [
    { create: "a", capped: true, size: NaN },
    [OUT_OF_RANGE, "BSON field 'size' value must be >= 1, actual value '0'"],
  ],
  [
    { create: "a", capped: true, size: 2 ** 51 },
    [
      OUT_OF_RANGE,
      "BSON field 'size' value must be <= 1125899906842624, actual value '2251799813685248'",
    ],
  ],
  [
    { create: "a", capped: true, size: 100, max: 2 ** 31 },
    [2, "BSON field 'max' value must be < 2147483648, actual value '2147483648'"],
  ],
  [
    { create: "a", capped: "yes" },
    [
      14,
      "BSON field 'create.capped' is the wrong type 'string', expected types '[int, decimal, long, " +
      "bool, double]'",
    ],
  ],
  [{ create: "a", nope: 1 }, [40415, "BSON field 'create.nope' is an unknown field."]],
  [{ create: "a", temp: true }, [INVALID, "the 'temp' field is an invalid option"]],
  [
    { create: "a", pipeline: [] },
    [INVALID, "'pipeline' requires 'viewOn' to also be specified"],
  ],
  [
    { create: "a", validationLevel: "loose" },
    [2, "Enumeration value 'loose' for field 'create.validationLevel' is not a valid value."],
  ],
  [
    { create: "a", validationAction: "cry" },
    [2, "Enumeration value 'cry' for field 'create.validationAction' is not a valid value."],
  ],
  [
    { create: "a", validator: 5 },
    [14, "BSON field 'create.validator' is the wrong type 'int', expected type 'object'"],
  ],
  [{ create: "a", validator: { a: { $nope: 1 } } }, [2, "unknown operator: $nope"]],
  [{ create: "a", collation: { locale: "xx" } }, [2, /locale/]],
  [{ create: "a", collation: {} }, [40414, /locale' is missing but a required field$/]],
  [
    { create: "a", expireAfterSeconds: 5 },
    [INVALID, /^'expireAfterSeconds' is only supported on time-series collections/],
  ],
  [{ create: 5 }, [73, "Collection name has invalid type int"]],
  [{ create: "" }, [73, /^Invalid namespace specified/]],
  [{ create: "a$b" }, [73, "Invalid collection name: a$b"]],
  [{ create: ".a" }, [73, "Collection names cannot start with '.': .a"]],
  [{ create: "system.foo" }, [73, "Invalid system namespace: test.system.foo"]],
  [{ create: "n".repeat(251) }, [73, /^Fully qualified namespace is too long\./]],
];

Deno.test("create: errors leave nothing behind", async () => {
  await withServer(async (harness) => {
    await harness.check("test", ERRORS);
    await harness.check("test", [[{ listCollections: 1 }, { cursor: { firstBatch: [] } }]]);
  });
});

Deno.test("create: options are kept and shown", async () => {
  await withServer(async (harness) => {
    const validator = { a: { $type: "int" } };
    const shown = (name: string, options: unknown): Row => [
      { listCollections: 1, filter: { name } },
      { cursor: { firstBatch: [{ name, type: "collection", options, info: { uuid: ANY } }] } },
    ];
    await harness.check("test", [
      [{ create: "plain" }, {}],
      shown("plain", { capped: NONE, validator: NONE }),
      [{ create: "capped", capped: 1, size: 1000.5, max: 7 }, {}],
      shown("capped", { capped: true, size: 1024, max: 7 }),
      [{ create: "valid", validator, validationLevel: "moderate", validationAction: "warn" }, {}],
      shown("valid", { validator, validationLevel: "moderate", validationAction: "warn" }),
      [{ create: "empty", validator: {} }, {}],
      shown("empty", { validator: NONE }),
      [{ create: "collated", collation: { locale: "en", strength: 2 } }, {}],
      shown("collated", { collation: { locale: "en", strength: 2, caseLevel: false } }),
      [{ create: "images", changeStreamPreAndPostImages: { enabled: true } }, {}],
      shown("images", { changeStreamPreAndPostImages: { enabled: true } }),
    ]);
    await harness.command("test", {
      insert: "capped",
      documents: Array.from({ length: 20 }, (_, _id) => ({ _id })),
    });
    const kept = await harness.documents("test", "capped");
    assert.deepEqual(kept.map(({ _id }) => _id), [13, 14, 15, 16, 17, 18, 19]);
  });
});

Deno.test("create: what is there already, with the same options or others", async () => {
  await withServer((harness) =>
    harness.check("test", [
      [{ create: "a" }, {}],
      [{ create: "a" }, {}],
      [{ create: "a", validator: {} }, {}],
      [{ create: "b", capped: true, size: 256 }, {}],
      [{ create: "b", capped: true, size: 200 }, {}],
      [{ create: "b" }, [
        48,
        /^namespace test\.b already exists, but with different options: \{ uuid: UUID\("[0-9a-f-]{36}"\), capped: true, size: 256 \}$/,
      ]],
      [{ create: "a", validator: { a: { $nope: 1 } } }, [48, /different options/]],
      [{ create: "v", viewOn: "a", pipeline: [{ $match: { x: 1 } }] }, {}],
      [{ create: "v", viewOn: "a", pipeline: [{ $match: { x: 1 } }] }, {}],
      [{ create: "v", viewOn: "b", pipeline: [] }, [
        48,
        "namespace test.v already exists, but is a view on test.a rather than test.b",
      ]],
      [{ create: "v", viewOn: "a", pipeline: [] }, [
        48,
        /^namespace test\.v already exists, but with pipeline /,
      ]],
      [{ create: "v" }, [48, /but is a view on test\.a rather than test/]],
      [{ create: "a", viewOn: "b" }, [48, /different options/]],
    ])
  );
});

Deno.test("create: a clustered collection looks like one", async () => {
  await withServer((harness) =>
    harness.check("test", [
      [
        { create: "c", clusteredIndex: { key: { _id: 1 }, unique: true }, expireAfterSeconds: 5 },
        {},
      ],
      [{ listCollections: 1, filter: { name: "c" } }, {
        cursor: {
          firstBatch: [{
            options: {
              clusteredIndex: { v: 2, key: { _id: 1 }, name: "_id_", unique: true },
              expireAfterSeconds: ANY,
            },
            idIndex: NONE,
          }],
        },
      }],
      [{ listIndexes: "c" }, {
        cursor: {
          firstBatch: [{ v: 2, key: { _id: 1 }, name: "_id_", unique: true, clustered: true }],
        },
      }],
      [{ dropIndexes: "c", index: "_id_" }, [5979800, "It is illegal to drop the clusteredIndex"]],
      [{ create: "d", clusteredIndex: { key: { a: 1 }, unique: true } }, [197, /only supported/]],
    ])
  );
});
