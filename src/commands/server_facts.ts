// Numbers and versions that several commands tell: what this server can do, in MongoDB's terms.

/** The MongoDB version whose answers this server gives. */
export const MONGODB_VERSION = "8.2.11";
export const MONGODB_VERSION_PARTS: readonly number[] = [8, 2, 11, 0];
/** This project's own version; kept equal to deno.json's by a test. */
export const PRODUCT_VERSION = "0.1.0";
export const WIRE_VERSION_MAX = 27;
export const DOCUMENT_BYTES_MAX = 16_777_216;
export const MESSAGE_BYTES_MAX = 48_000_000;
export const WRITE_BATCH_MAX = 100_000;
