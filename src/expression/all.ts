// Every expression operator by name, joined from the families. A new operator goes into its family's list.

import { ACCUMULATION_OPERATORS } from "./accumulation.ts";
import { ARITHMETIC_OPERATORS } from "./arithmetic.ts";
import { ARRAY_ACCESS_OPERATORS } from "./array_access.ts";
import { ARRAY_ITERATION_OPERATORS } from "./array_iteration.ts";
import { ARRAY_RESHAPING_OPERATORS } from "./array_reshaping.ts";
import { BINDING_OPERATORS } from "./binding.ts";
import { BITWISE_OPERATORS } from "./bitwise.ts";
import { COMPARISON_OPERATORS } from "./comparison.ts";
import { CONDITIONAL_OPERATORS } from "./conditional.ts";
import { DATE_ARITHMETIC_OPERATORS } from "./date_arithmetic.ts";
import { DATE_FORMAT_OPERATORS } from "./date_format.ts";
import { DATE_FROM_PARTS_OPERATORS } from "./date_from_parts.ts";
import { DATE_FROM_STRING_OPERATORS } from "./date_from_string.ts";
import { DATE_PART_OPERATORS } from "./date_parts.ts";
import { EXPONENTIAL_OPERATORS } from "./exponential.ts";
import { LOGIC_OPERATORS } from "./logic.ts";
import { METADATA_OPERATORS } from "./metadata.ts";
import { OBJECT_OPERATORS } from "./object.ts";
import { PERCENTILE_OPERATORS } from "./percentile.ts";
import { REGULAR_EXPRESSION_OPERATORS } from "./regular_expression.ts";
import { ROUNDING_OPERATORS } from "./rounding.ts";
import { SET_OPERATORS } from "./set.ts";
import { SIZE_OPERATORS } from "./size.ts";
import { STRING_OPERATORS } from "./string.ts";
import { STRING_POSITION_OPERATORS } from "./string_position.ts";
import { STRING_REPLACEMENT_OPERATORS } from "./string_replacement.ts";
import { TRIGONOMETRY_OPERATORS } from "./trigonometry.ts";
import { TYPE_CONVERSION_OPERATORS } from "./type_conversion.ts";
import type { ExpressionDefinition } from "./definition.ts";

const FAMILIES: readonly (readonly ExpressionDefinition[])[] = [
  ACCUMULATION_OPERATORS,
  ARITHMETIC_OPERATORS,
  ARRAY_ACCESS_OPERATORS,
  ARRAY_ITERATION_OPERATORS,
  ARRAY_RESHAPING_OPERATORS,
  BINDING_OPERATORS,
  BITWISE_OPERATORS,
  COMPARISON_OPERATORS,
  CONDITIONAL_OPERATORS,
  DATE_ARITHMETIC_OPERATORS,
  DATE_FORMAT_OPERATORS,
  DATE_FROM_PARTS_OPERATORS,
  DATE_FROM_STRING_OPERATORS,
  DATE_PART_OPERATORS,
  EXPONENTIAL_OPERATORS,
  LOGIC_OPERATORS,
  METADATA_OPERATORS,
  OBJECT_OPERATORS,
  PERCENTILE_OPERATORS,
  REGULAR_EXPRESSION_OPERATORS,
  ROUNDING_OPERATORS,
  SET_OPERATORS,
  SIZE_OPERATORS,
  STRING_OPERATORS,
  STRING_POSITION_OPERATORS,
  STRING_REPLACEMENT_OPERATORS,
  TRIGONOMETRY_OPERATORS,
  TYPE_CONVERSION_OPERATORS,
];

export const EXPRESSION_OPERATORS: ReadonlyMap<string, ExpressionDefinition> = new Map(
  FAMILIES.flat().map((definition) => [definition.name, definition]),
);
