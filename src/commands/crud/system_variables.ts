// The variables of expressions whose values come from the server: $$CLUSTER_TIME, the clock when the command began, and
// $$USER_ROLES, the roles of the client's user (none, there are no users yet).

import { Timestamp } from "bson";
import type { BsonValue } from "../../bson/value.ts";
import type { StorageEngine } from "../../storage/engine.ts";

/** Values under their names without dollars, for ExpressionCompiler. */
export function systemVariables(engine: StorageEngine): ReadonlyMap<string, BsonValue> {
  return new Map<string, BsonValue>([
    ["CLUSTER_TIME", new Timestamp(engine.clock.operationTime)],
    ["USER_ROLES", []],
  ]);
}
