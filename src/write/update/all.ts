// All update operators, by name.

import { $addToSet, $pop, $pull, $pullAll } from "./array_operators.ts";
import { $bit, $inc, $mul } from "./arithmetic_operators.ts";
import type { UpdateOperatorDefinition } from "./definition.ts";
import { $currentDate, $max, $min, $set, $setOnInsert, $unset } from "./field_operators.ts";
import { $push } from "./push_operator.ts";
import { $rename } from "./rename_operator.ts";

export const UPDATE_OPERATORS: readonly UpdateOperatorDefinition[] = [
  $addToSet,
  $bit,
  $currentDate,
  $inc,
  $max,
  $min,
  $mul,
  $pop,
  $pull,
  $pullAll,
  $push,
  $rename,
  $set,
  $setOnInsert,
  $unset,
];
