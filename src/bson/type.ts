// BSON type bytes, their names, and the order of types in comparisons.
//
// Sources: bsonspec.org; MongoDB manual, "BSON Types" and "Comparison/Sort Order".

/** The type byte of an element. MinKey is -1 in the specification, 255 as an unsigned byte. */
export const BsonType = {
  Double: 1,
  String: 2,
  Document: 3,
  Array: 4,
  Binary: 5,
  Undefined: 6,
  ObjectId: 7,
  Boolean: 8,
  Date: 9,
  Null: 10,
  Regex: 11,
  DBPointer: 12,
  Code: 13,
  Symbol: 14,
  CodeWithScope: 15,
  Int32: 16,
  Timestamp: 17,
  Int64: 18,
  Decimal128: 19,
  MaxKey: 127,
  MinKey: 255,
} as const;

const NAMES: ReadonlyArray<readonly [number, string]> = [
  [1, "double"],
  [2, "string"],
  [3, "object"],
  [4, "array"],
  [5, "binData"],
  [6, "undefined"],
  [7, "objectId"],
  [8, "bool"],
  [9, "date"],
  [10, "null"],
  [11, "regex"],
  [12, "dbPointer"],
  [13, "javascript"],
  [14, "symbol"],
  [15, "javascriptWithScope"],
  [16, "int"],
  [17, "timestamp"],
  [18, "long"],
  [19, "decimal"],
  [127, "maxKey"],
  [255, "minKey"],
];
const NAME_OF_TYPE = new Map(NAMES);
const TYPE_OF_NAME = new Map(NAMES.map(([type, name]) => [name, type]));

/** The name `$type` uses ("int", "objectId", ...). */
export function typeName(type: number): string {
  return NAME_OF_TYPE.get(type) ?? `unknown(${type})`;
}

/** The type byte of a `$type` name, undefined for an unknown one. "number" is not a type and not listed. */
export function typeOfName(name: string): number | undefined {
  return TYPE_OF_NAME.get(name);
}

/** The type's place in the cross-type order; types of equal place compare by value. Indexed by type byte. */
export const CANONICAL_ORDER: Uint8Array = new Uint8Array(256);
for (
  const [place, types] of [
    [1, [255]], // MinKey
    [2, [6, 0]], // undefined, and missing (type byte 0) where it takes part
    [3, [10]], // null
    [4, [1, 16, 18, 19]], // numbers
    [5, [2, 14]], // string, symbol
    [6, [3]],
    [7, [4]],
    [8, [5]],
    [9, [7]],
    [10, [8]],
    [11, [9]],
    [12, [17]],
    [13, [11]],
    [14, [12]],
    [15, [13]],
    [16, [15]],
    [17, [127]], // MaxKey
  ] as ReadonlyArray<readonly [number, readonly number[]]>
) {
  for (const type of types) CANONICAL_ORDER[type] = place;
}

/** True for the four numeric types. */
export function isNumericType(type: number): boolean {
  return type === 16 || type === 1 || type === 18 || type === 19;
}
