// Random documents, indexes and queries for the planner's law: few distinct values and paths, so that conditions meet documents.

import { Decimal128, Double, Long } from "bson";
import type { Random } from "./generate.ts";

export type Literal = Record<string, unknown>;

const PATHS = ["a", "b", "c", "d.x", "d.y", "d"];

function scalar(random: Random): unknown {
  return random.pick<unknown>([
    0,
    1,
    new Double(1),
    2,
    Long.fromNumber(2),
    2.5,
    3,
    -1,
    Decimal128.fromString("2.50"),
    new Double(-0),
    "x",
    "X",
    "xy",
    "y",
    null,
    true,
    new Date(5),
    NaN,
  ]);
}

function value(random: Random): unknown {
  switch (random.below(10)) {
    case 0:
      return Array.from({ length: random.below(4) }, () => scalar(random));
    case 1:
      return { x: scalar(random) };
    case 2:
      return [[scalar(random)], scalar(random)];
    default:
      return scalar(random);
  }
}

function nested(random: Random): unknown {
  const item = (): Literal => {
    const made: Literal = {};
    if (random.chance(0.8)) made.x = random.chance(0.85) ? scalar(random) : value(random);
    if (random.chance(0.8)) made.y = random.chance(0.85) ? scalar(random) : value(random);
    return made;
  };
  switch (random.below(4)) {
    case 0:
      return Array.from({ length: random.below(4) }, item);
    case 1:
      return scalar(random);
    default:
      return item();
  }
}

/** A document of a collection; `withArrays` false leaves some indexes free of arrays. */
export function randomDocument(random: Random, id: number, withArrays: boolean): Literal {
  const made: Literal = { _id: id };
  for (const name of ["a", "b", "c"]) {
    if (random.chance(0.85)) made[name] = withArrays ? value(random) : scalar(random);
  }
  if (random.chance(0.8)) {
    made.d = withArrays ? nested(random) : { x: scalar(random), y: scalar(random) };
  }
  return made;
}

/** The collations of the law's indexes and queries. */
const COLLATIONS: readonly Literal[] = [{ locale: "en", strength: 2 }, { locale: "sv" }];

export function randomCollation(random: Random): Literal | undefined {
  return random.chance(0.85) ? undefined : random.pick(COLLATIONS);
}

function randomPattern(random: Random): Literal {
  if (random.chance(0.08)) return { [random.pick(["$**", "d.$**"])]: 1 };
  const key: Literal = {};
  const count = 1 + random.below(3);
  for (let i = 0; i < count; i++) key[random.pick(PATHS)] = random.pick([1, -1]);
  if (random.chance(0.08)) key[random.pick(PATHS)] = "hashed";
  if (random.chance(0.05)) key["d.$**"] = 1;
  return key;
}

/** An index as createIndexes takes it; some are refused, as mongod refuses them. */
export function randomIndex(random: Random): Literal {
  const key = randomPattern(random);
  const made: Literal = { key, name: `i${random.below(1_000_000)}` };
  const kind = random.below(9);
  if (kind === 0) made.sparse = true;
  else if (kind === 1) {
    made.partialFilterExpression = random.pick<Literal>([
      { a: { $gt: 1 } },
      { b: { $exists: true } },
      { c: { $gte: "x" } },
      { $or: [{ a: 1 }, { b: { $in: [2, "x"] } }] },
    ]);
  } else if (kind === 2) made.unique = true;
  else if (kind === 3) made.collation = random.pick(COLLATIONS);
  return made;
}

function condition(random: Random): unknown {
  switch (random.below(20)) {
    case 0:
    case 1:
    case 2:
      return scalar(random);
    case 3:
      return { $in: Array.from({ length: random.below(4) }, () => scalar(random)) };
    case 4:
      return { $gt: scalar(random) };
    case 5:
      return { $lte: scalar(random) };
    case 6:
      return { $gte: random.pick([0, 1]), $lt: random.pick([2, 3]) };
    case 7:
      return { $ne: scalar(random) };
    case 8:
      return { $nin: [scalar(random), scalar(random)] };
    case 9:
      return { $exists: random.chance(0.5) };
    case 10:
      return { $not: { $gt: scalar(random) } };
    case 11:
      return { $elemMatch: { $gte: 1, $lt: 3 } };
    case 12:
      return value(random);
    case 13:
      return { $type: random.pick(["int", "string", "array", "null", "double", "object"]) };
    case 14:
      return { $regex: random.pick(["^x", "y", "^xy$"]) };
    case 15:
      return { $mod: [2, random.below(2)] };
    case 16:
      return random.pick<unknown>([
        { $size: random.below(3) },
        { $not: { $regex: "^x" } },
        { $not: { $mod: [2, 0] } },
        { $bitsAllSet: [1] },
      ]);
    case 17:
      return { $in: [/^xy?$/, scalar(random)] };
    default:
      return { $all: [scalar(random), scalar(random)] };
  }
}

/** Comparisons of $expr, which hold across types. */
function spanning(random: Random): Literal {
  const compare = (): Literal => {
    const operands = [`$${random.pick([...PATHS, "d.0.x"])}`, { $literal: scalar(random) }];
    if (random.chance(0.3)) operands.reverse();
    return { [random.pick(["$gt", "$gte", "$lt", "$lte", "$eq"])]: operands };
  };
  return random.chance(0.5) ? compare() : { $and: [compare(), compare()] };
}

export function randomFilter(random: Random, depth = 0): Literal {
  const made: Literal = {};
  const count = random.below(4);
  for (let i = 0; i < count; i++) made[random.pick(PATHS)] = condition(random);
  if (random.chance(0.15)) {
    made.d = {
      $elemMatch: { x: condition(random), ...(random.chance(0.6) ? { y: condition(random) } : {}) },
    };
  }
  if (depth === 0 && random.chance(0.2)) {
    made[random.pick(["$or", "$or", "$nor", "$and"])] = [
      randomFilter(random, 1),
      randomFilter(random, 1),
    ];
  }
  if (depth === 0 && random.chance(0.06)) {
    made.$expr = { $eq: [`$${random.pick(PATHS)}`, random.pick([1, 2, "x", true])] };
  }
  if (random.chance(0.12)) made.$expr = spanning(random);
  if (depth === 0 && random.chance(0.05)) made._id = { $gte: random.below(40) };
  return made;
}

export function randomSort(random: Random): Literal | undefined {
  if (random.chance(0.5)) return undefined;
  const made: Literal = {};
  const count = 1 + random.below(2);
  for (let i = 0; i < count; i++) made[random.pick(PATHS)] = random.pick([1, -1]);
  return made;
}

/** A projection that some index may cover, or one that none does. */
export function randomProjection(random: Random): Literal {
  const made: Literal = {};
  if (random.chance(0.8)) made._id = 0;
  if (random.chance(0.15)) {
    made[random.pick(PATHS)] = 0;
    return made;
  }
  const count = 1 + random.below(3);
  const paths = PATHS.filter((path) => path !== "d");
  for (let i = 0; i < count; i++) made[random.pick(paths)] = 1;
  if (random.chance(0.1)) made.computed = { $ifNull: ["$a", "none"] };
  return made;
}
