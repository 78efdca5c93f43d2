// What is accepted as an array filter.

import { refused, table } from "./update_table.ts";

const update = { $set: { "a.$[i]": 1 } };

table("7.57 array filters name one identifier each, and each is used", [
  [update, { a: [5] }, { a: [1] }, { arrayFilters: [{ $or: [{ i: 5 }, { i: 6 }] }] }],
  [update, {}, refused(2, "No array filter found for identifier 'i' in path 'a.$[i]'")],
  [update, {}, refused(9, "Found multiple array filters with the same top-level field name i"), {
    arrayFilters: [{ i: 1 }, { "i.b": 1 }],
  }],
  [
    update,
    {},
    refused(
      9,
      "The array filter for identifier 'j' was not used in the update { $set: { a.$[i]: 1 } }",
    ),
    { arrayFilters: [{ i: 1 }, { j: 1 }] },
  ],
  [
    update,
    {},
    refused(
      9,
      "Error parsing array filter :: caused by :: Expected a single top-level field name, found " +
        "'i' and 'j'",
    ),
    { arrayFilters: [{ i: 1, j: 1 }] },
  ],
  [
    update,
    {},
    refused(
      2,
      "Error parsing array filter :: caused by :: The top-level field name must be an " +
        "alphanumeric string beginning with a lowercase letter, found 'I'",
    ),
    { arrayFilters: [{ I: 1 }] },
  ],
  [
    update,
    {},
    refused(
      9,
      "Cannot use an expression without a top-level field name in arrayFilters",
    ),
    { arrayFilters: [{}] },
  ],
  [
    update,
    {},
    refused(224, "Error parsing array filter :: caused by :: $expr is not allowed in this context"),
    { arrayFilters: [{ $expr: { $eq: ["$i", 1] } }] },
  ],
  [update, {}, refused(2), { arrayFilters: [{ i: { $foo: 1 } }] }],
  [
    { $set: { "$[i].a": 1 } },
    {},
    refused(
      2,
      "Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path " +
        "'$[i].a'",
    ),
    { arrayFilters: [{ i: 1 }] },
  ],
  [{ a: 1 }, {}, refused(9), { arrayFilters: [{ i: 1 }] }],
  [
    [{ $set: { a: 1 } }],
    {},
    refused(
      9,
      "arrayFilters may not be specified for pipeline-syle updates",
    ),
    { arrayFilters: [{ i: 1 }] },
  ],
]);
