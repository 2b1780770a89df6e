import { codes, kinds, type CodeEntry, type ErrorCode, type ErrorKind } from './codes.ts';

export type ErrorDetails = Readonly<Record<string, unknown>>;

export type ErrorOptions = {
  readonly cause?: unknown;
  /** A sentence that was made elsewhere from the same table: what a server said, word for word. */
  readonly message?: string;
};

/** The one error class. It crosses process and network borders as `ErrorJson` and comes back the same. */
export class EditorError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  /** What the person can do next, one sentence without a full stop. */
  readonly hint: string;
  /** Ids, units, measured against permitted. Never secrets, paths of the server or media. */
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: ErrorOptions = {}) {
    super(options.message ?? codes[code].message(details), 'cause' in options ? { cause: options.cause } : {});
    this.name = 'EditorError';
    this.code = code;
    this.kind = codes[code].kind;
    this.hint = codes[code].hint;
    this.details = details;
  }

  /** HTTP status of this failure. */
  get status(): number {
    const entry: CodeEntry = codes[this.code];
    return entry.status ?? kinds[this.kind].status;
  }

  /** The number that clients of the HTTP API read in `code`. */
  get wireCode(): number {
    const entry: CodeEntry = codes[this.code];
    return entry.wire ?? this.status;
  }

  toJSON(): ErrorJson {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details };
  }
}

export type ErrorJson = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly details: ErrorDetails;
};

/** Makes the error for `code`; write `throw fail('CODE', { … })`. */
export function fail(code: ErrorCode, details: ErrorDetails = {}, options: ErrorOptions = {}): EditorError {
  return new EditorError(code, details, options);
}

/** Whether `error` is an EditorError, of `code` where one is given. */
export function isEditorError(error: unknown, code?: ErrorCode): error is EditorError {
  return error instanceof EditorError && (code === undefined || error.code === code);
}

/** Turns anything thrown into an EditorError: ours stays as it is, anything else becomes INTERNAL with its cause kept. */
export function asEditorError(error: unknown, details: ErrorDetails = {}): EditorError {
  return error instanceof EditorError ? error : new EditorError('INTERNAL', details, { cause: error });
}

/** Rebuilds an error that crossed a border as JSON; an unknown code becomes INTERNAL. */
export function errorFromJson(json: {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}): EditorError {
  const details = typeof json.details === 'object' && json.details !== null ? (json.details as ErrorDetails) : {};
  if (typeof json.code === 'string' && Object.hasOwn(codes, json.code)) return new EditorError(json.code as ErrorCode, details);
  return new EditorError('INTERNAL', details, { cause: json.message });
}
