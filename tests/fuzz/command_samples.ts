// Valid commands of every kind, as the seeds of mutated ones.
//
// Left out is what would end or block the server (shutdown, fsync with lock) or outlast the test (waiting hellos).

import { type Document, Long, UUID } from "bson";

/** The database the commands may do anything to. */
export const FUZZED = "fuzzed";

const C = "c";
const lsid = { id: new UUID("12345678-1234-4234-8234-123456789012") };
const FILTER = { a: { $gte: 1, $lt: 9 }, $or: [{ b: /x/ }, { "n.m": { $in: [1, "x", null] } }] };
const UPDATE = {
  $set: { x: 1, "n.y": [1] },
  $inc: { k: 1 },
  $push: { l: { $each: [1, 2], $slice: -3 } },
};

/** [database, command] */
export const COMMANDS: readonly (readonly [string, Document])[] = [
  [FUZZED, { ping: 1 }],
  [FUZZED, { hello: 1, helloOk: true, compression: ["zlib"] }],
  [FUZZED, { isMaster: 1, client: { application: { name: "x" }, driver: { name: "d" } } }],
  [FUZZED, { buildInfo: 1 }],
  [FUZZED, { connectionStatus: 1, showPrivileges: true }],
  [FUZZED, { whatsmyuri: 1 }],
  ["admin", { hostInfo: 1 }],
  ["admin", { getLog: "global" }],
  ["admin", { getCmdLineOpts: 1 }],
  ["admin", { getParameter: 1, featureCompatibilityVersion: 1 }],
  ["admin", { getParameter: "*", comment: { a: 1 } }],
  [FUZZED, { listCommands: 1 }],
  ["admin", { serverStatus: 1, locks: 0 }],
  ["admin", { top: 1 }],
  ["admin", { currentOp: 1, $all: true }],
  ["admin", { killOp: 1, op: 999_999_999 }],
  ["admin", { replSetGetStatus: 1 }],
  ["admin", { replSetGetConfig: 1 }],
  ["admin", { getDefaultRWConcern: 1, inMemory: true }],
  [FUZZED, { startSession: 1 }],
  [FUZZED, { refreshSessions: [lsid] }],
  [FUZZED, { endSessions: [{ id: new UUID("22345678-1234-4234-8234-123456789012") }] }],
  [FUZZED, { killSessions: [{ id: new UUID("32345678-1234-4234-8234-123456789012") }] }],
  [FUZZED, { insert: C, documents: [{ a: 1, b: "x" }, { a: 2, l: [1, 2] }], ordered: false }],
  [FUZZED, {
    insert: C,
    documents: [{ _id: { k: 1 }, n: { m: [1, { o: 2 }] } }],
    writeConcern: { w: 1, j: true, wtimeout: 5 },
    bypassDocumentValidation: true,
  }],
  [FUZZED, { insert: C, documents: [{ a: 3 }], lsid, txnNumber: Long.fromNumber(5), stmtIds: [1] }],
  [FUZZED, { update: C, updates: [{ q: FILTER, u: UPDATE, multi: true, upsert: true }] }],
  [FUZZED, {
    update: C,
    updates: [
      { q: { _id: 1 }, u: { r: 1, s: [1] }, upsert: true },
      { q: {}, u: { $unset: { b: 1 } }, sort: { a: -1 }, hint: "_id_" },
    ],
    ordered: false,
    let: { v: 1 },
  }],
  [FUZZED, {
    update: C,
    updates: [{
      q: { l: { $exists: true } },
      u: { $set: { "l.$[e]": 5, "n.m.$[].o": 1 } },
      arrayFilters: [{ e: { $gt: 1 } }],
      collation: { locale: "en", strength: 2 },
    }],
  }],
  [FUZZED, {
    update: C,
    updates: [{
      q: { a: 1 },
      u: [{ $set: { t: { $add: ["$a", 1] } } }, { $unset: "b" }, { $replaceWith: "$$ROOT" }],
      c: { k: 1 },
    }],
  }],
  [FUZZED, {
    update: C,
    updates: [{ q: { l: 1 }, u: { $pull: { l: { $gt: 1 } }, $min: { a: 0 } } }],
  }],
  [FUZZED, {
    update: C,
    updates: [{
      q: { a: 1 },
      u: { $rename: { x: "w" }, $mul: { k: 2 }, $bit: { z: { or: 3 } }, $currentDate: { d: true } },
    }],
  }],
  [FUZZED, { delete: C, deletes: [{ q: FILTER, limit: 1, hint: { _id: 1 } }], let: { v: 1 } }],
  [FUZZED, { delete: C, deletes: [{ q: { a: 9 }, limit: 0, collation: { locale: "de" } }] }],
  [FUZZED, {
    findAndModify: C,
    query: FILTER,
    sort: { a: 1 },
    update: UPDATE,
    new: true,
    upsert: true,
    fields: { a: 1 },
  }],
  [FUZZED, { findAndModify: C, query: { a: 2 }, remove: true, fields: { l: { $slice: 1 } } }],
  ["admin", {
    bulkWrite: 1,
    ops: [
      { insert: 0, document: { a: 1 } },
      { update: 1, filter: { a: 1 }, updateMods: UPDATE, upsert: true },
      { delete: 0, filter: { a: 2 }, multi: true },
    ],
    nsInfo: [{ ns: `${FUZZED}.c` }, { ns: `${FUZZED}.d` }],
    errorsOnly: false,
    cursor: { batchSize: 2 },
  }],
  [FUZZED, {
    find: C,
    filter: FILTER,
    sort: { a: 1, "n.m": -1 },
    projection: { a: 1, l: { $slice: [1, 2] }, e: { $concat: ["$b", "x"] } },
    skip: 1,
    limit: 5,
    batchSize: 2,
  }],
  [FUZZED, {
    find: C,
    filter: { $expr: { $gt: [{ $size: { $ifNull: ["$l", []] } }, 1] } },
    let: { v: 1 },
  }],
  [FUZZED, { find: C, min: { a: 1 }, max: { a: 5 }, hint: { a: 1 }, returnKey: true }],
  [FUZZED, {
    find: C,
    hint: "a_1",
    showRecordId: true,
    collation: { locale: "fr", caseLevel: true },
  }],
  [FUZZED, { find: "capped", tailable: true, batchSize: 1, maxTimeMS: 500 }],
  [FUZZED, {
    find: C,
    filter: { l: { $elemMatch: { $gt: 1 } }, n: { $type: "object" }, a: { $mod: [2, 1] } },
    projection: { "l.$": 1 },
    readConcern: { level: "majority" },
  }],
  [FUZZED, {
    find: C,
    filter: {
      $jsonSchema: { required: ["a"], properties: { a: { bsonType: "int", minimum: 1 } } },
    },
  }],
  [FUZZED, { getMore: Long.fromNumber(123), collection: C, batchSize: 5 }],
  [FUZZED, { killCursors: C, cursors: [Long.fromNumber(123)] }],
  [FUZZED, { count: C, query: FILTER, skip: 1, limit: 3, hint: "a_1" }],
  [FUZZED, { distinct: C, key: "n.m", query: FILTER }],
  [FUZZED, {
    aggregate: C,
    pipeline: [
      { $match: FILTER },
      { $group: { _id: "$a", n: { $sum: 1 }, m: { $max: "$k" }, l: { $push: "$b" } } },
      { $sort: { n: -1 } },
      { $skip: 1 },
      { $limit: 3 },
    ],
    cursor: { batchSize: 2 },
    allowDiskUse: true,
  }],
  [FUZZED, {
    aggregate: C,
    pipeline: [
      { $project: { a: 1, c: { $cond: [{ $eq: ["$a", 1] }, "x", { $toString: "$a" }] } } },
      { $unwind: "$l" },
      { $addFields: { z: { $dateToString: { date: "$$NOW" } } } },
      { $count: "n" },
    ],
    cursor: {},
    let: { v: 1 },
  }],
  [FUZZED, {
    aggregate: C,
    pipeline: [
      { $lookup: { from: "d", localField: "a", foreignField: "a", as: "j", pipeline: [] } },
      { $facet: { x: [{ $count: "n" }], y: [{ $bucket: { groupBy: "$a", boundaries: [0, 9] } }] } },
      { $unwind: { path: "$x", preserveNullAndEmptyArrays: true } },
    ],
    cursor: {},
  }],
  [FUZZED, {
    aggregate: C,
    pipeline: [
      {
        $setWindowFields: {
          partitionBy: "$b",
          sortBy: { a: 1 },
          output: { s: { $sum: "$a", window: { documents: ["unbounded", 0] } } },
        },
      },
      { $merge: { into: "m", on: "_id", whenMatched: "replace" } },
    ],
    cursor: {},
  }],
  [FUZZED, {
    aggregate: C,
    pipeline: [
      {
        $project: {
          r: { $reduce: { input: "$l", initialValue: 0, in: { $add: ["$$value", 1] } } },
          m: { $map: { input: "$l", as: "e", in: { $type: "$$e" } } },
          d: { $dateAdd: { startDate: "$$NOW", unit: "month", amount: 1 } },
          s: { $split: ["$b", "x"] },
          w: { $switch: { branches: [{ case: true, then: 1 }], default: 2 } },
        },
      },
      { $sortByCount: "$s" },
      { $out: "o" },
    ],
    cursor: {},
  }],
  [FUZZED, { explain: { find: C, filter: FILTER, sort: { a: 1 } }, verbosity: "executionStats" }],
  [FUZZED, { explain: { aggregate: C, pipeline: [{ $match: FILTER }], cursor: {} } }],
  [FUZZED, { explain: { update: C, updates: [{ q: FILTER, u: UPDATE }] } }],
  [FUZZED, { explain: { count: C, query: FILTER }, verbosity: "queryPlanner" }],
  [FUZZED, {
    create: "e",
    validator: FILTER,
    validationLevel: "moderate",
    validationAction: "warn",
  }],
  [FUZZED, { create: "k", capped: true, size: 4096, max: 5 }],
  [FUZZED, {
    create: "v",
    viewOn: C,
    pipeline: [{ $match: { a: 1 } }],
    collation: { locale: "en" },
  }],
  [FUZZED, { collMod: C, validator: { a: { $exists: true } }, validationLevel: "off" }],
  [FUZZED, {
    collMod: C,
    index: { keyPattern: { a: 1 }, hidden: false, expireAfterSeconds: 99_999_999 },
  }],
  [FUZZED, { drop: "e", writeConcern: { w: "majority" } }],
  [FUZZED, { dropDatabase: 1, comment: "x" }],
  ["admin", { renameCollection: `${FUZZED}.d`, to: `${FUZZED}.r`, dropTarget: true }],
  ["admin", { listDatabases: 1, filter: { name: /f/ }, nameOnly: true }],
  [FUZZED, { listCollections: 1, filter: { "options.capped": true }, cursor: { batchSize: 1 } }],
  [FUZZED, {
    createIndexes: C,
    indexes: [
      { key: { a: 1 }, name: "a_1" },
      { key: { b: -1, "n.m": 1 }, name: "b", sparse: true },
      { key: { t: 1 }, name: "t", partialFilterExpression: { a: { $gt: 1 } }, unique: true },
    ],
  }],
  [FUZZED, { listIndexes: C, cursor: { batchSize: 1 } }],
  [FUZZED, { dropIndexes: C, index: ["b"] }],
  [FUZZED, { dbStats: 1, scale: 1024 }],
  [FUZZED, { collStats: C, scale: 2 }],
  [FUZZED, { validate: C, full: true }],
  [FUZZED, { find: C, apiVersion: "1", apiStrict: true, apiDeprecationErrors: true }],
];
