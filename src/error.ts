// The one error that reaches a client unchanged, and the table of codes and names it uses.
//
// Codes and names are MongoDB's own, because drivers, ODMs and people match on them. Codes without a name there
// are shown as `Location<code>`. Only server/dispatch.ts turns an error into a reply.

/** Codes by name, in numeric order (MongoDB manual, "Error Codes"). */
export const ErrorCode = {
  InternalError: 1,
  BadValue: 2,
  NoSuchKey: 4,
  GraphContainsCycle: 5,
  HostUnreachable: 6,
  HostNotFound: 7,
  UnknownError: 8,
  FailedToParse: 9,
  CannotMutateObject: 10,
  UserNotFound: 11,
  UnsupportedFormat: 12,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  ProtocolError: 17,
  AuthenticationFailed: 18,
  CannotReuseObject: 19,
  IllegalOperation: 20,
  EmptyArrayOperation: 21,
  InvalidBSON: 22,
  AlreadyInitialized: 23,
  LockTimeout: 24,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  RoleNotFound: 31,
  CannotBackfillArray: 34,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  NotExactValueField: 111,
  EmptyFieldName: 56,
  DottedFieldName: 57,
  CommandNotFound: 59,
  WriteConcernTimeout: 64,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  IndexAlreadyExists: 68,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  UnknownReplWriteConcern: 79,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  OperationFailed: 96,
  NoProgressMade: 82,
  ShutdownInProgress: 91,
  UnsatisfiableWriteConcern: 100,
  OutdatedClient: 101,
  NewerClientRequired: 103,
  CommandNotSupported: 115,
  ConflictingOperationInProgress: 117,
  WriteConflict: 112,
  NamespaceNotSharded: 118,
  DocumentValidationFailure: 121,
  NotAReplicaSet: 123,
  CommandFailed: 125,
  CappedPositionLost: 136,
  OplogOutOfOrder: 152,
  ViewDepthLimitExceeded: 165,
  CommandNotSupportedOnView: 166,
  OptionNotSupportedOnView: 167,
  InvalidPipelineOperator: 168,
  CommandOnShardedViewNotSupportedOnMongod: 169,
  CannotIndexParallelArrays: 171,
  InvalidPipelineOperatorOnView: 174,
  QueryPlanKilled: 175,
  PrimarySteppedDown: 189,
  InvalidIndexSpecificationOption: 197,
  CursorInUse: 143,
  NoSuchSession: 206,
  TooManyLogicalSessions: 261,
  ExceededTimeLimit: 262,
  OperationNotSupportedInTransaction: 263,
  TransactionTooOld: 225,
  MaxSubPipelineDepthExceeded: 232,
  CursorKilled: 237,
  SnapshotTooOld: 239,
  ConversionFailure: 241,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  QueryFeatureNotAllowed: 224,
  InvalidUUID: 207,
  DuplicateKey: 11000,
  InterruptedAtShutdown: 11600,
  Interrupted: 11601,
  InterruptedDueToReplStateChange: 11602,
  BSONObjectTooLarge: 10334,
  NotWritablePrimary: 10107,
  APIVersionError: 322,
  APIStrictError: 323,
  APIDeprecationError: 324,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  TransactionExceededLifetimeLimitSeconds: 290,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  NoQueryExecutionPlans: 291,
  MergeStageNoMatchingDocument: 13113,
  OutOfDiskSpace: 14031,
  MechanismUnavailable: 334,
  CannotConvertIndexToUnique: 359,
  IDLFailedToParse: 40414,
  IDLUnknownField: 40415,
} as const;

const NAMES = new Map<number, string>(
  Object.entries(ErrorCode).map(([name, code]) => [code, name]),
);

/** The `codeName` of a reply. */
export function codeName(code: number): string {
  return NAMES.get(code) ?? `Location${code}`;
}

export interface CommandErrorOptions {
  /** `errorLabels` of the reply. */
  readonly labels?: readonly string[];
  /** A raw BSON document whose fields the reply shows beside `errmsg` and `code` (`keyPattern`, `errInfo`, ...). */
  readonly info?: Uint8Array;
}

/** An error with MongoDB's code and text, shown to the client as it is. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly code: number;
  readonly labels: readonly string[];
  readonly info: Uint8Array | undefined;

  constructor(code: number, message: string, options: CommandErrorOptions = {}) {
    super(message);
    this.code = code;
    this.labels = options.labels ?? [];
    this.info = options.info;
  }

  get codeName(): string {
    return codeName(this.code);
  }
}

/**
 * The same error saying where it was met, in mongod's way: "<context> :: caused by :: <message>". Once only; anything but a
 * CommandError is returned unchanged.
 */
export function withContext(context: string, error: unknown): unknown {
  if (!(error instanceof CommandError) || error.message.startsWith(context)) return error;
  return new CommandError(error.code, `${context} :: caused by :: ${error.message}`, {
    labels: error.labels,
    ...(error.info === undefined ? {} : { info: error.info }),
  });
}
