// A matcher that can be stopped: runs a pattern's program (program.ts) with an explicit stack and counts its steps.
//
// Failures are remembered per instruction and position where nothing but the position matters, which makes the usual
// runaway patterns, `(a+)+$`, take time in proportion to the text. With back references there is no such memory; the
// number of steps is limited then, as PCRE2's match limit does, and the error is the server's for it.

import { CommandError } from "../../error.ts";
import { caseVariants } from "./char_set.ts";
import type { Instruction, Program } from "./program.ts";
import type { Assertion } from "./syntax.ts";

/** Steps of one search without memory, as many as PCRE2's match limit; about a tenth of a second. */
const MAXIMUM_STEPS = 10_000_000;
const STEPS_BETWEEN_CHECKS = 1 << 16;
/** Bits of memory for failures; texts that need more are searched without. */
const MAXIMUM_MEMORY_BITS = 1 << 28;
const MAXIMUM_STACK = 1 << 24;
const PCRE2_ERROR_MATCHLIMIT = -47;

function matchLimitError(): CommandError {
  return new CommandError(
    51156,
    `Error occurred while executing the regular expression. Result code: ${PCRE2_ERROR_MATCHLIMIT}`,
  );
}

/** Where a program matched, in code points. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** True when the program matches somewhere in the text. */
export function search(program: Program, text: string, checkInterrupt?: () => void): boolean {
  return new Machine(program, codePoints(text), checkInterrupt).find(0) !== undefined;
}

export function codePoints(text: string): Uint32Array {
  const codes = new Uint32Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code > 0xffff) i++;
    codes[length++] = code;
  }
  return codes.subarray(0, length);
}

/** A program on one text; can be asked for match after match. */
export class Machine {
  readonly #program: Program;
  readonly #codes: Uint32Array;
  readonly #checkInterrupt: (() => void) | undefined;
  readonly #registers: Int32Array;
  /** Pairs: an instruction and a position to go back to, or -1 - register and its former value. */
  #stack = new Int32Array(256);
  #top = 0;
  #steps = 0;
  #nextCheck = STEPS_BETWEEN_CHECKS;
  /** Per position one bit for each instruction. */
  readonly #failed: Uint32Array | undefined;
  /** The positions that have bits set. */
  #lowest = 0;
  #highest = -1;

  constructor(program: Program, codes: Uint32Array, checkInterrupt?: () => void) {
    this.#program = program;
    this.#codes = codes;
    this.#checkInterrupt = checkInterrupt;
    this.#registers = new Int32Array(program.registers).fill(-1);
    const bits = program.instructions.length * (codes.length + 1);
    if (program.isPure && bits <= MAXIMUM_MEMORY_BITS) {
      this.#failed = new Uint32Array((bits >> 5) + 1);
    }
  }

  /** The first match that starts at `from` or later. */
  find(from: number): Span | undefined {
    this.#forget(from);
    for (let start = from; start <= this.#codes.length; start++) {
      const end = this.#runAt(start);
      if (end >= 0) return { start, end };
    }
    return undefined;
  }

  /** The match that starts at `start`. */
  matchAt(start: number): Span | undefined {
    this.#forget(start);
    const end = this.#runAt(start);
    return end < 0 ? undefined : { start, end };
  }

  /** What a group captured in the match found last. */
  capture(group: number): Span | undefined {
    const start = this.#registers[2 * group], end = this.#registers[2 * group + 1];
    return start < 0 || end < 0 ? undefined : { start, end };
  }

