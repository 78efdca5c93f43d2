// Mutating a command document: values swapped for other types or extreme numbers, fields dropped or doubled,
// operators put where none belong, documents nested deeply; and its bytes.

import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from "bson";
import type { Random } from "./generate.ts";

// deno-lint-ignore no-explicit-any
type Literal = any;
/** A document as a list, so that a name may stand twice. */
interface Fields {
  readonly fields: readonly (readonly [string, Node])[];
}
interface Items {
  readonly items: readonly Node[];
}
type Node = Fields | Items | { readonly scalar: Literal };

const SCALARS: readonly Literal[] = [
  0,
  1,
  -1,
  2147483647,
  -2147483648,
  new Double(0.5),
  new Double(-0),
  NaN,
  Infinity,
  -Infinity,
  1e308,
  Long.MAX_VALUE,
  Long.MIN_VALUE,
  Long.fromNumber(2 ** 53),
  Decimal128.fromString("NaN"),
  Decimal128.fromString("-Infinity"),
  Decimal128.fromString("9.999999999999999999999999999999999E+6144"),
  Decimal128.fromString("1.5"),
  null,
  undefined,
  true,
  false,
  "",
  "x",
  "$a",
  "$$ROOT",
  "$$nope",
  "a.b.c",
  "..",
  "$",
  "é\u{1f600}",
  "x".repeat(300),
  new Date(0),
  new Date(8_640_000_000_000_000),
  new ObjectId("0123456789abcdef01234567"),
  new BSONRegExp("^(a+)+$", "i"),
  new BSONRegExp("[", ""),
  new Binary(new Uint8Array(3), 0),
  new Binary(new Uint8Array(16), 4),
  new UUID("12345678-1234-4234-8234-123456789012"),
  Timestamp.fromNumber(0),
  new Timestamp({ t: 1, i: 1 }),
  new MinKey(),
  new MaxKey(),
  new BSONSymbol("s"),
  new Code("f()"),
  new Code("f()", { x: 1 }),
  new Int32(7),
];
const NAMES: readonly string[] = [
  "",
  "$",
  "$set",
  "$gt",
  "$in",
  "$and",
  "$expr",
  "$where",
  "$match",
  "$each",
  "$regex",
  "$options",
  "$not",
  "$slice",
  "$meta",
  "$elemMatch",
  "$natural",
  "$jsonSchema",
  "$push",
  "$literal",
  "$let",
  "$map",
  "$group",
  "$lookup",
  "$out",
  "$text",
  "$near",
  "$comment",
  "$type",
  "$size",
  "$all",
  "a",
  "_id",
  "_id.x",
  "a.",
  ".a",
  "a..b",
  "a.$",
  "a.$[]",
  "a.$[e]",
  "0",
  "10",
  "__proto__",
  "constructor",
  "toString",
  "lsid",
  "readConcern",
  "maxTimeMS",
  "collation",
  "locale",
  "let",
  "hint",
  "ordered",
  "comment",
  "é",
  "x".repeat(200),
];

export interface MutatedCommand {
  readonly bytes: Uint8Array;
  /** For messages. */
  text(): string;
}

/** The command with one to four places changed, now and then on the view `v`. */
export function mutateCommand(
  random: Random,
  database: string,
  command: Document,
): MutatedCommand {
  let root = treeOf(command) as Fields;
  const isOnView = random.below(12) === 0;
  for (let i = random.below(4); i >= 0; i--) root = mutate(random, root, true) as Fields;
  if (isOnView && root.fields.length > 0) {
    const [[name], ...rest] = root.fields;
    root = { fields: [[name, { scalar: "v" }], ...rest] };
  }
  if (random.below(60) !== 0) root = { fields: [...root.fields, ["$db", { scalar: database }]] };
  return { bytes: documentBytes(root), text: () => show(root) };
}

function treeOf(value: Literal): Node {
  if (Array.isArray(value)) return { items: value.map(treeOf) };
  if (
    value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype
  ) {
    return { fields: Object.entries(value).map(([name, inner]) => [name, treeOf(inner)]) };
  }
  return { scalar: value };
}

/** The tree with one place changed. */
function mutate(random: Random, node: Node, isRoot: boolean): Node {
  const count = "fields" in node ? node.fields.length : "items" in node ? node.items.length : 0;
  const isHere = count === 0 || (!isRoot && random.below(3) === 0);
  if (isHere && !isRoot) return randomNode(random, node);
  if ("items" in node) return mutateItems(random, node);
  if ("fields" in node) return mutateFields(random, node, isRoot);
  return node;
}

