// Keys of the WiredTiger statistics that the server asks for one by one (numbers of release 11.3.1, wiredtiger.h).
//
// Everything else comes by description from WtConnection.statistics(), which is slower (about 600 of them).

export const ConnectionStatistic = {
  cacheBytesInUse: 1077,
  cacheBytesDirtyTotal: 1078,
  cacheBytesMaximum: 1185,
} as const;

/** Statistics of one table; ask with the uri `statistics:table:<name>`. */
export const TableStatistic = {
  /** Size of the table's file in bytes. */
  blockSize: 2024,
} as const;
