/**
 * Every failure that a person or program can meet, in one table: what kind it is, what it says, what to do next.
 *
 * `wire` is the number that clients of the HTTP API read in `code`; where it is absent the HTTP status is used.
 * `status` overrides the status of the kind only where the API contract fixes another one.
 */

/** What a failure means for the caller; decides HTTP status, exit code and whether the queue tries again. */
export type ErrorKind = 'invalid' | 'not-found' | 'conflict' | 'refused' | 'unsupported' | 'unavailable' | 'canceled' | 'bug';

export type KindMeaning = { readonly status: number; readonly exitCode: number; readonly retried: boolean };

export const kinds: Readonly<Record<ErrorKind, KindMeaning>> = {
  invalid: { status: 400, exitCode: 2, retried: false },
  'not-found': { status: 404, exitCode: 3, retried: false },
  conflict: { status: 409, exitCode: 4, retried: false },
  refused: { status: 403, exitCode: 5, retried: false },
  unsupported: { status: 422, exitCode: 6, retried: false },
  unavailable: { status: 503, exitCode: 7, retried: true },
  canceled: { status: 499, exitCode: 130, retried: false },
  bug: { status: 500, exitCode: 70, retried: false },
};

type Details = Readonly<Record<string, unknown>>;
export type CodeEntry = {
  readonly kind: ErrorKind;
  readonly message: (details: Details) => string;
  readonly hint: string;
  readonly wire?: number;
  readonly status?: number;
};

const formats = 'mp4, mov, avi, webm, mkv, jpg, png, gif, webp, mp3, wav, m4a, aac';
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const or = (value: unknown, fallback: string): string => (value === undefined ? fallback : textOf(value));

function define<const Codes extends Record<string, CodeEntry>>(codes: Codes): Codes {
  return codes;
}

