// Which paths a wildcard index holds: `$**`, `path.$**`, and a wildcardProjection.
//
// An inclusion holds the named paths and all below them, an exclusion everything else. `_id` is left out unless the
// projection names it. `descends` tells whether a path of an object is worth walking into; `holds` whether a value there
// gets a key.

import { elements, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";

const WILDCARD = "$**";

/** True for the name of a wildcard field in a key pattern. */
export function isWildcardPath(path: string): boolean {
  return path === WILDCARD || path.endsWith(`.${WILDCARD}`);
}

function isAtOrBelow(path: string, top: string): boolean {
  return path.length === top.length
    ? path === top
    : path.length > top.length && path[top.length] === "." && path.startsWith(top);
}

export class WildcardPaths {
  /** Paths that are held with all below them; undefined: all paths. */
  readonly #included: readonly string[] | undefined;
  readonly #excluded: readonly string[];

  /** `path` is the wildcard field of the key pattern. */
  constructor(path: string, projection?: Uint8Array) {
    if (path !== WILDCARD) {
      this.#included = [path.slice(0, -WILDCARD.length - 1)];
      this.#excluded = [];
      return;
    }
    const included: string[] = [];
    const excluded: string[] = [];
    let idIncluded = false;
    for (const [name, isIncluded] of projection === undefined ? [] : leaves(projection, "")) {
      if (name === "_id") idIncluded = isIncluded;
      else (isIncluded ? included : excluded).push(name);
    }
    if (included.length > 0) {
      this.#included = idIncluded ? [...included, "_id"] : included;
      this.#excluded = [];
    } else if (idIncluded && excluded.length === 0) {
      this.#included = ["_id"];
      this.#excluded = [];
    } else {
      this.#included = undefined;
      this.#excluded = idIncluded ? excluded : [...excluded, "_id"];
    }
  }

  /** True when a value at the path gets a key. */
  holds(path: string): boolean {
    if (this.#excluded.some((top) => isAtOrBelow(path, top))) return false;
    return this.#included === undefined || this.#included.some((top) => isAtOrBelow(path, top));
  }

  /** True when something below the path may get a key. */
  descends(path: string): boolean {
    if (this.#excluded.some((top) => isAtOrBelow(path, top))) return false;
    return this.#included === undefined ||
      this.#included.some((top) => isAtOrBelow(path, top) || isAtOrBelow(top, path));
  }

  /** True when everything at and below the path gets keys. */
  holdsAllBelow(path: string): boolean {
    return this.holds(path) && !this.#excluded.some((top) => isAtOrBelow(top, path));
  }
}

/** The paths of a projection, nested ones joined, and whether each is included. */
function* leaves(projection: Uint8Array, prefix: string): Iterable<[string, boolean]> {
  for (const { name, bytes, type, at } of elements(projection)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    if (type === BsonType.Document) {
      yield* leaves(bytes.subarray(at, valueEnd(bytes, type, at)), path);
    } else yield [path, isTrue(bytes, type, at)];
  }
}

function isTrue(bytes: Uint8Array, type: number, at: number): boolean {
  if (type === BsonType.Decimal128) return true;
  for (let i = at; i < valueEnd(bytes, type, at); i++) if (bytes[i] !== 0) return true;
  return false;
}
