// $top, $bottom, $topN, $bottomN: values of the documents that come first or last in an order of their own.
//
// The argument is evaluated to a pair: the document's sort key and the output value (null for a missing one). Of documents
// with equal keys those seen first are kept. Keys compare bytewise, or through the generator under a collation.

import { Binary } from "bson";
import { copyValue } from "../../bson/decode.ts";
import { documentOf, elements, isEmptyDocument, type RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../../bson/value.ts";
import { CommandError } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import { SortKeyGenerator } from "../../query/sort_key.ts";
import { parseSort, type SortSpec } from "../../query/sort_spec.ts";
import type {
  AccumulatorDefinition,
  AccumulatorSite,
  AccumulatorState,
  MemoryMeter,
  PipelineContext,
  SlidingState,
} from "../definition.ts";
import { compileCountOf, type CountOf, notAnObjectError } from "./counted.ts";
import { sizeOf, StateMemory } from "./memory.ts";

interface Shape {
  readonly name: string;
  readonly fromEnd: boolean;
  readonly isSingle: boolean;
}

type Pair = readonly [key: Binary, value: BsonValue];

/** Pairs by key, equal keys in order of arrival. */
class SortedPairs {
  readonly pairs: Pair[] = [];

  constructor(private readonly order: SortKeyGenerator) {}

  compare(a: Pair, b: Pair): number {
    return this.order.compare(a[0].buffer, b[0].buffer);
  }

  /** Behind all pairs of equal key (`after`), or in front of them. */
  place(pair: Pair, after: boolean): number {
    let low = 0;
    let high = this.pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = this.compare(this.pairs[middle], pair);
      if (order < 0 || (after && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  values(count: number, { fromEnd, isSingle }: Shape): BsonValue {
    const chosen = fromEnd ? this.pairs.slice(-count) : this.pairs.slice(0, count);
    const values = chosen.map(([, value]) => value);
    return isSingle ? values[0] ?? null : values;
  }
}

class OrderedState implements AccumulatorState {
  private readonly sorted: SortedPairs;
  private readonly memory: StateMemory;

  constructor(
    private readonly shape: Shape,
    private readonly count: number,
    order: SortKeyGenerator,
    meter: MemoryMeter,
  ) {
    this.sorted = new SortedPairs(order);
    this.memory = new StateMemory(shape.name, meter);
  }

  add(value: OptionalValue): void {
    const pair = value as unknown as Pair;
    const { pairs } = this.sorted;
    const isFull = pairs.length === this.count;
    if (isFull) {
      const beaten = this.shape.fromEnd
        ? this.sorted.compare(pair, pairs[0]) > 0
        : this.sorted.compare(pair, pairs[pairs.length - 1]) < 0;
      if (!beaten) return;
    }
    const kept: Pair = [pair[0], copyValue(pair[1])];
    const at = this.sorted.place(pair, true);
    pairs.splice(at, 0, kept);
    this.memory.add(sizeOf(kept as unknown as BsonValue));
    if (!isFull) return;
    const [dropped] = pairs.splice(this.shape.fromEnd ? 0 : this.count, 1);
    this.memory.add(-sizeOf(dropped as unknown as BsonValue));
  }

  value(): OptionalValue {
    return this.sorted.values(this.count, this.shape);
  }

  save(): BsonValue {
    return this.sorted.pairs as unknown as BsonValue;
  }

  merge(saved: BsonValue): void {
    for (const pair of saved as BsonValue[]) this.add(pair);
  }
}

class SlidingOrder implements SlidingState {
  private readonly sorted: SortedPairs;

  constructor(
    private readonly shape: Shape,
    private readonly count: number,
    order: SortKeyGenerator,
  ) {
    this.sorted = new SortedPairs(order);
  }

  add(value: OptionalValue): void {
    const pair = value as unknown as Pair;
    this.sorted.pairs.splice(this.sorted.place(pair, true), 0, pair);
  }

  remove(value: OptionalValue): void {
    this.sorted.pairs.splice(this.sorted.place(value as unknown as Pair, false), 1);
  }

  value(): OptionalValue {
    return this.sorted.values(this.count, this.shape);
  }
}

interface OrderedArguments {
  readonly countOf: CountOf;
  readonly sort: SortSpec;
  readonly output: Expression;
}

function parseArguments(
  { name, isSingle }: Shape,
  argument: RawElement,
  context: PipelineContext,
  site: AccumulatorSite,
): OrderedArguments {
  if (argument.type !== BsonType.Document) throw notAnObjectError(argument, 5788001);
  let countOf: CountOf | undefined = isSingle ? () => 1 : undefined;
  let sort: SortSpec | undefined;
  let output: Expression | undefined;
  for (const field of elements(argument.bytes, argument.at)) {
    if (field.name === "n" && !isSingle) countOf = compileCountOf(field, context, site);
    else if (field.name === "output") output = context.compiler.compile(field);
    else if (field.name === "sortBy") {
      if (field.type !== BsonType.Document) {
        throw new CommandError(10065, "invalid parameter: expected an object (sortBy)");
      }
      if (isEmptyDocument(field.bytes, field.at)) {
        throw new CommandError(9657900, "invalid parameter: expected a non-empty object (sortBy)");
      }
      sort = parseSort(documentOf(field));
    } else throw new CommandError(5788002, `Unknown argument to ${name} '${field.name}'`);
  }
  if (countOf === undefined) throw new CommandError(5788003, "Missing value for 'n'");
  if (output === undefined) throw new CommandError(5788004, "Missing value for 'output'");
  if (sort === undefined) throw new CommandError(5788005, "Missing value for 'sortBy'");
  return { countOf, sort, output };
}

/** Evaluates to the pair of sort key and output. */
function pairExpression(order: SortKeyGenerator, sort: SortSpec, output: Expression): Expression {
  const { dependencies } = output;
  return {
    evaluate: (scope) => {
      const value = output.evaluate(scope);
      const key = new Binary(order.key(scope.bytes, scope.start).slice());
      return [key, value === MISSING ? null : value];
    },
    constant: undefined,
    dependencies: {
      ...dependencies,
      paths: new Set([...dependencies.paths, ...sort.parts.map(({ path }) => path)]),
    },
  };
}

function orderedAccumulator(shape: Shape): AccumulatorDefinition["compile"] {
  return (argument, context, site) => {
    const { countOf, sort, output } = parseArguments(shape, argument, context, site);
    const order = new SortKeyGenerator(sort, context.query.collation);
    return {
      argument: pairExpression(order, sort, output),
      start: (meter, id) => new OrderedState(shape, countOf(id), order, meter),
      startSliding: () => new SlidingOrder(shape, countOf(), order),
    };
  };
}

function definition(
  name: string,
  help: string,
  fromEnd: boolean,
  isSingle: boolean,
): AccumulatorDefinition {
  return { name, help, compile: orderedAccumulator({ name, fromEnd, isSingle }) };
}

export const ORDERED_ACCUMULATORS: readonly AccumulatorDefinition[] = [
  definition("$bottom", "The last document's value in an order", true, true),
  definition("$bottomN", "The last n documents' values in an order", true, false),
  definition("$top", "The first document's value in an order", false, true),
  definition("$topN", "The first n documents' values in an order", false, false),
];
