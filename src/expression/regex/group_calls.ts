// Calls of groups, `(?1)` and `(?&name)`: replaced by copies of the groups' patterns, which do not capture.
//
// A group that calls itself would need recursion and is refused.

import { invalidPattern, type PatternNode } from "./syntax.ts";

/** Copies must not blow up a pattern. */
const MAXIMUM_COPIES = 200;

/** The tree without "call" nodes. */
export function withoutCalls(
  root: PatternNode,
  groups: ReadonlyMap<number, PatternNode>,
): PatternNode {
  let copies = 0;

  function replace(node: PatternNode, isCopy: boolean, calling: readonly number[]): PatternNode {
    const each = (child: PatternNode): PatternNode => replace(child, isCopy, calling);
    switch (node.type) {
      case "call": {
        const index = node.indexes[0];
        const body = groups.get(index);
        if (body === undefined) throw invalidPattern("reference to non-existent subpattern");
        if (calling.includes(index)) throw invalidPattern("recursion is not supported");
        if (++copies > MAXIMUM_COPIES) {
          throw invalidPattern("regular expression is too complicated");
        }
        return replace(body, true, [...calling, index]);
      }
      case "group": {
        const child = replace(node.child, isCopy, [...calling, node.index]);
        return isCopy ? child : { ...node, child };
      }
      case "sequence":
        return { ...node, items: node.items.map(each) };
      case "alternation":
        return { ...node, branches: node.branches.map(each) };
      case "atomic":
      case "repeat":
      case "look":
        return { ...node, child: each(node.child) };
      case "conditional":
        return { ...node, whenSet: each(node.whenSet), otherwise: each(node.otherwise) };
      default:
        return node;
    }
  }

  return replace(root, false, []);
}
