// How large an updated document may be: 16 MB, and 16 KB more before the buffer itself is refused.

import { CommandError, ErrorCode } from "../../error.ts";

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const MAX_BUFFER_BYTES = MAX_DOCUMENT_BYTES + 16 * 1024;

/** Throws 17419 (10334 far over the limit) for a document that became too large to store. */
export function checkUpdatedSize(document: Uint8Array): void {
  const { length } = document;
  if (length <= MAX_DOCUMENT_BYTES) return;
  if (length > MAX_BUFFER_BYTES) {
    throw new CommandError(
      ErrorCode.BSONObjectTooLarge,
      `BSONObj size: ${length} (0x${length.toString(16).toUpperCase()}) is invalid. Size must be ` +
        `between 0 and ${MAX_BUFFER_BYTES}(16MB)`,
    );
  }
  throw new CommandError(
    17419,
    `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`,
  );
}
