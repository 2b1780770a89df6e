/** The main job as one function: files and a sentence in, a proved file and its figures out. */
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { openAsBlob } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  createSession,
  exportVideo,
  openExport,
  readState,
  sendMessage,
  summarizeDraft,
  uploadFile,
  uploadUrl,
  type Connection,
  type SessionState,
} from '#client';
import { fail } from '#core/errors';
import type { Proof } from '#core/facts';
import { documentsLast } from './documents-last.ts';
import type { Host } from './host.ts';
import type { Terminal } from './terminal.ts';

export type EditRequest = {
  readonly files: readonly string[];
  readonly instruction: string;
  /** Where the result goes; absent: beside the first file. */
  readonly output?: string;
  readonly outputOptions?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
};

/** The object that `edit --json` prints. Times in ms. */
export type EditReport = {
  readonly output: string;
  readonly reply: string;
  readonly timeline: string;
  readonly changes: readonly string[];
  readonly proof: Proof | null;
  readonly render: {
    readonly frames: number;
    readonly copied: number;
    readonly encoded: number;
    /** Of the encoded ones: taken from an earlier export. */
    readonly reused?: number;
    readonly reason?: string;
  } | null;
  readonly timings_ms: {
    readonly upload: number;
    readonly analyse: number;
    readonly edit: number;
    readonly render: number;
    readonly total: number;
  };
  readonly session_id: string;
  readonly warnings: readonly string[];
};

export async function runEditJob(host: Host, request: EditRequest, terminal: Terminal): Promise<EditReport> {
  const started = performance.now();
  const { connection } = host;
  // Before any work: a place that cannot be written to is better known now than after the render.
  const output = await choosePath(request);
  const session = await createSession(connection, { name: basename(request.files[0] ?? 'project') });
  const upload = await timed(() => uploadAll(connection, session.sessionId, request, terminal));
  const analyse = await timed(async () =>
    host.embedded?.soundFacts(session.sessionId, ['speech', 'noise', 'loudness'], (fraction) =>
      terminal.progress('Listening', fraction),
    ),
  );
  terminal.settle();
  const edit = await timed(() =>
    sendMessage(
      connection,
      { sessionId: session.sessionId, text: request.instruction },
      { onStatus: (status) => terminal.line(status), ...signalOf(request) },
    ),
  );
  terminal.line(edit.value.text);
  const format = extname(output).slice(1).toLowerCase();
  const render = await timed(async () => {
    const exported = await exportVideo(connection, {
      sessionId: session.sessionId,
      output: { format, ...request.outputOptions },
      onProgress: ({ fraction, etaSeconds }) => terminal.progress('Rendering', fraction, etaSeconds),
      ...signalOf(request),
    });
    await save(await openExport(connection, exported, request.signal), output);
    return exported.status;
  });
  terminal.settle();
  const state = await readState(connection, session.sessionId);
  return {
    output,
    reply: edit.value.text,
    timeline: summarizeDraft(state.draft),
    changes: changesIn(state, edit.value.text),
    proof: (render.value.proof as Proof | null | undefined) ?? null,
    render: (render.value.render as EditReport['render'] | undefined) ?? null,
    timings_ms: {
      upload: upload.ms,
      analyse: analyse.ms,
      edit: edit.ms,
      render: render.ms,
      total: Math.round(performance.now() - started),
    },
    session_id: session.sessionId,
    warnings: [
      ...((render.value.notes as readonly string[] | undefined) ?? []),
      ...((render.value.proof as Proof | null | undefined)?.warnings ?? []),
    ],
  };
}

export async function uploadAll(
  connection: Connection,
  sessionId: string,
  request: Pick<EditRequest, 'files' | 'signal'>,
  terminal: Terminal,
): Promise<void> {
  const notes: string[] = [];
  for (const [index, file] of documentsLast(request.files).entries()) {
    terminal.progress('Uploading', index / request.files.length);
    const uploaded = isAddress(file)
      ? await uploadUrl(connection, { sessionId, url: file, ...signalOf(request) })
      : await uploadFile(connection, { sessionId, file: await openFile(file), name: basename(file), ...signalOf(request) });
    if (Array.isArray(uploaded.notes)) notes.push(...uploaded.notes.map((note) => `${basename(file)}: ${String(note)}`));
  }
  terminal.settle();
  for (const note of notes) terminal.line(note);
}

/** Errors: FILE_MISSING. */
async function openFile(path: string): Promise<Blob> {
  try {
    if ((await stat(path)).isDirectory()) throw fail('FILE_MISSING', { name: `${path} (it is a folder)` });
    return await openAsBlob(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw fail('FILE_MISSING', { name: path }, { cause: error });
    throw error;
  }
}

const endings = ['.mp4', '.mov', '.webm', '.gif', '.webp', '.m4a', '.mp3', '.wav', '.flac'];

/** A new name beside the source; nothing that exists is written over unless the user named it, and a source never is. */
async function choosePath(request: EditRequest): Promise<string> {
  if (request.output !== undefined) {
    const wanted = extname(request.output) === '' ? `${resolve(request.output)}.mp4` : resolve(request.output);
    const ending = extname(wanted).toLowerCase();
    if (!endings.includes(ending))
      throw fail('REQUEST_INVALID', { reason: `the output must end in one of ${endings.join(', ')}, not ${ending}` });
    await mkdir(dirname(wanted), { recursive: true });
    for (const file of request.files) {
      if (await isSameFile(file, wanted))
        throw fail('REQUEST_INVALID', { reason: 'the output would replace the source file; choose another name' });
    }
    return wanted;
  }
  const first = request.files[0]!;
  const folder = isAddress(first) ? process.cwd() : dirname(resolve(first));
  const stem = (isAddress(first) ? basename(new URL(first).pathname) : basename(first)).replace(/\.[^.]*$/, '') || 'video';
  for (let count = 1; ; count++) {
    const path = join(folder, `${stem}-edited${count === 1 ? '' : `-${count}`}.mp4`);
    if ((await stat(path).catch(() => undefined)) === undefined) return path;
  }
}

/** The same name, a link to it, or another name of the same bytes. */
async function isSameFile(source: string, target: string): Promise<boolean> {
  if (isAddress(source)) return false;
  if (resolve(source) === target) return true;
  const [a, b] = await Promise.all([source, target].map((path) => stat(path).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

function isAddress(file: string): boolean {
  return /^https?:\/\//i.test(file);
}

/** Writes beside the target, syncs, then renames: the name never points at half a file. */
export async function save(answer: Response, path: string): Promise<void> {
  if (answer.body === null) throw fail('SERVER_FAULT', { message: 'the file is empty' });
  const temporary = `${path}.part`;
  try {
    await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(temporary));
    await using handle = await open(temporary, 'r+');
    await handle.sync();
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await rename(temporary, path);
}

function changesIn(state: SessionState, reply: string): string[] {
  const inner = state.raw.state as { readonly changes?: readonly unknown[] } | undefined;
  const listed = Array.isArray(inner?.changes)
    ? inner.changes.filter((change): change is string => typeof change === 'string')
    : [];
  return listed.length > 0 ? listed : reply.split('\n').flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []));
}

async function timed<Value>(work: () => Promise<Value>): Promise<{ readonly value: Value; readonly ms: number }> {
  const started = performance.now();
  const value = await work();
  return { value, ms: Math.round(performance.now() - started) };
}

function signalOf(request: { readonly signal?: AbortSignal | undefined }): { readonly signal?: AbortSignal } {
  return request.signal === undefined ? {} : { signal: request.signal };
}
