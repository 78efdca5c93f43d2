// Sets of characters (code points): what classes, escapes and single letters of a pattern become.

/** Sorted, disjoint, inclusive. */
export type CodeRange = readonly [number, number];

export interface CharSet {
  readonly ranges: readonly CodeRange[];
  /** Unicode properties as JavaScript writes them: `\p{L}`. */
  readonly properties: readonly string[];
  /** True when the set is what the above is not. */
  readonly negated: boolean;
}

export const LAST_CODE = 0x10ffff;

/** Any ranges as a sorted and disjoint list. */
export function normalizeRanges(ranges: readonly CodeRange[]): CodeRange[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const result: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = result[result.length - 1];
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

export function complementRanges(ranges: readonly CodeRange[]): CodeRange[] {
  const result: CodeRange[] = [];
  let next = 0;
  for (const [from, to] of normalizeRanges(ranges)) {
    if (from > next) result.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST_CODE) result.push([next, LAST_CODE]);
  return result;
}

export function setOf(ranges: readonly CodeRange[], negated = false): CharSet {
  const normal = normalizeRanges(ranges);
  return { ranges: negated ? complementRanges(normal) : normal, properties: [], negated: false };
}

/** All characters that are equal to the code when case is ignored, itself included (PCRE2's "other case" sets). */
export function caseVariants(code: number): number[] {
  const variants = new Set([code]);
  const text = String.fromCodePoint(code);
  for (const other of [text.toLowerCase(), text.toUpperCase(), text.toUpperCase().toLowerCase()]) {
    const single = other.codePointAt(0)!;
    // İ and ß become two letters, which is no simple folding; i and ı are never equal.
    if (String.fromCodePoint(single).length === other.length && single !== 0x130) {
      if (!(code === 0x131 && single === 0x49) && !(code === 0x131 && single === 0x69)) {
        variants.add(single);
      }
    }
  }
  for (const group of EXTRA_FOLDING) {
    if (group.some((member) => variants.has(member))) {
      for (const member of group) variants.add(member);
    }
  }
  return [...variants];
}

/** Letters of which three or more are equal, so that upper and lower case do not lead to all of them. */
const EXTRA_FOLDING: readonly (readonly number[])[] = [
  [0x4b, 0x6b, 0x212a],
  [0x53, 0x73, 0x17f],
  [0xc5, 0xe5, 0x212b],
  [0xb5, 0x39c, 0x3bc],
  [0x1c4, 0x1c5, 0x1c6],
  [0x1c7, 0x1c8, 0x1c9],
  [0x1ca, 0x1cb, 0x1cc],
  [0x1f1, 0x1f2, 0x1f3],
  [0x345, 0x399, 0x3b9, 0x1fbe],
  [0x392, 0x3b2, 0x3d0],
  [0x395, 0x3b5, 0x3f5],
  [0x398, 0x3b8, 0x3d1, 0x3f4],
  [0x39a, 0x3ba, 0x3f0],
  [0x3a0, 0x3c0, 0x3d6],
  [0x3a1, 0x3c1, 0x3f1],
  [0x3a3, 0x3c2, 0x3c3],
  [0x3a6, 0x3c6, 0x3d5],
  [0x3a9, 0x3c9, 0x2126],
  [0x1e60, 0x1e61, 0x1e9b],
  [0xdf, 0x1e9e],
];

/** Ranges wider than this are not folded letter by letter: they hold both cases of nearly all their letters. */
const MAXIMUM_FOLDED_RANGE = 0x3000;

/** The ranges with every case variant of their characters. */
export function foldRanges(ranges: readonly CodeRange[]): CodeRange[] {
  const result: CodeRange[] = [...ranges];
  for (const [from, to] of ranges) {
    if (to - from > MAXIMUM_FOLDED_RANGE) continue;
    for (let code = from; code <= to; code++) {
      for (const variant of caseVariants(code)) {
        if (variant < from || variant > to) result.push([variant, variant]);
      }
    }
  }
  return normalizeRanges(result);
}

/** A test of code points, quick for ASCII. */
export function compileSet({ ranges, properties, negated }: CharSet): (code: number) => boolean {
  const property = properties.length === 0
    ? undefined
    : new RegExp(`[${properties.join("")}]`, "u");
  const ascii = new Uint8Array(128);
  for (let code = 0; code < 128; code++) ascii[code] = slow(code) ? 1 : 0;

  function slow(code: number): boolean {
    return (inRanges(ranges, code) || (property?.test(String.fromCodePoint(code)) ?? false)) !==
      negated;
  }

  return (code) => code < 128 ? ascii[code] === 1 : slow(code);
}

function inRanges(ranges: readonly CodeRange[], code: number): boolean {
  let low = 0, high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < ranges[middle][0]) high = middle - 1;
    else if (code > ranges[middle][1]) low = middle + 1;
    else return true;
  }
  return false;
}

/** True when two sets may have a character in common; properties count as everything beyond ASCII they could be. */
export function mayOverlap(a: CharSet, b: CharSet): boolean {
  if (a.properties.length > 0 || b.properties.length > 0) return true;
  const left = a.negated ? complementRanges(a.ranges) : a.ranges;
  const right = b.negated ? complementRanges(b.ranges) : b.ranges;
  let i = 0, j = 0;
  while (i < left.length && j < right.length) {
    if (left[i][1] < right[j][0]) i++;
    else if (right[j][1] < left[i][0]) j++;
    else return true;
  }
  return false;
}

/** Named sets: escapes and POSIX classes, all ASCII as PCRE2 has them without UCP. */
export const DIGIT: readonly CodeRange[] = [[0x30, 0x39]];
export const WORD: readonly CodeRange[] = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
export const SPACE: readonly CodeRange[] = [[9, 13], [32, 32]];
export const NEWLINE: readonly CodeRange[] = [[10, 10]];
export const HORIZONTAL_SPACE: readonly CodeRange[] = [
  [9, 9],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];
export const VERTICAL_SPACE: readonly CodeRange[] = [[10, 13], [0x85, 0x85], [0x2028, 0x2029]];

export const POSIX_CLASSES: ReadonlyMap<string, readonly CodeRange[]> = new Map([
  ["alnum", [[0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]]],
  ["alpha", [[0x41, 0x5a], [0x61, 0x7a]]],
  ["ascii", [[0, 0x7f]]],
  ["blank", [[9, 9], [32, 32]]],
  ["cntrl", [[0, 31], [127, 127]]],
  ["digit", [[0x30, 0x39]]],
  ["graph", [[33, 126]]],
  ["lower", [[0x61, 0x7a]]],
  ["print", [[32, 126]]],
  ["punct", [[33, 47], [58, 64], [91, 96], [123, 126]]],
  ["space", [[9, 13], [32, 32]]],
  ["upper", [[0x41, 0x5a]]],
  ["word", [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]],
  ["xdigit", [[0x30, 0x39], [0x41, 0x46], [0x61, 0x66]]],
]);
