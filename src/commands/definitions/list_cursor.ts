// The `cursor` argument of the commands that list definitions: `{ batchSize: n }` or empty.

import { elements } from "../../bson/read.ts";
import { isNumericType } from "../../bson/type.ts";
import { checkRange, integerAt, unknownFieldError, wrongTypeError } from "../arguments.ts";

/** The batch size, undefined when none was given. `name` is how errors call the argument. */
export function batchSizeOf(cursor: Uint8Array | undefined, name: string): number | undefined {
  if (cursor === undefined) return undefined;
  let batchSize: number | undefined;
  for (const field of elements(cursor)) {
    if (field.name !== "batchSize") throw unknownFieldError(`${name}.${field.name}`);
    if (!isNumericType(field.type)) throw wrongTypeError(`${name}.batchSize`, field.type, "long");
    batchSize = integerAt(field.bytes, field.type, field.at);
    checkRange("batchSize", batchSize, 0);
  }
  return batchSize;
}
