// The name a client application gives itself: `application.name` in the metadata of its first hello.

import { documentOf, getField, readString } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";

export function applicationNameOf(metadata: Uint8Array | undefined): string | undefined {
  const application = metadata && getField(metadata, "application");
  if (application?.type !== BsonType.Document) return undefined;
  const name = getField(documentOf(application), "name");
  return name?.type === BsonType.String ? readString(name.bytes, name.at) : undefined;
}
