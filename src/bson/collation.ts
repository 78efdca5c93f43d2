// Collations: reading and checking a collation document, and comparing strings by it.
//
// Comparison is ICU's through Intl.Collator. What Intl cannot say is built around it: `backwards` (accents compared
// from the end), `maxVariable: "space"`, strength 4 and 5 as tie-breaks. Intl has no sort keys, so index keys hold strings by
// their bytes and collated strings are compared in memory.
// Source: MongoDB manual, "Collation".

import { CommandError, ErrorCode } from "../error.ts";
import { COLLATION_VALUES, isKnownLocale, languageOf } from "./collation_locale.ts";
import { BsonWriter } from "./encode.ts";
import { documentText } from "./json.ts";
import { rawToNumber } from "./number.ts";
import { elements, type RawElement, readString } from "./read.ts";
import { BsonType, isNumericType, typeName } from "./type.ts";

export interface Collation {
  /** The full normalised document, as mongod echoes it. */
  readonly spec: Uint8Array;
  /** Negative, 0 or positive. */
  compare(a: string, b: string): number;
}

/** The version of the collation rules mongod 8.2 reports. */
export const COLLATION_VERSION = "57.1";

// Codes that only collations use.
const DUPLICATE_FIELD = 40413;
const INCOMPATIBLE_VERSION = 161;

interface CollationSettings {
  locale: string;
  caseLevel: boolean;
  caseFirst: string;
  strength: number;
  numericOrdering: boolean;
  alternate: string;
  maxVariable: string;
  normalization: boolean;
  backwards: boolean;
}

type FieldRule =
  | { readonly kind: "boolean" }
  | { readonly kind: "string" }
  | { readonly kind: "strength" }
  | { readonly kind: "enumeration"; readonly values: readonly string[] };

const FIELDS: ReadonlyMap<string, FieldRule> = new Map<string, FieldRule>([
  ["alternate", { kind: "enumeration", values: ["non-ignorable", "shifted"] }],
  ["backwards", { kind: "boolean" }],
  ["caseFirst", { kind: "enumeration", values: ["upper", "lower", "off"] }],
  ["caseLevel", { kind: "boolean" }],
  ["locale", { kind: "string" }],
  ["maxVariable", { kind: "enumeration", values: ["punct", "space"] }],
  ["normalization", { kind: "boolean" }],
  ["numericOrdering", { kind: "boolean" }],
  ["strength", { kind: "strength" }],
  ["version", { kind: "string" }],
]);

const cache = new Map<string, Collation | undefined>();

/**
 * The collation of a specification document, undefined for the simple one (`{ locale: "simple" }`). Commands that take `{}` as
 * "none given" check that first. Errors: 40414, 40415, 14, 2, 161.
 */
export function parseCollation(spec: Uint8Array): Collation | undefined {
  const key = String.fromCharCode(...spec.subarray(0, 1024));
  if (cache.has(key)) return cache.get(key);
  const collation = parse(spec);
  if (cache.size >= 64) cache.clear();
  if (spec.length <= 1024) cache.set(key, collation);
  return collation;
}

/** True when both compare by the same rules. */
export function sameCollation(a: Collation | undefined, b: Collation | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.spec.length === b.spec.length && a.spec.every((byte, i) => byte === b.spec[i]);
}

