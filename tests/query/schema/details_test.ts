import assert from "node:assert/strict";
import { BSON } from "bson";
import { compileQuery } from "../../../src/query/filter.ts";
import { explainFailure } from "../../../src/query/explain_failure.ts";
import { bson, CONTEXT } from "../table.ts";

/** The schemaRulesNotSatisfied of a document. */
function rules(schema: unknown, document: unknown): unknown {
  const { expression, matches } = compileQuery(bson({ $jsonSchema: schema }), CONTEXT);
  const bytes = bson(document);
  assert.equal(matches(bytes, 0), false);
  return BSON.deserialize(explainFailure(expression, bytes)).schemaRulesNotSatisfied;
}

const ROWS: [unknown, unknown, unknown][] = [
  [
    { required: ["b", "a"], properties: { c: { bsonType: "int", description: "a number" } } },
    { c: "x" },
    [
      {
        operatorName: "properties",
        propertiesNotSatisfied: [{
          propertyName: "c",
          description: "a number",
          details: [{
            operatorName: "bsonType",
            specifiedAs: { bsonType: "int" },
            reason: "type did not match",
            consideredValue: "x",
            consideredType: "string",
          }],
        }],
      },
      {
        operatorName: "required",
        specifiedAs: { required: ["b", "a"] },
        missingProperties: ["a", "b"],
      },
    ],
  ],
  [
    { properties: { a: { minimum: 5, exclusiveMinimum: true } } },
    { a: 5 },
    [{
      operatorName: "properties",
      propertiesNotSatisfied: [{
        propertyName: "a",
        details: [{
          operatorName: "minimum",
          specifiedAs: { minimum: 5, exclusiveMinimum: true },
          reason: "comparison failed",
          consideredValue: 5,
        }],
      }],
    }],
  ],
  [
    { properties: { a: { items: { type: "string" }, uniqueItems: true, maxItems: 1 } } },
    { a: [1, 1] },
    [{
      operatorName: "properties",
      propertiesNotSatisfied: [{
        propertyName: "a",
        details: [
          {
            operatorName: "maxItems",
            specifiedAs: { maxItems: 1 },
            reason: "array did not match specified length",
            consideredValue: [1, 1],
            numberOfItems: 2,
          },
          {
            operatorName: "uniqueItems",
            specifiedAs: { uniqueItems: true },
            reason: "found a duplicate item",
            consideredValue: [1, 1],
            duplicatedValue: 1,
          },
          {
            operatorName: "items",
            reason: "At least one item did not match the sub-schema",
            itemIndex: 0,
            details: [{
              operatorName: "type",
              specifiedAs: { type: "string" },
              reason: "type did not match",
              consideredValue: 1,
              consideredType: "int",
            }],
          },
        ],
      }],
    }],
  ],
  [
    { additionalProperties: false, patternProperties: { "^n": { type: "number" } } },
    { n: "x", y: 1 },
    [
      {
        operatorName: "additionalProperties",
        specifiedAs: { additionalProperties: false },
        additionalProperties: ["y"],
      },
      {
        operatorName: "patternProperties",
        details: [{
          propertyName: "n",
          regexMatched: "^n",
          details: [{
            operatorName: "type",
            specifiedAs: { type: "number" },
            reason: "type did not match",
            consideredValue: "x",
            consideredType: "string",
          }],
        }],
      },
    ],
  ],
  [
    { oneOf: [{ required: ["a"] }, { required: ["b"] }] },
    { a: 1, b: 1 },
    [{
      operatorName: "oneOf",
      reason: "more than one subschema matched",
      matchingSchemaIndexes: [0, 1],
    }],
  ],
  [
    { anyOf: [{ required: ["a"], title: "A" }, { minProperties: 3 }] },
    { b: 1 },
    [{
      operatorName: "anyOf",
      schemasNotSatisfied: [
        {
          index: 0,
          title: "A",
          details: [{
            operatorName: "required",
            specifiedAs: { required: ["a"] },
            missingProperties: ["a"],
          }],
        },
        {
          index: 1,
          details: [{
            operatorName: "minProperties",
            specifiedAs: { minProperties: 3 },
            reason: "specified number of properties was not satisfied",
            numberOfProperties: 1,
          }],
        },
      ],
    }],
  ],
  [
    { dependencies: { a: ["b"], c: { required: ["d"] } }, not: { required: ["a"] } },
    { a: 1, c: 1 },
    [
      {
        operatorName: "dependencies",
        failingDependencies: [
          { conditionalProperty: "a", missingProperties: ["b"] },
          {
            conditionalProperty: "c",
            details: [{
              operatorName: "required",
              specifiedAs: { required: ["d"] },
              missingProperties: ["d"],
            }],
          },
        ],
      },
      { operatorName: "not", reason: "child expression matched" },
    ],
  ],
];

Deno.test("details of failed schema rules", () => {
  for (const [schema, document, expected] of ROWS) {
    assert.deepEqual(rules(schema, document), expected);
  }
});
