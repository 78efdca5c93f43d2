// A parsed pattern as instructions for the backtracking machine (backtracker.ts).
//
// Counted repetitions are written out, `x{2,4}` as `xx(x(x)?)?`. Lookarounds and atomic groups are programs of their own.

import { compileSet } from "./char_set.ts";
import type { Assertion, PatternNode } from "./syntax.ts";
import { invalidPattern, widthOf } from "./syntax.ts";

export type Instruction =
  | { readonly op: "set"; readonly accepts: (code: number) => boolean }
  /** Goes to `first`; when that fails, to `second`. */
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "jump"; target: number }
  /** Notes the position in a register: group bounds and starts of loops. */
  | { readonly op: "save"; readonly register: number }
  /** Leaves the loop when the body matched nothing. */
  | { readonly op: "progress"; readonly register: number; exit: number }
  | { readonly op: "assert"; readonly assertion: Assertion }
  | {
    readonly op: "look";
    readonly program: Program;
    readonly negated: boolean;
    /** The lengths a lookbehind tries; undefined for a lookahead. */
    readonly behind: { readonly min: number; readonly max: number } | undefined;
  }
  | { readonly op: "atomic"; readonly program: Program }
  | { readonly op: "reference"; readonly groups: readonly number[]; readonly fold: boolean }
  | { readonly op: "branchIfSet"; readonly groups: readonly number[]; otherwise: number }
  | { readonly op: "fail" }
  | { readonly op: "end" };

export interface Program {
  readonly instructions: readonly Instruction[];
  /** True when what follows from a place depends on the position alone, so that failures can be remembered. */
  readonly isPure: boolean;
  /** Registers in all: two per group, one per loop. */
  registers: number;
}

const MAXIMUM_INSTRUCTIONS = 50_000;

/** Compiles a pattern with the given number of groups. */
export function compileProgram(root: PatternNode, groups: number): Program {
  const counter = { registers: 2 * (groups + 1), instructions: 0 };
  const program = assemble(root, counter);
  program.registers = counter.registers;
  return program;
}

interface Counter {
  registers: number;
  instructions: number;
}

function assemble(root: PatternNode, counter: Counter): Program {
  const assembler = new Assembler(counter);
  assembler.emit(root);
  assembler.add({ op: "end" });
  return { instructions: assembler.instructions, isPure: assembler.isPure, registers: 0 };
}

class Assembler {
  readonly instructions: Instruction[] = [];
  isPure = true;

  constructor(readonly counter: Counter) {}

  add<I extends Instruction>(instruction: I): I {
    if (++this.counter.instructions > MAXIMUM_INSTRUCTIONS) {
      throw invalidPattern("regular expression is too large");
    }
    this.instructions.push(instruction);
    return instruction;
  }

  /** Where the next instruction will be. */
  get here(): number {
    return this.instructions.length;
  }

  emit(node: PatternNode): void {
    switch (node.type) {
      case "empty":
      case "call":
        return;
      case "fail":
        this.add({ op: "fail" });
        return;
      case "set":
        this.add({ op: "set", accepts: compileSet(node.set) });
        return;
      case "assertion":
        this.add({ op: "assert", assertion: node.assertion });
        return;
      case "sequence":
        for (const item of node.items) this.emit(item);
        return;
      case "alternation":
        return this.alternation(node.branches);
      case "group":
        this.add({ op: "save", register: 2 * node.index });
        this.emit(node.child);
        this.add({ op: "save", register: 2 * node.index + 1 });
        return;
      case "atomic":
        this.add({ op: "atomic", program: this.nested(node.child) });
        return;
      case "look":
        this.add({
          op: "look",
          program: this.nested(node.child),
          negated: node.negated,
          behind: node.behind ? widthOf(node.child) : undefined,
        });
        return;
      case "backReference":
        this.isPure = false;
        this.add({ op: "reference", groups: node.indexes, fold: node.fold });
        return;
      case "conditional":
        return this.conditional(node);
      case "repeat":
        return this.repeat(node);
    }
  }

  nested(child: PatternNode): Program {
    const program = assemble(child, this.counter);
    if (!program.isPure) this.isPure = false;
    return program;
  }

  conditional(node: PatternNode & { type: "conditional" }): void {
    this.isPure = false;
    const branch = this.add({ op: "branchIfSet", groups: node.indexes, otherwise: 0 });
    this.emit(node.whenSet);
    const jump = this.add({ op: "jump", target: 0 });
    branch.otherwise = this.here;
    this.emit(node.otherwise);
    jump.target = this.here;
  }

  alternation(branches: readonly PatternNode[]): void {
    const jumps: { target: number }[] = [];
    branches.forEach((branch, i) => {
      if (i === branches.length - 1) return this.emit(branch);
      const split = this.add({ op: "split", first: this.here + 1, second: 0 });
      this.emit(branch);
      jumps.push(this.add({ op: "jump", target: 0 }));
      split.second = this.here;
    });
    for (const jump of jumps) jump.target = this.here;
  }

  repeat(node: PatternNode & { type: "repeat" }): void {
    const { child, min, max, mode } = node;
    if (mode === "possessive") {
      return this.emit({ type: "atomic", child: { ...node, mode: "greedy" } });
    }
    const isLazy = mode === "lazy";
    for (let i = 0; i < min; i++) this.emit(child);
    if (max === Infinity) return this.loop(child, isLazy);
    const choices: Choice[] = [];
    for (let i = min; i < max; i++) {
      choices.push(this.choice());
      this.emit(child);
    }
    for (const choice of choices) choose(choice, this.here, isLazy);
  }

  loop(child: PatternNode, isLazy: boolean): void {
    const head = this.here;
    const choice = this.choice();
    if (widthOf(child).min > 0) {
      this.emit(child);
      this.add({ op: "jump", target: head });
    } else {
      const register = this.counter.registers++;
      this.add({ op: "save", register });
      this.emit(child);
      const progress = this.add({ op: "progress", register, exit: 0 });
      this.add({ op: "jump", target: head });
      progress.exit = this.here;
    }
    choose(choice, this.here, isLazy);
  }

  choice(): Choice {
    const split = this.add({ op: "split", first: 0, second: 0 });
    return { split, inside: this.here };
  }
}

/** A split between going into a body, which starts at `inside`, and passing it by. */
interface Choice {
  readonly split: { first: number; second: number };
  readonly inside: number;
}

function choose({ split, inside }: Choice, outside: number, isLazy: boolean): void {
  split.first = isLazy ? outside : inside;
  split.second = isLazy ? inside : outside;
}
