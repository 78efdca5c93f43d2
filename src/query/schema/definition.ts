// What a parsed $jsonSchema is: a list of rules, each with its test and its own way to tell why it failed.
//
// Keywords are definitions in families (*_keywords.ts) listed in ../json_schema.ts in the order in which mongod checks
// and reports them.

import type { BsonWriter } from "../../bson/encode.ts";
import type { RawElement, RawValue } from "../../bson/read.ts";
import type { ValueTest } from "../predicate.ts";

export interface SchemaNode {
  readonly rules: readonly SchemaRule[];
  /** `title` and `description`, shown where the schema failed. */
  readonly annotations: readonly RawElement[];
  /** True when every rule holds. */
  readonly holds: ValueTest;
}

export interface SchemaRule {
  /** True also for values the keyword is not about. */
  readonly holds: ValueTest;
  /** Appends one document (or more) to the array of details being written; called for values that failed. */
  explain(value: RawValue, details: BsonWriter): void;
}

/** A schema's keywords while they are parsed. */
export interface SchemaSite {
  readonly keywords: ReadonlyMap<string, RawElement>;
  readonly checkInterrupt: (() => void) | undefined;
  /** Parses a schema inside the schema. */
  parse(schema: RawValue): SchemaNode;
}

export interface SchemaKeywordDefinition {
  readonly name: string;
  /** The rule, or undefined when the keyword only goes with another. */
  parse(argument: RawElement, site: SchemaSite): SchemaRule | undefined;
}
