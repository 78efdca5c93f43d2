import assert from "node:assert/strict";
import { NONE, OUT_OF_RANGE, type Row, withServer } from "../harness.ts";

const ROWS: readonly Row[] = [
  [{ collMod: "none", validator: {} }, [26, "ns does not exist: test.none"]],
  [{ collMod: "c", nope: 1 }, [40415, "BSON field 'collMod.nope' is an unknown field."]],
  [
    { collMod: "c", validationLevel: "loose" },
    [2, "Enumeration value 'loose' for field 'collMod.validationLevel' is not a valid value."],
  ],
  [
    { collMod: "c", validator: { a: { $nope: 1 } } },
    [2, "Parsing of collection validator failed :: caused by :: unknown operator: $nope"],
  ],
  [{ collMod: "c", viewOn: "x" }, [72, "option only supported on a view: viewOn"]],
  [{ collMod: "c", pipeline: [] }, [72, "option only supported on a view: pipeline"]],
  ...[
    { validator: {} },
    { validationLevel: "off" },
    { index: { name: "x", hidden: true } },
  ].map((option): Row => [
    { collMod: "v", ...option },
    [72, `option not supported on a view: ${Object.keys(option)[0]}`],
  ]),
  [{ collMod: "c", cappedSize: 5 }, [72, "Collection must be capped."]],
  [{ collMod: "c", cappedMax: 5 }, [72, "Collection must be capped."]],
  [{ collMod: "capped", cappedSize: 0 }, [
    OUT_OF_RANGE,
    "BSON field 'cappedSize' value must be >= 1, actual value '0'",
  ]],
  [{ collMod: "capped", cappedMax: 2 ** 31 }, [
    2,
    "BSON field 'cappedMax' value must be < 2147483648, actual value '2147483648'",
  ]],
  [{ collMod: "c", expireAfterSeconds: 5 }, [
    72,
    "'expireAfterSeconds' option is only supported on collections clustered by _id",
  ]],
  [{ collMod: "c", dryRun: true }, [72, "dry run mode requires an valid index modification."]],
  [{ collMod: "c" }, {}],
];

Deno.test("collMod: errors", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ create: "c" }, {}],
      [{ create: "capped", capped: true, size: 1024 }, {}],
      [{ create: "v", viewOn: "c" }, {}],
    ]);
    await harness.check("test", ROWS);
  });
});

Deno.test("collMod: validators come, change and go", async () => {
  await withServer(async (harness) => {
    const options = async () =>
      (await harness.command("test", { listCollections: 1, filter: { name: "c" } }))
        .cursor.firstBatch[0].options;
    await harness.check("test", [
      [{ insert: "c", documents: [{ _id: 1, a: "x" }] }, { n: 1 }],
      [{ collMod: "c", validator: { a: { $type: "int" } } }, {}],
      [{ insert: "c", documents: [{ a: "x" }] }, { writeErrors: [{ code: 121 }] }],
      [{ update: "c", updates: [{ q: {}, u: { $set: { b: 1 } } }] }, {
        writeErrors: [{ code: 121 }],
      }],
      [{ collMod: "c", validationLevel: "moderate" }, {}],
      [{ update: "c", updates: [{ q: {}, u: { $set: { b: 1 } } }] }, { nModified: 1 }],
      [{ insert: "c", documents: [{ a: "x" }] }, { writeErrors: [{ code: 121 }] }],
    ]);
    assert.deepEqual(await options(), {
      validator: { a: { $type: "int" } },
      validationLevel: "moderate",
      validationAction: "error",
    });
    await harness.check("test", [
      [{ collMod: "c", validationAction: "warn" }, {}],
      [{ insert: "c", documents: [{ a: "x" }] }, { n: 1 }],
      [{ collMod: "c", validator: {}, validationAction: "error" }, {}],
      [{ insert: "c", documents: [{ a: "x" }] }, { n: 1 }],
    ]);
    assert.ok(harness.log.some((line) => line.includes("test.c")), "the warning is in the log");
    assert.deepEqual(await options(), { validationLevel: "moderate", validationAction: "error" });
  });
});

Deno.test("collMod: views", async () => {
  await withServer((harness) =>
    harness.check("test", [
      [{ insert: "a", documents: [{ _id: 1 }] }, { n: 1 }],
      [{ insert: "b", documents: [{ _id: 2 }] }, { n: 1 }],
      [{ create: "v", viewOn: "a" }, {}],
      [{ collMod: "v", viewOn: "b", pipeline: [{ $match: { _id: 2 } }] }, {}],
      [{ find: "v" }, { cursor: { firstBatch: [{ _id: 2 }] } }],
      [{ collMod: "v", pipeline: [{ $match: { _id: 9 } }] }, {}],
      [{ find: "v" }, { cursor: { firstBatch: [] } }],
      [{ collMod: "v", viewOn: "v" }, [5, /cycle/]],
    ])
  );
});

Deno.test("collMod: documents of a clustered collection expire at another age", async () => {
  await withServer(async (harness) => {
    const options = { listCollections: 1, filter: { name: "k" } };
    const clusteredIndex = { key: { _id: 1 }, unique: true };
    await harness.check("test", [
      [{ create: "k", clusteredIndex, expireAfterSeconds: 5 }, {}],
      [{ collMod: "k", expireAfterSeconds: 60 }, {}],
      [options, { cursor: { firstBatch: [{ options: { expireAfterSeconds: 60 } }] } }],
      [{ collMod: "k", expireAfterSeconds: "off" }, {}],
      [options, { cursor: { firstBatch: [{ options: { expireAfterSeconds: NONE } }] } }],
      [{ collMod: "k", expireAfterSeconds: "on" }, [72, /Got: 'on'. Accepted value is 'off'$/]],
      [{ collMod: "k", expireAfterSeconds: -1 }, [72, /cannot be less than 0$/]],
      [{ collMod: "k", expireAfterSeconds: true }, [
        14,
        /'collMod.expireAfterSeconds' is the wrong/,
      ]],
      [{ create: "w", viewOn: "k" }, {}],
      [
        { collMod: "w", expireAfterSeconds: 5 },
        [72, "option not supported on a view: expireAfterSeconds"],
      ],
    ]);
  });
});

Deno.test("collMod: a capped collection gets other limits", async () => {
  await withServer(async (harness) => {
    const documents = Array.from({ length: 10 }, (_, _id) => ({ _id }));
    await harness.check("test", [
      [{ create: "c", capped: true, size: 4096, max: 100 }, {}],
      [{ insert: "c", documents }, { n: 10 }],
      [{ collMod: "c", cappedMax: 3 }, {}],
      [{ insert: "c", documents: [{ _id: 10 }] }, { n: 1 }],
      [{ find: "c" }, { cursor: { firstBatch: [{ _id: 8 }, { _id: 9 }, { _id: 10 }] } }],
      [{ collMod: "c", cappedSize: 100_000 }, {}],
      [{ listCollections: 1, filter: { name: "c" } }, {
        cursor: { firstBatch: [{ options: { capped: true, size: 100_096, max: 3 } }] },
      }],
      [{ collMod: "c", cappedMax: 0 }, {}],
      [{ listCollections: 1, filter: { name: "c" } }, {
        cursor: { firstBatch: [{ options: { capped: true, max: NONE } }] },
      }],
    ]);
  });
});