export const codes = define({
  // Requests
  REQUEST_INVALID: {
    kind: 'invalid',
    message: (d) => `Request is invalid: ${or(d.reason, 'it does not match the schema')}`,
    hint: 'Correct the named field and send it again',
  },
  CLIENT_ID_MISSING: {
    kind: 'invalid',
    wire: 400,
    message: () => 'Header X-Client-Id is missing',
    hint: 'Generate a UUID, send it as X-Client-Id and retry',
  },
  ROUTE_NOT_FOUND: {
    kind: 'not-found',
    wire: 404,
    message: (d) => `There is no ${or(d.method, 'GET')} ${or(d.path, 'route')}`,
    hint: 'See /openapi.json for what there is',
  },
  BODY_TOO_LARGE: {
    kind: 'invalid',
    status: 413,
    wire: 4002,
    message: (d) => `Request body is larger than ${or(d.limitBytes, 'the limit of')} bytes`,
    hint: 'Send less at once',
  },
  REQUEST_TIMEOUT: {
    kind: 'invalid',
    status: 408,
    message: () => 'Request arrived too slowly',
    hint: 'Try again over a faster connection',
  },
  ORIGIN_REFUSED: {
    kind: 'refused',
    wire: 403,
    message: () => 'Request was sent under a host name or from a page that this server does not serve',
    hint: 'Use the address the server listens on, or set RUSHES_PUBLIC_URL to the one you use',
  },
  PRECONDITION_FAILED: {
    kind: 'conflict',
    status: 412,
    wire: 412,
    message: () => 'The file is not the version that was asked for',
    hint: 'Fetch it again without conditions',
  },
  RATE_LIMITED: {
    kind: 'refused',
    status: 429,
    wire: 429,
    message: (d) => `Too many requests: ${or(d.limit, 'the limit is reached')}`,
    hint: 'Wait for Retry-After and try once more',
  },
  // Identity
  TOKEN_INVALID: {
    kind: 'refused',
    status: 401,
    wire: 1001,
    message: () => 'Token is invalid or expired',
    hint: 'Get a new one from POST /api/auth/anonymous-token',
  },
  SESSION_NOT_FOUND: { kind: 'not-found', wire: 1002, message: () => 'Session was not found', hint: 'Create a new session' },
  RESOURCE_NOT_FOUND: {
    kind: 'not-found',
    wire: 404,
    message: (d) => `${or(d.what, 'Resource')} was not found`,
    hint: 'Check the id',
  },
  LINK_INVALID: {
    kind: 'refused',
    wire: 403,
    message: () => 'Link is invalid or expired',
    hint: 'Ask for the state again to get a fresh link',
  },
  CREDITS_EXHAUSTED: {
    kind: 'refused',
    status: 402,
    wire: 2001,
    message: (d) =>
      `No credits left: ${or(d.needed, 'more')} needed, ${or(d.available, '0')} available. Register at ${or(d.url, 'the registration page')}`,
    hint: 'Register or top up credits',
  },
  EXPORT_BLOCKED: {
    kind: 'refused',
    status: 402,
    wire: 402,
    message: () =>
      'Export is blocked, and this is not a credit problem: headers X-Skill-Source, X-Skill-Version and X-Skill-Platform are required',
    hint: 'Register or upgrade your plan to unlock export, or send the three attribution headers',
  },
  APPROVAL_REQUIRED: {
    kind: 'refused',
    message: (d) => `${or(d.what, 'This step')} needs a confirmation`,
    hint: 'Answer yes to go on or no to leave it',
  },
  // Uploads and media
  UPLOAD_UNSUPPORTED: {
    kind: 'unsupported',
    status: 415,
    wire: 4001,
    message: (d) =>
      `File ${or(d.name, '')} is not a supported media file${d.reason === undefined ? '' : ` (${textOf(d.reason)})`}; supported are ${formats}`,
    hint: `Send one of ${formats}`,
  },
  UPLOAD_TOO_LARGE: {
    kind: 'invalid',
    status: 413,
    wire: 4002,
    message: (d) => `File ${or(d.name, '')} is larger than ${or(d.limitBytes, 'the limit of')} bytes`,
    hint: 'Compress or trim it',
  },
  UPLOAD_EMPTY: {
    kind: 'unsupported',
    status: 415,
    wire: 4001,
    message: (d) => `File ${or(d.name, '')} is empty; supported are ${formats}`,
    hint: 'Send the file again',
  },
  URL_REFUSED: {
    kind: 'invalid',
    wire: 400,
    message: () => 'URL cannot be fetched',
    hint: 'Give a public http or https address that needs no login',
  },
  MEDIA_UNREADABLE: {
    kind: 'unsupported',
    wire: 4001,
    status: 415,
    message: (d) => `Media cannot be read${d.reason === undefined ? '' : `: ${textOf(d.reason)}`}`,
    hint: 'Check that the file plays, or convert it to MP4',
  },
  MEDIA_LIMIT: {
    kind: 'unsupported',
    wire: 4001,
    status: 415,
    message: (d) =>
      `Media goes over a limit: ${or(d.what, 'size')} is ${or(d.value, 'too large')}, permitted is ${or(d.limit, 'less')}`,
    hint: 'Reduce it and send it again',
  },
  MEDIA_STREAM_MISSING: {
    kind: 'unsupported',
    message: (d) => `Media has no ${or(d.kind, 'such')} stream`,
    hint: 'Choose another file',
  },
  // Timeline and edits
  TIMELINE_INVALID: {
    kind: 'invalid',
    wire: 400,
    message: (d) => `Timeline is invalid at ${or(d.path, 'its root')}: ${or(d.reason, 'it does not match the schema')}`,
    hint: 'Correct the named place',
  },
  DOCUMENT_INVALID: {
    kind: 'invalid',
    wire: 400,
    message: (d) =>
      `${or(d.format, 'File')} is invalid${d.line === undefined ? '' : ` at line ${textOf(d.line)}`}: ${or(d.reason, 'it does not follow its format')}`,
    hint: 'Correct the named place, or save the file again from the program it comes from',
  },
  TIMELINE_CONFLICT: {
    kind: 'conflict',
    message: (d) =>
      d.what === undefined
        ? `Timeline is at revision ${or(d.current, 'another')}, not ${or(d.expected, 'the expected one')}`
        : `${or(d.what, 'The same place')} was changed meanwhile${d.by === '' || d.by === undefined ? '' : ` (${or(d.by, '')})`}: the timeline is at revision ${or(d.current, 'another')}, not ${or(d.expected, 'the expected one')}`,
    hint: 'Read the state again and repeat the edit',
  },
  EDIT_INVALID: {
    kind: 'invalid',
    message: (d) => `Edit ${or(d.edit, '')} is invalid: ${or(d.reason, 'it does not fit the timeline')}`,
    hint: 'Read the state and name what is there',
  },
  EDIT_TARGET_MISSING: {
    kind: 'not-found',
    message: (d) => `${or(d.what, 'Item')} ${or(d.id, '')} is not in the timeline`,
    hint: 'Read the state and name what is there',
  },
  CLIP_OUT_OF_SOURCE: {
    kind: 'invalid',
    message: (d) => `Clip ends at ${or(d.end, '?')} s but its source has ${or(d.available, '?')} s`,
    hint: 'Choose a range inside the source',
  },
  TRANSITION_NO_HANDLE: {
    kind: 'unsupported',
    message: (d) => `Transition needs ${or(d.needed, '?')} s of unused material, there are ${or(d.available, '0')} s`,
    hint: 'Shorten the transition or trim the clips first',
  },
  TRACK_LOCKED: { kind: 'refused', message: (d) => `Track ${or(d.id, '')} is locked`, hint: 'Unlock the track first' },
  HISTORY_END: {
    kind: 'invalid',
    message: (d) => `There is nothing to ${or(d.what, 'undo')}`,
    hint: 'Ask "what did you change" for the history',
  },
  // Work
  RENDER_CONFLICT: {
    kind: 'conflict',
    wire: 409,
    message: (d) => `Render ${or(d.id, '')} exists with another body`,
    hint: 'Use a new id',
  },
  RENDER_EMPTY: {
    kind: 'invalid',
    wire: 400,
    message: () => 'Timeline is empty, there is nothing to render',
    hint: 'Upload a file first',
  },
  PROOF_FAILED: {
    kind: 'bug',
    message: (d) => `Export failed its proof: ${or(d.reason, 'the output differs from the plan')}`,
    hint: 'Try again; if it stays, report it with the render id',
  },
  LEASE_LOST: {
    kind: 'canceled',
    message: () => 'Work was taken over by another worker',
    hint: 'Nothing is lost; look at its state again',
  },
  JOB_CANCELED: { kind: 'canceled', message: () => 'Work was canceled', hint: 'Start it again when you need it' },
  WORKER_CRASHED: {
    kind: 'unsupported',
    wire: 4001,
    status: 415,
    message: (d) => `Media work stopped abruptly${d.reason === undefined ? '' : ` (${textOf(d.reason)})`}`,
    hint: 'The file may be damaged; convert it and try again',
  },
  WORKER_TIMEOUT: {
    kind: 'unsupported',
    wire: 4001,
    status: 415,
    message: (d) => `Media work went over its limit of ${or(d.limitSeconds, '?')} s`,
    hint: 'The file may be damaged or too large; convert or shorten it',
  },
  WORKER_MEMORY: {
    kind: 'unsupported',
    wire: 4001,
    status: 415,
    message: (d) => `Media work went over its memory limit of ${or(d.limitBytes, '?')} bytes`,
    hint: 'Reduce the picture size and try again',
  },
  // Surroundings
  MODEL_MISSING: {
    kind: 'unsupported',
    message: (d) => `${or(d.what, 'This')} needs a model that is not installed`,
    hint: 'Run rushes models pull',
  },
  WORDS_MISSING: {
    kind: 'unsupported',
    message: (d) => `Nobody has said what is spoken in ${or(d.name, 'this recording')}, and no recogniser is set up here`,
    hint: 'Upload a transcript (srt, vtt, json), paste the script, or run rushes models pull whisper-base',
  },
  VOICE_FAILED: {
    kind: 'unsupported',
    message: (d) => `The voice ${or(d.name, '')} did not speak: ${or(d.reason, 'it gave no sound')}`,
    hint: 'Try the built-in voice, or check the files of the voice model',
  },
  WORDS_MISMATCH: {
    kind: 'invalid',
    wire: 400,
    message: (d) =>
      `The text is not what is spoken${d.name === undefined ? '' : ` in ${textOf(d.name)}`}: ${or(d.reason, 'it was not found in the sound')}`,
    hint: 'Give the words as they are spoken',
  },
  LLM_UNAVAILABLE: {
    kind: 'unavailable',
    message: (d) => `Language model ${or(d.model, '')} did not answer`,
    hint: 'The built-in rules engine takes over; check RUSHES_MODEL',
  },
  SERVER_UNREACHABLE: {
    kind: 'unavailable',
    message: (d) => `Server ${or(d.url, '')} cannot be reached`,
    hint: 'Check NEMO_API_URL and that the server runs',
  },
  SERVER_FAULT: {
    kind: 'unavailable',
    message: (d) => `Server answered ${or(d.status, 'with a fault')}: ${or(d.message, 'no reason given')}`,
    hint: 'Try again in a moment',
  },
  DISK_FULL: {
    kind: 'unavailable',
    status: 507,
    wire: 507,
    message: () => 'Disk is full',
    hint: 'Free some space and try again',
  },
  SHUTTING_DOWN: { kind: 'unavailable', message: () => 'Server is shutting down', hint: 'Try again in a few seconds' },
  CONFIG_INVALID: {
    kind: 'invalid',
    message: (d) => `Setting ${or(d.name, '')} is invalid: ${or(d.reason, 'it does not match the schema')}`,
    hint: 'See docs/reference/config.md',
  },
  FILE_MISSING: { kind: 'not-found', message: (d) => `File ${or(d.name, '')} was not found`, hint: 'Check the path' },
  INTERNAL: {
    kind: 'bug',
    wire: 500,
    message: (d) => `Something went wrong on our side${d.errorId === undefined ? '' : ` (error ${textOf(d.errorId)})`}`,
    hint: 'Try again; if it stays, report the error id',
  },
});

/** A stable, public name of a failure. */
export type ErrorCode = keyof typeof codes;
