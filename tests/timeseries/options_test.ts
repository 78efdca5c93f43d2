import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import {
  bucketsNamespace,
  changeTimeSeriesOptions,
  checkSeriesFields,
  parseTimeSeriesOptions,
  roundedTime,
  seriesNamespace,
} from "../../src/timeseries/options.ts";

const bson = (literal: Document): Uint8Array => new Uint8Array(BSON.serialize(literal));

/** [given, completed option] */
const CASES: readonly (readonly [Document, Document])[] = [
  [{ timeField: "t" }, { timeField: "t", granularity: "seconds", bucketMaxSpanSeconds: 3600 }],
  [{ timeField: "t", metaField: "m", granularity: "minutes" }, {
    timeField: "t",
    metaField: "m",
    granularity: "minutes",
    bucketMaxSpanSeconds: 86400,
  }],
  [{ granularity: "hours", timeField: "t", bucketMaxSpanSeconds: 2592000 }, {
    timeField: "t",
    granularity: "hours",
    bucketMaxSpanSeconds: 2592000,
  }],
  [{ timeField: "t", bucketMaxSpanSeconds: 300, bucketRoundingSeconds: 300 }, {
    timeField: "t",
    bucketRoundingSeconds: 300,
    bucketMaxSpanSeconds: 300,
  }],
];

Deno.test("options are completed, and reading the completed ones gives the same", () => {
  for (const [given, expected] of CASES) {
    const { document } = parseTimeSeriesOptions(bson(given));
    assert.deepEqual(BSON.deserialize(document), expected);
    assert.deepEqual(parseTimeSeriesOptions(document).document, document);
  }
});

const WRONG: readonly (readonly [Document, number, RegExp])[] = [
  [{}, 40414, /^BSON field 'create.timeseries.timeField' is missing but a required field$/],
  [{ timeField: 1 }, 14, /is the wrong type 'int', expected type 'string'$/],
  [{ timeField: "t", x: 1 }, 40415, /^BSON field 'create.timeseries.x' is an unknown field.$/],
  [{ timeField: "t", granularity: "days" }, 2, /^Enumeration value 'days' for field/],
  [{ timeField: "t", bucketMaxSpanSeconds: "x" }, 14, /'\[int, decimal, double, long\]'$/],
  [{ timeField: "t", bucketMaxSpanSeconds: 0, bucketRoundingSeconds: 0 }, 2, /must be >= 1/],
  [{ timeField: "t", bucketMaxSpanSeconds: 31536001 }, 2, /must be <= 31536000/],
  [{ timeField: "t", bucketMaxSpanSeconds: 60 }, 72, /must be equal to/],
  [{ timeField: "t", bucketMaxSpanSeconds: 60, bucketRoundingSeconds: 30 }, 72, /must be equal/],
  [{ timeField: "t", granularity: "hours", bucketMaxSpanSeconds: 60 }, 72, /default of 2592000/],
  [{ timeField: "t", granularity: "hours", bucketRoundingSeconds: 60 }, 72, /cannot be set along/],
];

Deno.test("wrong options are refused", () => {
  for (const [given, code, message] of WRONG) {
    assert.throws(() => parseTimeSeriesOptions(bson(given)), { code, message });
  }
  const names: readonly (readonly [Document, string])[] = [
    [{ timeField: "a.b" }, "db.c: 'timeField' must be a top-level field and not contain a '.'"],
    [{ timeField: "t", metaField: "_id" }, "'metaField' cannot be \"_id\""],
    [{ timeField: "t", metaField: "t" }, "'metaField' cannot be the same as 'timeField'"],
    [
      { timeField: "t", metaField: "a.b" },
      "db.c: 'metaField' must be a top-level field and not contain a '.'",
    ],
  ];
  for (const [given, message] of names) {
    const options = parseTimeSeriesOptions(bson(given));
    assert.throws(() => checkSeriesFields(options, "db.c"), { code: 72, message });
  }
});

/** [from, changes, span after, or code] */
const CHANGES: readonly (readonly [Document, Document, number])[] = [
  [{}, { granularity: "minutes" }, 86400],
  [{}, { granularity: "hours" }, 2592000],
  [{}, { granularity: "seconds" }, 3600],
  [{}, {}, 3600],
  [{}, { bucketMaxSpanSeconds: 7200, bucketRoundingSeconds: 7200 }, 7200],
  [{ granularity: "minutes" }, { granularity: "seconds" }, 72],
  [{ granularity: "hours" }, { granularity: "minutes" }, 72],
  [{}, { bucketMaxSpanSeconds: 60, bucketRoundingSeconds: 60 }, 72],
  [{}, { bucketMaxSpanSeconds: 7200 }, 72],
  [
    { bucketMaxSpanSeconds: 600, bucketRoundingSeconds: 600 },
    { granularity: "seconds" },
    72,
  ],
  [{}, { timeField: "x" }, 40415],
];

Deno.test("buckets may become wider and never narrower", () => {
  for (const [from, changes, expected] of CHANGES) {
    const current = parseTimeSeriesOptions(bson({ timeField: "t", ...from }));
    const change = () => changeTimeSeriesOptions(current, bson(changes));
    if (expected === 72 || expected === 40415) assert.throws(change, { code: expected });
    else assert.equal(change().bucketMaxSpanSeconds, expected, JSON.stringify(changes));
  }
});

Deno.test("names and rounded times", () => {
  assert.equal(bucketsNamespace("db.a.b"), "db.system.buckets.a.b");
  assert.equal(seriesNamespace("db.system.buckets.a.b"), "db.a.b");
  assert.equal(seriesNamespace("db.a.b"), undefined);
  const options = parseTimeSeriesOptions(bson({ timeField: "t" }));
  assert.equal(roundedTime(61_999, options), 60_000);
  assert.equal(roundedTime(-1, options), -60_000);
});
