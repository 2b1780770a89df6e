import { z } from 'zod';
import { fail, type EditorError } from '#core/errors';
import { documentExtensions } from '#core/interchange';
import { transcriptExtensions } from '#core/words';
import type { Imported, ImportedDocument } from '#editor/assets';
import { success } from '../envelope.ts';
import { asKnownError } from '../error-response.ts';
import type { HttpContext } from '../http-context.ts';
import { importedDocument, importedDocumentSchema, uploadedFile, uploadedFileSchema } from '../media-reply.ts';
import { readJson } from '../read-json.ts';
import { defineRoute, parse, snakeKeys, type RouteInput } from '../route.ts';
import { receiveFiles } from '../upload.ts';

const byUrl = z.preprocess(
  snakeKeys(['source_type', 'urls']),
  z.object({
    urls: z.array(z.string().min(1).max(8192)).min(1).max(20),
    source_type: z.literal('url').default('url'),
  }),
);

type Taken =
  { readonly kind: 'media'; readonly imported: Imported } | { readonly kind: 'document'; readonly imported: ImportedDocument };

type Outcome =
  | { readonly name: string; readonly taken: Taken; readonly error?: undefined }
  | { readonly name: string; readonly error: EditorError };

export const upload = defineRoute({
  method: 'post',
  path: '/api/upload-video/{app}/{user}/{sid}',
  summary: 'Upload media, or have it fetched from public addresses',
  description:
    'Multipart with one or many `files` (also `file`), or JSON `{"urls":[…],"source_type":"url"}`. The content decides what a file ' +
    'is, not its name. Where some of several files cannot be used, the others are kept and `failed` names those that were not. ' +
    'Subtitles (srt, vtt, ass) go onto a text track, edit lists (edl) and timelines (otio) take the place of the timeline, ' +
    'transcripts (json) and scripts (txt, md) say what is spoken in the recording before them.',
  tag: 'media',
  access: 'token',
  params: z.object({ sid: z.string() }),
  bodyTypes: ['multipart/form-data', 'application/json'],
  reply: {
    description: 'What was imported',
    schema: z.object({
      files: z.array(z.union([uploadedFileSchema, importedDocumentSchema])),
      failed: z.array(z.object({ filename: z.string(), code: z.int(), message: z.string() })),
      session_state_applied: z.literal(true),
      draft_version: z.int().optional().describe('Revision of the timeline afterwards'),
    }),
  },
  refusals: [400, 404, 408, 413, 415, 507],
  async handle(http, input) {
    const key = { userId: input.user.id, sessionId: input.params.sid };
    await http.services.getSession(key);
    const type = input.request.req.header('content-type') ?? '';
    const outcomes = /^multipart\/form-data\b/i.test(type)
      ? await importParts(http, input, key)
      : await importUrls(http, input, key);
    const files = outcomes.flatMap((outcome) => (outcome.error === undefined ? [outcome.taken] : []));
    const failed = outcomes.flatMap(({ name, error }) => (error === undefined ? [] : [{ name, error }]));
    // With nothing to show for it, the first failure is the answer.
    if (files.length === 0) throw failed[0]!.error;
    const last = files.at(-1);
    return success({
      files: await Promise.all(
        files.map(async (taken) =>
          taken.kind === 'document'
            ? importedDocument(taken.imported)
            : uploadedFile(http, input.request, key.sessionId, taken.imported.asset),
        ),
      ),
      failed: failed.map(({ name, error }) => ({ filename: name, code: error.wireCode, message: error.message })),
      session_state_applied: true,
      ...(last === undefined ? {} : { draft_version: last.imported.revision }),
    });
  },
});

type Key = { readonly userId: string; readonly sessionId: string };
type Input = RouteInput<{ readonly sid: string }, unknown, unknown>;

async function importParts(http: HttpContext, { request }: Input, key: Key): Promise<Outcome[]> {
  const declared = Number(request.req.header('content-length') ?? 0);
  await http.services.ensureSpace(Number.isSafeInteger(declared) ? declared : 0);
  await using stack = new AsyncDisposableStack();
  const files = await receiveFiles(http, request, stack);
  const outcomes: Outcome[] = [];
  // One after another: they go onto the timeline in the order they were sent, documents after the media they are about.
  const sorted = [...files.filter(({ name }) => !isDocumentName(name)), ...files.filter(({ name }) => isDocumentName(name))];
  for (const { path, name } of sorted) outcomes.push(await attempt(http, name, take(http, { ...key, path, name })));
  return outcomes;
}

async function importUrls(http: HttpContext, { request }: Input, key: Key): Promise<Outcome[]> {
  const body = parse(
    byUrl,
    (await readJson(request.req.raw, { limitBytes: 262_144, timeoutMs: http.patience.jsonMs })) ?? {},
    'body',
  );
  if (body === undefined) throw fail('REQUEST_INVALID', { reason: 'there is no body' });
  const outcomes: Outcome[] = [];
  for (const url of body.urls) {
    if (http.closing.aborted) throw fail('SHUTTING_DOWN');
    const work = http.services.importUrl({ ...key, url, signal: http.closing });
    outcomes.push(
      await attempt(
        http,
        nameOf(url),
        work.then((imported) => ({ kind: 'media', imported })),
      ),
    );
  }
  return outcomes;
}

function isDocumentName(name: string): boolean {
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  return [...documentExtensions, ...transcriptExtensions].some((one) => one === extension);
}

/** A document where name and content agree that it is one, else media. */
async function take(http: HttpContext, file: Key & { readonly path: string; readonly name: string }): Promise<Taken> {
  const document = isDocumentName(file.name) ? await http.services.importDocument(file) : undefined;
  if (document !== undefined) return { kind: 'document', imported: document };
  return { kind: 'media', imported: await http.services.importFile(file) };
}

async function attempt(http: HttpContext, name: string, work: Promise<Taken>): Promise<Outcome> {
  try {
    return { name, taken: await work };
  } catch (error) {
    return { name, error: asKnownError(error, http.log, { route: 'upload' }) };
  }
}

/** What the address is called in the reply: without what may be secret in its query. */
function nameOf(url: string): string {
  return URL.parse(url)?.pathname.split('/').at(-1) || 'url';
}
