/** The one door to what is said in a recording, wherever it comes from. */
import { createHash } from 'node:crypto';
import { fail } from '#core/errors';
import type { SpokenText, Transcript, Word } from '#core/facts';
import { splitWords, type GivenWords } from '#core/words';
import type { EditorContext } from '#editor/context';
import { readAnalysis, writeAnalysis } from '#platform/store';
import { mediaSource, type FactsOptions } from '../facts-store.ts';
import { givenWords, type Recording } from './given-words.ts';

/** Rises when the same text would be found elsewhere in the same sound. */
const alignVersion = 1;
/** A text of which most words sound like something else is not what is spoken. */
const leastFit = -4;

/**
 * What was given, its times found in the sound where it came without; else what a recogniser hears.
 * Errors: WORDS_MISSING where nobody gave a transcript and nothing here can hear one, WORDS_MISMATCH for a text that is not what is spoken.
 */
export async function transcriptOf(ctx: EditorContext, recording: Recording, options: FactsOptions = {}): Promise<Transcript> {
  options.signal?.throwIfAborted();
  const given = await givenWords(ctx, recording);
  if (given?.kind === 'words') return given.transcript;
  if (given !== undefined) return alignedWords(ctx, recording, given, options);
  throw fail('WORDS_MISSING', { name: recording.asset.name });
}

/** What is known already; nothing is run for it. */
export async function knownTranscript(ctx: EditorContext, recording: Recording): Promise<Transcript | undefined> {
  const given = await givenWords(ctx, recording);
  if (given?.kind === 'words') return given.transcript;
  if (given === undefined) return undefined;
  const known = await readAnalysis(ctx.store, alignedKey(recording, given));
  // Written below and nowhere else.
  return known as Transcript | undefined;
}

type GivenText = Extract<GivenWords, { readonly kind: 'text' }>;

function alignedKey({ asset }: Recording, { texts }: GivenText) {
  const text = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  return { hash: asset.hash, analysis: 'words-aligned', version: alignVersion, params: JSON.stringify({ text }) };
}

/** Words of a text at their times in the sound. */
async function alignedWords(
  ctx: EditorContext,
  recording: Recording,
  given: GivenText,
  { signal, onProgress }: FactsOptions,
): Promise<Transcript> {
  const { asset } = recording;
  const key = alignedKey(recording, given);
  const known = await readAnalysis(ctx.store, key);
  // Written below and nowhere else.
  if (known !== undefined) return known as Transcript;
  const asked = given.texts.flatMap(wordsOfText);
  const source = mediaSource(ctx, asset);
  const words = asked.map(({ text, start, end }) => ({
    text,
    ...(start === undefined ? {} : { after: start }),
    ...(end === undefined ? {} : { before: end }),
  }));
  const found = await ctx.pool.run(
    'align-words',
    { source, words },
    { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) },
  );
  const fits = found.words.map(({ fit }) => fit).toSorted((a, b) => a - b);
  if (!found.estimated && fits[fits.length >> 1]! < leastFit) throw fail('WORDS_MISMATCH', { name: asset.name });
  const transcript: Transcript = {
    language: given.language,
    source: 'aligned',
    ...(found.estimated
      ? { rough: 'times are estimated from letters, because nothing here knows how these words sound' }
      : given.language === 'zh'
        ? { rough: 'times of Chinese words are found by approximate sounds' }
        : {}),
    words: asked.map(({ text, speaker }, index): Word => {
      const { start, end, fit } = found.words[index]!;
      return { text, start, end, confidence: confidenceOf(fit), ...(speaker === undefined ? {} : { speaker }) };
    }),
  };
  await writeAnalysis(ctx.store, { ...key, facts: transcript, now: ctx.now() });
  return transcript;
}

function wordsOfText({ text, ...where }: SpokenText): SpokenText[] {
  return splitWords(text).map((word) => ({ text: word, ...where }));
}

/** 0.5 where a word fits four times worse per frame than good ones do. */
function confidenceOf(fit: number): number {
  return Math.round(100 / (1 + Math.exp(-(fit + 4.5)))) / 100;
}