  #runAt(start: number): number {
    this.#registers.fill(-1);
    this.#top = 0;
    return this.#run(this.#program, start, -1);
  }

  /** Clears the memory: after a match it also holds what did not fail. */
  #forget(from: number): void {
    this.#steps = 0;
    this.#nextCheck = STEPS_BETWEEN_CHECKS;
    if (this.#failed !== undefined && this.#highest >= this.#lowest) {
      const count = this.#program.instructions.length;
      this.#failed.fill(0, (this.#lowest * count) >> 5, (((this.#highest + 1) * count) >> 5) + 1);
    }
    this.#lowest = from;
    this.#highest = -1;
  }

  /** The end of the first match at `start` (at `mustEnd` when not negative), or -1. */
  #run(program: Program, start: number, mustEnd: number): number {
    const { instructions } = program;
    const failed = program === this.#program ? this.#failed : undefined;
    const width = instructions.length;
    const base = this.#top;
    let at = start;
    let next = 0;
    for (;;) {
      if (++this.#steps >= this.#nextCheck) this.#check();
      const instruction = instructions[next];
      switch (instruction.op) {
        case "set":
          if (at < this.#codes.length && instruction.accepts(this.#codes[at])) {
            at++;
            next++;
            continue;
          }
          break;
        case "split": {
          if (failed !== undefined) {
            // Each place is explored once: a second visit would fail as the first one did.
            const bit = at * width + next;
            if (failed[bit >> 5] & (1 << (bit & 31))) break;
            failed[bit >> 5] |= 1 << (bit & 31);
            if (at > this.#highest) this.#highest = at;
          }
          this.#push(instruction.second, at);
          next = instruction.first;
          continue;
        }
        case "jump":
          next = instruction.target;
          continue;
        case "end":
          if (mustEnd >= 0 && at !== mustEnd) break;
          this.#dropChoices(base);
          return at;
        default: {
          const result = this.#other(instruction, at);
          if (result !== undefined) {
            at = result.at;
            next = result.next < 0 ? next + 1 : result.next;
            continue;
          }
        }
      }
      // Back to the last choice.
      for (;;) {
        if (this.#top === base) return -1;
        const position = this.#stack[--this.#top];
        const place = this.#stack[--this.#top];
        if (place < 0) {
          this.#registers[-1 - place] = position;
        } else {
          next = place;
          at = position;
          break;
        }
      }
    }
  }

  /** The rarer instructions: where to go on (-1: the next one), undefined on failure. */
  #other(instruction: Instruction, at: number): { at: number; next: number } | undefined {
    switch (instruction.op) {
      case "save":
        this.#save(instruction.register, at);
        return { at, next: -1 };
      case "progress":
        return { at, next: this.#registers[instruction.register] === at ? instruction.exit : -1 };
      case "assert":
        return this.#holds(instruction.assertion, at) ? { at, next: -1 } : undefined;
      case "look":
        return this.#look(instruction, at) ? { at, next: -1 } : undefined;
      case "atomic": {
        const end = this.#run(instruction.program, at, -1);
        return end < 0 ? undefined : { at: end, next: -1 };
      }
      case "reference": {
        const end = this.#reference(instruction.groups, instruction.fold, at);
        return end < 0 ? undefined : { at: end, next: -1 };
      }
      case "branchIfSet": {
        const isSet = instruction.groups.some((group) => this.#registers[2 * group + 1] >= 0);
        return { at, next: isSet ? -1 : instruction.otherwise };
      }
      default:
        return undefined;
    }
  }

  #look(instruction: Instruction & { op: "look" }, at: number): boolean {
    const { program, behind, negated } = instruction;
    const before = this.#top;
    let found = false;
    if (behind === undefined) {
      found = this.#run(program, at, -1) >= 0;
    } else {
      for (let length = behind.min; length <= behind.max && length <= at && !found; length++) {
        found = this.#run(program, at - length, at) >= 0;
      }
    }
    // What a negative lookaround captured is undone.
    if (negated && found) this.#undo(before);
    return found !== negated;
  }

  #reference(groups: readonly number[], fold: boolean, at: number): number {
    const group = groups.find((each) => this.#registers[2 * each + 1] >= 0);
    if (group === undefined) return -1;
    const from = this.#registers[2 * group];
    const to = this.#registers[2 * group + 1];
    if (at + to - from > this.#codes.length) return -1;
    for (let i = from; i < to; i++, at++) {
      const wanted = this.#codes[i], found = this.#codes[at];
      if (wanted !== found && !(fold && caseVariants(wanted).includes(found))) return -1;
    }
    return at;
  }

  #holds(assertion: Assertion, at: number): boolean {
    const codes = this.#codes;
    const end = codes.length;
    switch (assertion) {
      case "textStart":
        return at === 0;
      case "textEnd":
        return at === end;
      case "textEndOrFinalNewline":
        return at === end || (at === end - 1 && codes[at] === 10);
      case "lineStart":
        return at === 0 || (at < end && codes[at - 1] === 10);
      case "lineEnd":
        return at === end || codes[at] === 10;
      case "wordBoundary":
        return this.#isWord(at - 1) !== this.#isWord(at);
      case "notWordBoundary":
        return this.#isWord(at - 1) === this.#isWord(at);
    }
  }

  #isWord(at: number): boolean {
    if (at < 0 || at >= this.#codes.length) return false;
    const code = this.#codes[at];
    return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || code === 0x5f ||
      (code >= 0x61 && code <= 0x7a);
  }

  #save(register: number, at: number): void {
    this.#push(-1 - register, this.#registers[register]);
    this.#registers[register] = at;
  }

  #push(place: number, position: number): void {
    if (this.#top + 2 > this.#stack.length) {
      if (this.#stack.length >= MAXIMUM_STACK) throw matchLimitError();
      const larger = new Int32Array(this.#stack.length * 2);
      larger.set(this.#stack);
      this.#stack = larger;
    }
    this.#stack[this.#top++] = place;
    this.#stack[this.#top++] = position;
  }

  /** Forgets the choices above `base`, but keeps what registers held before: going back past here restores them. */
  #dropChoices(base: number): void {
    let kept = base;
    for (let i = base; i < this.#top; i += 2) {
      if (this.#stack[i] >= 0) continue;
      this.#stack[kept++] = this.#stack[i];
      this.#stack[kept++] = this.#stack[i + 1];
    }
    this.#top = kept;
  }

  #undo(before: number): void {
    while (this.#top > before) {
      const value = this.#stack[--this.#top];
      const place = this.#stack[--this.#top];
      if (place < 0) this.#registers[-1 - place] = value;
    }
  }

  #check(): void {
    this.#nextCheck = this.#steps + STEPS_BETWEEN_CHECKS;
    this.#checkInterrupt?.();
    // With memory the work is bounded by the text's length.
    if (this.#failed === undefined && this.#steps > MAXIMUM_STEPS) throw matchLimitError();
  }
}