function parse(spec: Uint8Array): Collation | undefined {
  const given = new Map<string, string | number | boolean>();
  for (const element of elements(spec)) {
    const rule = FIELDS.get(element.name);
    if (rule === undefined) {
      throw new CommandError(
        ErrorCode.IDLUnknownField,
        `BSON field 'collation.${element.name}' is an unknown field.`,
      );
    }
    if (given.has(element.name)) {
      throw new CommandError(
        DUPLICATE_FIELD,
        `BSON field 'collation.${element.name}' is a duplicate field`,
      );
    }
    given.set(element.name, readField(element, rule));
  }
  const locale = given.get("locale") as string | undefined;
  if (locale === undefined) {
    throw new CommandError(
      ErrorCode.IDLFailedToParse,
      "BSON field 'collation.locale' is missing but a required field",
    );
  }
  if (locale === "simple") {
    if (given.size === 1) return undefined;
    throw badValue(
      `If 'locale' is 'simple', no other fields should be set in: ${documentText(spec)}`,
    );
  }
  checkLocale(locale, spec);
  checkVersion(given.get("version"), spec);
  const settings = { ...defaultsOf(locale), ...Object.fromEntries(given) } as CollationSettings;
  checkCombination(settings, spec);
  return { spec: normalisedSpec(settings), compare: comparatorOf(settings) };
}

function readField(element: RawElement, rule: FieldRule): string | number | boolean {
  const { name, bytes, type, at } = element;
  if (rule.kind === "boolean") {
    if (type !== BsonType.Boolean && name === "backwards") {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `Field 'backwards' should be a boolean value, but found: ${typeName(type)}`,
      );
    }
    if (type !== BsonType.Boolean) throw wrongType(element, "bool");
    return bytes[at] !== 0;
  }
  if (rule.kind === "strength") {
    if (!isNumericType(type)) throw wrongType(element, "double", "decimal", "long", "int");
    const strength = Math.trunc(rawToNumber(bytes, type, at)) || 0;
    if (strength < 0 || strength > 5) {
      const bound = strength < 0 ? ">= 0" : "<= 5";
      throw badValue(`BSON field 'strength' value must be ${bound}, actual value '${strength}'`);
    }
    if (strength === 0) throw notAValue(name, "0");
    return strength;
  }
  if (type !== BsonType.String) throw wrongType(element, "string");
  const text = readString(bytes, at);
  if (rule.kind === "enumeration" && !rule.values.includes(text)) throw notAValue(name, text);
  return text;
}

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

function notAValue(name: string, text: string): CommandError {
  return badValue(
    `Enumeration value '${text}' for field 'collation.${name}' is not a valid value.`,
  );
}

function wrongType(element: RawElement, ...expected: readonly string[]): CommandError {
  return new CommandError(
    ErrorCode.TypeMismatch,
    `BSON field 'collation.${element.name}' is the wrong type '${
      typeName(element.type)
    }', expected ${
      expected.length === 1 ? `type '${expected[0]}'` : `types '[${expected.join(", ")}]'`
    }`,
  );
}

function checkLocale(locale: string, spec: Uint8Array): void {
  if (isKnownLocale(locale)) return;
  if (locale === "") {
    throw badValue(`Field 'locale' cannot be the empty string in: ${documentText(spec)}`);
  }
  const language = languageOf(locale);
  const hint = language === undefined ? "" : `. Did you mean '${language}'?`;
  throw badValue(`Field 'locale' is invalid in: ${documentText(spec)}${hint}`);
}

function checkVersion(version: string | number | boolean | undefined, spec: Uint8Array): void {
  if (version === undefined || version === COLLATION_VERSION) return;
  throw new CommandError(
    INCOMPATIBLE_VERSION,
    `Requested collation version ${version} but the only available collator version was ` +
      `${COLLATION_VERSION}. Requested collation spec: ${documentText(spec)}`,
  );
}

function checkCombination(settings: CollationSettings, spec: Uint8Array): void {
  const { backwards, strength, caseFirst, caseLevel } = settings;
  if (backwards && strength === 1) {
    throw badValue(`'backwards' is invalid with 'strength' of 1 found: ${documentText(spec)}`);
  }
  if (caseFirst !== "off" && !caseLevel && strength < 3) {
    throw badValue(
      "'caseFirst' is invalid unless 'caseLevel' is on or 'strength' is greater than 2, found: " +
        documentText(spec),
    );
  }
}

