/**
 * Documents instead of media: subtitles, edit lists, timelines of other programs, transcripts. Their captions and cuts go onto the
 * session's timeline in one commit, so that one undo takes all of it back; what they say is spoken is kept beside its recording. The
 * file itself is not kept.
 */
import { open, rm } from 'node:fs/promises';
import type { Asset } from '#core/asset';
import { fail } from '#core/errors';
import {
  captionsToEdits,
  checkCaptions,
  decodeText,
  documentFormat,
  documentHeadBytes,
  documentLimits,
  readDocument,
  type DocumentFormat,
  type ReadDocument,
} from '#core/interchange';
import { isTranscriptFile, readTranscript, splitWords, textsInSource, wordsInSource, type GivenWords } from '#core/words';
import { readScript, scriptLimits } from '#core/script';
import { formatClock, maxTicks, zero, type Ticks } from '#core/time';
import { timelineDuration, type Edit, type Timeline } from '#core/timeline';
import { commitWithin, currentTimeline } from '#editor/commit';
import type { EditorContext } from '#editor/context';
import { findRevisionByKey, getSession, inTransaction, listSessionAssets } from '#platform/store';
import { cleanName } from './clean-name.ts';
import { hashFile } from './hash-file.ts';
import { isScriptFile, keepText } from './writer-notes.ts';
import type { ImportOptions } from './types.ts';
import { giveWords } from './words/given-words.ts';
import { spokenAsset } from './words/spoken-asset.ts';

export type ImportedDocument = {
  readonly name: string;
  readonly kind: ReadDocument['kind'] | 'transcript' | 'text';
  readonly format: DocumentFormat | 'words';
  readonly bytes: number;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
  /** Captions, items of the timeline, words, or lines of a text. */
  readonly count: number;
  /** Where the last caption or item ends. */
  readonly duration: Ticks;
  /** The session's revision after it. */
  readonly revision: number;
  /** Whether the timeline changed because of it. */
  readonly placed: boolean;
  /** Plain facts: what went where, what was left out, what reads badly. */
  readonly notes: readonly string[];
};

export type DocumentImport = Omit<ImportOptions, 'place'> & { readonly path: string };

/**
 * Takes over a temporary file of ours where its name and its content agree that it is a document; undefined, and the file as it was,
 * where they do not.
 *
 * Captions are in the timeline's time and go beside what is there; a timeline takes the place of the one there was. The same
 * bytes again change nothing as long as what they made is there. A transcript changes no timeline: it is told to its recording, and so are
 * the words of captions.
 *
 * Errors: SESSION_NOT_FOUND, DOCUMENT_INVALID, and those of a commit; the file is gone then.
 */
export async function importDocument(ctx: EditorContext, options: DocumentImport): Promise<ImportedDocument | undefined> {
  const name = cleanName(options.name);
  const format = await sniff(options.path, name);
  if (format === undefined) return undefined;
  try {
    await getSession(ctx.store, options);
    const { hash, bytes } = await hashFile(options.path, options.signal);
    const content = await readWhole(options.path, bytes, format);
    if (format === 'words') return await takeTranscript(ctx, { ...options, name, hash, bytes, content });
    return await place(ctx, { ...options, name, hash, bytes, content, format });
  } finally {
    await rm(options.path, { force: true });
  }
}

async function sniff(path: string, name: string): Promise<DocumentFormat | 'words' | undefined> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(documentHeadBytes), 0, documentHeadBytes, 0);
  const head = buffer.subarray(0, bytesRead);
  return documentFormat(name, head) ?? (isTranscriptFile(name, head) ? 'words' : undefined);
}

async function readWhole(path: string, bytes: number, format: DocumentFormat | 'words'): Promise<Uint8Array> {
  if (bytes > documentLimits.bytes) {
    const reason = `it has ${bytes} bytes, permitted are ${documentLimits.bytes}`;
    throw fail('DOCUMENT_INVALID', { format: format.toUpperCase(), reason });
  }
  await using file = await open(path, 'r');
  return await file.readFile();
}

type Received = DocumentImport & { readonly hash: string; readonly bytes: number; readonly content: Uint8Array };
type Placing = Received & { readonly format: DocumentFormat };

/** Errors: DOCUMENT_INVALID for what holds no words, and where it is not clear which recording it is about. */
async function takeTranscript(ctx: EditorContext, received: Received): Promise<ImportedDocument> {
  const { sessionId, name, hash, bytes, content } = received;
  const text = decodeText(content, 'Transcript');
  const isScript = isScriptFile(name);
  // It may be what is said or what is to be said: the wish that comes after it decides.
  if (isScript)
    await keepText(ctx.store, { sessionId, text: { name, text: text.slice(0, scriptLimits.characters) }, now: ctx.now() });
  const given = readTranscript(text);
  const timeline = await currentTimeline(ctx, sessionId);
  const assets = (await listSessionAssets(ctx.store, sessionId)).map(({ asset }) => asset);
  const asset = spokenAsset(timeline, assets, name);
  if (asset === undefined && isScript) {
    const count = readScript(text).length;
    const notes = [
      `${name} is kept with the session: ${count} ${count === 1 ? 'line' : 'lines'}, to be spoken when that is asked for`,
    ];
    return {
      name,
      kind: 'text',
      format: 'words',
      bytes,
      hash,
      count,
      duration: zero,
      revision: timeline.revision,
      placed: false,
      notes,
    };
  }
  if (asset === undefined) {
    const reason =
      assets.length === 0
        ? 'there is no recording yet that it could be about; upload that first'
        : 'it is not clear which recording it is about; give it the name of the recording';
    throw fail('DOCUMENT_INVALID', { format: 'Transcript', reason });
  }
  await giveWords(ctx, { sessionId, asset }, given);
  const count =
    given.kind === 'words' ? given.transcript.words.length : given.texts.flatMap(({ text }) => splitWords(text)).length;
  const duration = given.kind === 'words' ? given.transcript.words.at(-1)!.end : asset.duration;
  const notes = [
    given.kind === 'words'
      ? `${count} words with their times are known of ${asset.name}`
      : `${count} words are known of ${asset.name}; where they are is found in its sound when it is needed`,
  ];
  const kind = 'transcript';
  return { name, kind, format: 'words', bytes, hash, count, duration, revision: timeline.revision, placed: false, notes };
}

