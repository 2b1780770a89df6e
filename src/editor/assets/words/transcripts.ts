/** The one door to what is said in a recording, wherever it comes from. */
import { fail } from '#core/errors';
import type { Transcript } from '#core/facts';
import type { EditorContext } from '#editor/context';
import type { FactsOptions } from '../facts-store.ts';
import { givenWords, type Recording } from './given-words.ts';

/** Errors: WORDS_MISSING where nobody gave a transcript and nothing here can hear one. */
export async function transcriptOf(ctx: EditorContext, recording: Recording, options: FactsOptions = {}): Promise<Transcript> {
  const known = await knownTranscript(ctx, recording);
  options.signal?.throwIfAborted();
  if (known !== undefined) return known;
  throw fail('WORDS_MISSING', { name: recording.asset.name });
}

/** What is known already; nothing is run for it. */
export async function knownTranscript(ctx: EditorContext, recording: Recording): Promise<Transcript | undefined> {
  const given = await givenWords(ctx, recording);
  return given?.kind === 'words' ? given.transcript : undefined;
}
