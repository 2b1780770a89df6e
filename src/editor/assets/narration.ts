/** Lines spoken by a voice, as one asset of a session. */
import { writeFile } from 'node:fs/promises';
import type { Asset } from '#core/asset';
import { fail, isEditorError } from '#core/errors';
import type { TimeRange } from '#core/time';
import type { EditorContext } from '#editor/context';
import { createSpeech } from '#platform/speech';
import { importFile } from './import-asset.ts';
import { choiceFor, type Voice } from './voices.ts';

export type SpeakRequest = {
  readonly texts: readonly string[];
  readonly voice: Voice;
  /** Two letters; decides which of a model's speakers it is. */
  readonly language: string;
  /** 1 is the voice's own. */
  readonly pace: number;
  /** Of the asset, without an ending. */
  readonly name: string;
};

export type SpokenLines = {
  readonly asset: Asset;
  /** Where each text is in the asset, in their order. */
  readonly lines: readonly TimeRange[];
};

type Session = { readonly sessionId: string; readonly userId: string; readonly signal: AbortSignal };

/** Lines that a provider speaks at once. */
const atOnce = 3;

/**
 * Speaks texts one after another and keeps the sound in the session's media list; it is not placed.
 *
 * Errors: VOICE_FAILED, SESSION_NOT_FOUND, JOB_CANCELED, DISK_FULL.
 */
export async function speakLines(ctx: EditorContext, session: Session, request: SpeakRequest): Promise<SpokenLines> {
  const { texts, voice, pace, name, language } = request;
  const { signal } = session;
  await using files = new AsyncDisposableStack();
  const linePaths = voice.choice === undefined ? await speakRemotely(ctx, files, { texts, pace, signal }) : undefined;
  const sound = files.use(ctx.blobs.temporaryFile('flac'));
  const choice = choiceFor(voice.choice ?? { kind: 'built-in', name: 'slt' }, language);
  const { lines } = await ctx.pool
    .run(
      'speak',
      { texts, voice: choice, pace, outputPath: sound.path, ...(linePaths === undefined ? {} : { linePaths }) },
      { signal },
    )
    .catch((error: unknown) => {
      // A model that is no model takes the worker with it.
      if (isEditorError(error) && error.code.startsWith('WORKER_'))
        throw fail('VOICE_FAILED', { name: voice.name, reason: 'its files could not be used' }, { cause: error });
      throw error;
    });
  const { asset } = await importFile(ctx, { ...session, path: sound.path, name: `${name}.flac`, place: 'never', actor: 'agent' });
  return { asset, lines };
}

type Remote = { readonly texts: readonly string[]; readonly pace: number; readonly signal: AbortSignal };

async function speakRemotely(
  ctx: EditorContext,
  files: AsyncDisposableStack,
  { texts, pace, signal }: Remote,
): Promise<string[]> {
  const provider = createSpeech(ctx.config);
  if (provider === undefined) throw fail('VOICE_FAILED', { name: 'provider', reason: 'none is configured' });
  const paths = texts.map(() => files.use(ctx.blobs.temporaryFile('speech')).path);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < texts.length; index = next++)
      await writeFile(paths[index]!, await provider.speak(texts[index]!, { pace, signal }));
  };
  // All of them end before the files go.
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, texts.length) }, lane));
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return paths;
}