/** Captions are what is said: the recording they are of is told. */
async function tellRecording(
  ctx: EditorContext,
  { sessionId, name, content }: Received,
  { base, assets }: { readonly base: Timeline; readonly assets: readonly Asset[] },
): Promise<void> {
  const asset = spokenAsset(base, assets, name);
  if (asset === undefined) return;
  const given = readTranscript(decodeText(content, 'Captions'), 'captions');
  const words: GivenWords =
    given.kind === 'text'
      ? { ...given, texts: textsInSource(base, asset.id, given.texts) }
      : wordsInSource(base, asset.id, given);
  if (words.kind === 'words' ? words.transcript.words.length > 0 : words.texts.length > 0)
    await giveWords(ctx, { sessionId, asset }, words);
}

async function place(ctx: EditorContext, placing: Placing): Promise<ImportedDocument> {
  const { sessionId, name, hash, bytes, content, format, actor = 'upload' } = placing;
  // Read and committed in one transaction: what else happens at the same time is before it or after it.
  return inTransaction(ctx.store, async (store) => {
    const within = { ...ctx, store };
    const base = await currentTimeline(within, sessionId);
    const assets = (await listSessionAssets(store, sessionId)).map(({ asset }) => asset);
    const document = readDocument(format, content, { assets, base });
    const facts = { name, kind: document.kind, format, bytes, hash, ...measure(document) };
    if (document.kind === 'captions' && document.cues.length > 0) await tellRecording(within, placing, { base, assets });
    const planned = document.kind === 'captions' ? planCaptions(base, document) : planTimeline(document, name);
    const key = `document:${hash}:${name}`;
    const earlier = await findRevisionByKey(store, { sessionId, idempotencyKey: key });
    if (planned.edits.length === 0 || (earlier !== undefined && earlier.revision === base.revision)) {
      const notes = planned.edits.length === 0 ? planned.notes : [`${name} is here already and was not placed again`];
      return { ...facts, revision: base.revision, placed: false, notes };
    }
    const committed = await commitWithin(within, store, {
      sessionId,
      edits: planned.edits,
      actor,
      reason: `Upload ${name}`,
      tool: 'upload',
      ...(earlier === undefined ? { idempotencyKey: key } : {}),
    });
    return { ...facts, revision: committed.revision, placed: committed.changed, notes: planned.notes };
  });
}

type Planned = { readonly edits: readonly Edit[]; readonly notes: readonly string[] };

function planCaptions(base: Timeline, document: Extract<ReadDocument, { kind: 'captions' }>): Planned {
  const { edits, notes } = captionsToEdits(base, document.cues);
  const end = timelineDuration(base);
  const late = end === 0 ? 0 : document.cues.filter(({ start }) => start >= end).length;
  const faults = checkCaptions(document.cues, base.frameRate);
  return {
    edits,
    notes: [
      ...notes,
      ...document.notes,
      ...(late === 0
        ? []
        : [`${late} of ${document.cues.length} captions begin after the end of the video at ${formatClock(end)}`]),
      ...(faults.length === 0 ? [] : [`${faults.length} places are hard to read; the first: ${faults[0]!.sentence}`]),
    ],
  };
}

function planTimeline(document: Extract<ReadDocument, { kind: 'timeline' }>, name: string): Planned {
  const { timeline, missing, notes } = document;
  const clips = countItems(timeline);
  const named = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ` and ${missing.length - 5} more` : '');
  if (clips === 0 && missing.length > 0) {
    const reason = `none of its media is in this session (${named}); upload it first`;
    throw fail('DOCUMENT_INVALID', { format: name, reason });
  }
  return {
    edits: [{ kind: 'restore', timeline }],
    notes: [
      `The timeline is now the one of ${name}: ${clips} items on ${timeline.tracks.length} tracks; undo brings the one before back`,
      ...notes,
      ...(missing.length === 0 ? [] : [`Missing: ${named}`]),
    ],
  };
}

function measure(document: ReadDocument): { readonly count: number; readonly duration: Ticks } {
  if (document.kind === 'timeline')
    return { count: countItems(document.timeline), duration: timelineDuration(document.timeline) };
  return { count: document.cues.length, duration: document.cues.reduce((end, cue) => maxTicks(end, cue.end), zero) };
}

function countItems({ tracks }: Timeline): number {
  return tracks.reduce((sum, { items }) => sum + items.filter(({ kind }) => kind === 'clip' || kind === 'text').length, 0);
}
