// The two shapes of compiled tests: of a document, and of one value inside it.

/** Accepts or refuses the document at `start`. */
export type Predicate = (bytes: Uint8Array, start: number) => boolean;

/** Accepts or refuses one value. */
export type ValueTest = (bytes: Uint8Array, type: number, at: number) => boolean;