function mutateItems(random: Random, { items }: Items): Node {
  const at = random.below(items.length);
  switch (random.below(6)) {
    case 0:
      return { items: items.filter((_, i) => i !== at) };
    case 1:
      return { items: [...items, items[at]] };
    case 2:
      return { items: [...items, randomNode(random, items[at])] };
    default:
      return { items: items.map((item, i) => i === at ? mutate(random, item, false) : item) };
  }
}

/** Mostly a field that holds more: errors at the top are soon all found. */
function placeOf(random: Random, fields: Fields["fields"]): number {
  let at = random.below(fields.length);
  for (let tries = 0; tries < 3 && "scalar" in fields[at][1]; tries++) {
    at = random.below(fields.length);
  }
  return at;
}

function mutateFields(random: Random, { fields }: Fields, isRoot: boolean): Node {
  if (fields.length === 0) return { fields: [["x", { scalar: 1 }]] };
  const at = placeOf(random, fields);
  const [name, value] = fields[at];
  switch (random.below(isRoot ? 24 : 10)) {
    case 0:
      return isRoot && at === 0 ? { fields } : { fields: fields.filter((_, i) => i !== at) };
    case 1:
      return { fields: [...fields, [name, value]] };
    case 2:
      return { fields: [...fields, [random.pick(NAMES), randomNode(random, value)]] };
    case 3:
      return isRoot && at === 0
        ? { fields }
        : { fields: fields.map((one, i) => i === at ? [random.pick(NAMES), value] : one) };
    default:
      return {
        fields: fields.map((one, i) => i === at ? [name, mutate(random, value, false)] : one),
      };
  }
}

/** Something else in place of `node`. */
function randomNode(random: Random, node: Node): Node {
  switch (random.below(9)) {
    case 0:
      return { fields: [] };
    case 1:
      return { items: [] };
    case 2:
      return { items: [node] };
    case 3:
      return { fields: [[random.pick(NAMES), node]] };
    case 4:
      return { fields: [[random.pick(NAMES), { scalar: random.pick(SCALARS) }]] };
    case 5:
      return random.below(8) === 0 ? nested(random, node) : { items: [node, node] };
    default:
      return { scalar: random.pick(SCALARS) };
  }
}

function nested(random: Random, node: Node): Node {
  const levels = random.pick([50, 99, 150, 199, 260]);
  const name = random.pick(["a", "$and", "$not", "$or", "$expr", "$elemMatch", "$add"]);
  let inner = node;
  for (let i = 0; i < levels; i++) {
    inner = random.below(3) === 0 || name === "$and" || name === "$or" || name === "$add"
      ? { fields: [[name, { items: [inner] }]] }
      : { fields: [[name, inner]] };
  }
  return inner;
}

const encoder = new TextEncoder();

function documentBytes(node: Fields | Items): Uint8Array {
  const named = "fields" in node
    ? node.fields
    : node.items.map((item, i) => [String(i), item] as const);
  const parts = named.map(([name, value]) => elementBytes(name, value));
  const length = parts.reduce((sum, part) => sum + part.length, 5);
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setInt32(0, length, true);
  let at = 4;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function elementBytes(name: string, node: Node): Uint8Array {
  if ("scalar" in node) return scalarBytes(name, node.scalar);
  const header = encoder.encode(name);
  const inner = documentBytes(node);
  const bytes = new Uint8Array(2 + header.length + inner.length);
  bytes[0] = "fields" in node ? 3 : 4;
  bytes.set(header, 1);
  bytes.set(inner, 2 + header.length);
  return bytes;
}

function scalarBytes(name: string, value: Literal): Uint8Array {
  // npm:bson writes undefined as null; its own type is 6.
  const whole = serialize(Object.fromEntries([["_", value === undefined ? null : value]]));
  const header = encoder.encode(name);
  const payload = whole.subarray(7, whole.length - 1);
  const bytes = new Uint8Array(2 + header.length + payload.length);
  bytes[0] = value === undefined ? 6 : whole[4];
  bytes.set(header, 1);
  bytes.set(payload, 2 + header.length);
  return bytes;
}

function show(node: Node): string {
  if ("items" in node) return `[${node.items.map(show).join(", ")}]`;
  if ("fields" in node) {
    return `{${node.fields.map(([name, value]) => `${name}: ${show(value)}`).join(", ")}}`;
  }
  return Deno.inspect(node.scalar, { compact: true, breakLength: 1000 });
}