/** What a locale means by itself: a few languages differ from ICU's root. */
function defaultsOf(locale: string): CollationSettings {
  const language = locale.split("@")[0];
  return {
    locale,
    caseLevel: false,
    caseFirst: language === "da" || language === "mt" ? "upper" : "off",
    strength: 3,
    numericOrdering: false,
    alternate: language === "th" ? "shifted" : "non-ignorable",
    maxVariable: "punct",
    normalization: false,
    backwards: language === "fr_CA",
  };
}

function normalisedSpec(settings: CollationSettings): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.string("locale", settings.locale);
  writer.bool("caseLevel", settings.caseLevel);
  writer.string("caseFirst", settings.caseFirst);
  writer.int32("strength", settings.strength);
  writer.bool("numericOrdering", settings.numericOrdering);
  writer.string("alternate", settings.alternate);
  writer.string("maxVariable", settings.maxVariable);
  writer.bool("normalization", settings.normalization);
  writer.bool("backwards", settings.backwards);
  writer.string("version", COLLATION_VERSION);
  writer.end();
  return writer.bytes();
}

type Comparator = (a: string, b: string) => number;

function comparatorOf(settings: CollationSettings): Comparator {
  const { strength, caseLevel, backwards, maxVariable } = settings;
  const shifted = settings.alternate === "shifted";
  const onlySpaces = shifted && maxVariable === "space";
  const collator = (sensitivity: Intl.CollatorOptions["sensitivity"], punctuation: boolean) =>
    makeCollator(settings, sensitivity, punctuation);
  const sensitivity = strength >= 3
    ? "variant"
    : strength === 2
    ? (caseLevel ? "variant" : "accent")
    : (caseLevel ? "case" : "base");
  const ignores = shifted && !onlySpaces;
  let compare: Comparator = collator(sensitivity, ignores);
  if (backwards && strength > 1) {
    compare = backwardsComparator(collator("base", ignores), collator("accent", ignores), compare);
  }
  if (onlySpaces) compare = withoutSpaces(compare);
  if (shifted && strength >= 4) compare = chain(compare, collator("variant", false));
  if (strength === 5) compare = chain(compare, byCodePoints);
  return compare;
}

function makeCollator(
  settings: CollationSettings,
  sensitivity: Intl.CollatorOptions["sensitivity"],
  ignorePunctuation: boolean,
): Comparator {
  const [language, keyword] = settings.locale.split("@collation=");
  // Canadian French compares accents backwards in ICU itself; here `backwards` does that.
  let tag = language === "fr_CA" ? "fr" : language.replaceAll("_", "-");
  if (keyword !== undefined) tag += `-u-co-${COLLATION_VALUES.get(keyword)}`;
  const { caseFirst } = settings;
  const collator = new Intl.Collator([tag, "en"], {
    usage: "sort",
    sensitivity: sensitivity!,
    ignorePunctuation,
    numeric: settings.numericOrdering,
    caseFirst: caseFirst === "off" ? "false" : caseFirst as "upper" | "lower",
  });
  return collator.compare;
}

function chain(first: Comparator, second: Comparator): Comparator {
  return (a, b) => first(a, b) || second(a, b);
}

function withoutSpaces(compare: Comparator): Comparator {
  return (a, b) => compare(a.replace(/\p{White_Space}/gu, ""), b.replace(/\p{White_Space}/gu, ""));
}

/** Letters first, then accents from the end, then the rest. */
function backwardsComparator(base: Comparator, accent: Comparator, rest: Comparator): Comparator {
  return (a, b) => {
    const letters = base(a, b);
    if (letters !== 0) return letters;
    return accent(reversed(a), reversed(b)) || rest(a, b);
  };
}

function reversed(text: string): string {
  return (text.normalize("NFD").match(/\P{M}\p{M}*/gu) ?? []).reverse().join("");
}

function byCodePoints(a: string, b: string): number {
  const left = a.normalize("NFD");
  const right = b.normalize("NFD");
  return left < right ? -1 : left > right ? 1 : 0;
}
