// The commands of one server: found by the bytes of their name, with their counters.
//
// Argument plans are made when a command is first used; making all of them would cost the start more than a connection's
// first answer.

import { ArgumentPlan } from "../commands/arguments.ts";
import type { CommandDefinition, CommandUsage } from "../commands/definition.ts";
import { NameTable } from "../commands/name_table.ts";

/** Plans are the same for every server of a process. */
const plans = new WeakMap<CommandDefinition, ArgumentPlan>();

export class CommandEntry implements CommandUsage {
  readonly name: string;
  total = 0;
  failed = 0;
  #plan: ArgumentPlan | undefined;

  constructor(readonly definition: CommandDefinition) {
    this.name = definition.name;
  }

  get plan(): ArgumentPlan {
    return this.#plan ??= planOf(this.definition);
  }
}

function planOf(definition: CommandDefinition): ArgumentPlan {
  let plan = plans.get(definition);
  if (plan === undefined) {
    plan = new ArgumentPlan(
      definition.name,
      definition.arguments,
      definition.takesAnyField,
    );
    plans.set(definition, plan);
  }
  return plan;
}

export class CommandTable {
  readonly entries: readonly CommandEntry[];
  readonly #names: NameTable;

  constructor(definitions: readonly CommandDefinition[]) {
    this.entries = definitions.map((definition) => new CommandEntry(definition));
    this.#names = new NameTable(
      definitions.flatMap(({ name, aliases = [] }, index) =>
        [name, ...aliases].map((each) => [each, index] as const)
      ),
    );
  }

  /** The command whose name stands NUL-terminated at `at`. */
  find(bytes: Uint8Array, at: number): CommandEntry | undefined {
    const index = this.#names.lookup(bytes, at);
    return index < 0 ? undefined : this.entries[index];
  }
}
