// How long can V8 take to find out that a pattern does not match? It cannot be interrupted, so this is told in advance.
//
// Time grows with a power of the text's length: one for each unlimited quantifier in a row, one for trying each start.
// A loop around something that can match the same text in two ways, as `(a+)*` or `(a|a)*`, makes it exponential. A loop
// whose body always knows by the next character how to go on (the automaton of its positions is deterministic) does not.

import { type CharSet, mayOverlap } from "./char_set.ts";
import type { PatternNode } from "./syntax.ts";

/** The power of the length; Infinity when there is no telling. */
export function backtrackingDegree(root: PatternNode): number {
  return degreeOf(root) + (isAnchored(root) ? 0 : 1);
}

/** A limited quantifier with more repetitions than this counts as unlimited. */
const FEW = 20;

function degreeOf(node: PatternNode): number {
  switch (node.type) {
    case "sequence":
      return node.items.reduce((sum, item) => sum + degreeOf(item), 0);
    case "alternation":
      return Math.max(...node.branches.map(degreeOf));
    case "group":
    case "atomic":
    case "look":
      return degreeOf(node.child);
    case "repeat":
      return repeatDegree(node);
    case "backReference":
    case "conditional":
    case "call":
      return Infinity;
    default:
      return 0;
  }
}

function repeatDegree({ child, min, max }: PatternNode & { type: "repeat" }): number {
  if (max <= 1) return degreeOf(child);
  const own = max > FEW && min !== max ? 1 : 0;
  if (child.type === "set") return own;
  if (isDeterministicLoop(child)) return 1;
  return Infinity;
}

/** True when every match begins at the text's start. */
function isAnchored(node: PatternNode): boolean {
  switch (node.type) {
    case "assertion":
      return node.assertion === "textStart";
    case "sequence":
      return node.items.length > 0 && isAnchored(node.items[0]);
    case "group":
    case "atomic":
      return isAnchored(node.child);
    case "alternation":
      return node.branches.every(isAnchored);
    default:
      return false;
  }
}

/** The places of a loop's body: one per set, and which may follow which. */
interface Places {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly nullable: boolean;
}

const MAXIMUM_PLACES = 200;

function isDeterministicLoop(body: PatternNode): boolean {
  const sets: CharSet[] = [];
  const follow: number[][] = [];
  let isTooHard = false;
  const nothing: Places = { first: [], last: [], nullable: true };

  function connect(from: readonly number[], to: readonly number[]): void {
    for (const place of from) follow[place].push(...to);
  }

  function visit(node: PatternNode): Places {
    switch (node.type) {
      case "set": {
        const place = sets.push(node.set) - 1;
        follow.push([]);
        if (place > MAXIMUM_PLACES) isTooHard = true;
        return { first: [place], last: [place], nullable: false };
      }
      case "group":
        return visit(node.child);
      case "sequence":
        return node.items.reduce<Places>((before, item) => join(before, visit(item)), nothing);
      case "alternation": {
        const parts = node.branches.map(visit);
        return {
          first: parts.flatMap((part) => part.first),
          last: parts.flatMap((part) => part.last),
          nullable: parts.some((part) => part.nullable),
        };
      }
      case "repeat": {
        const part = visit(node.child);
        if (node.max > 1) {
          // A body that can be empty can be repeated in many ways.
          if (part.nullable) isTooHard = true;
          connect(part.last, part.first);
        }
        return { ...part, nullable: part.nullable || node.min === 0 };
      }
      case "empty":
        return nothing;
      default:
        isTooHard = true;
        return nothing;
    }
  }

  function join(before: Places, after: Places): Places {
    connect(before.last, after.first);
    return {
      first: before.nullable ? [...before.first, ...after.first] : before.first,
      last: after.nullable ? [...before.last, ...after.last] : after.last,
      nullable: before.nullable && after.nullable,
    };
  }

  const whole = visit(body);
  if (isTooHard || whole.nullable) return false;
  connect(whole.last, whole.first);
  return [whole.first, ...follow].every((places) => areApart(places, sets));
}

/** True when no character can go to two of the places; one place reached in two ways counts as two. */
function areApart(places: readonly number[], sets: readonly CharSet[]): boolean {
  for (let i = 0; i < places.length; i++) {
    for (let j = 0; j < i; j++) {
      if (places[i] === places[j] || mayOverlap(sets[places[i]], sets[places[j]])) return false;
    }
  }
  return true;
}
