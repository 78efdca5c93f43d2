// What explain tells of a stage that may use the disk.

import type { BsonWriter } from "../bson/encode.ts";

export interface SpillStatistics {
  /** How often it went to disk, and with how much. */
  spills: number;
  spilledBytes: number;
  spilledRecords: number;
}

export function noSpills(): SpillStatistics {
  return { spills: 0, spilledBytes: 0, spilledRecords: 0 };
}

/** Adds the fields to the stage's document. */
export function writeSpills(writer: BsonWriter, statistics: SpillStatistics): void {
  const { spills, spilledBytes, spilledRecords } = statistics;
  writer.bool("usedDisk", spills > 0);
  writer.int64("spills", BigInt(spills));
  writer.int64("spilledDataStorageSize", BigInt(spilledBytes));
  writer.int64("spilledBytes", BigInt(spilledBytes));
  writer.int64("spilledRecords", BigInt(spilledRecords));
}
