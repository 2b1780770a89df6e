/** The one door to what is said in a recording, wherever it comes from. */
import { createHash } from 'node:crypto';
import { mainAudioStream } from '#core/asset';
import { fail } from '#core/errors';
import type { Transcript } from '#core/facts';
import type { GivenWords } from '#core/words';
import type { EditorContext } from '#editor/context';
import { readAnalysis, writeAnalysis, type AnalysisKey } from '#platform/store';
import type { FactsOptions } from '../facts-store.ts';
import { alignTexts } from './align-texts.ts';
import { givenWords, type Recording } from './given-words.ts';
import { hearWords } from './hear-words.ts';
import { chooseHearing, type Hearing } from './recognisers.ts';

/** Rises when the same text would be found elsewhere in the same sound. */
const alignVersion = 2;
const hearVersion = 1;
/** Below this the words sound like something else. Right texts: −2 to −3; others: −4.5 to −6. Chinese sounds are only near to those known here. */
const leastFit = -3.7;
const leastChineseFit = -5.2;

/**
 * What was given, its times found in the sound where it came without; else what a recogniser hears.
 * Errors: MEDIA_STREAM_MISSING; WORDS_MISSING where nobody gave a transcript and nothing here can hear one, WORDS_MISMATCH for a text that is
 * not what is spoken; MODEL_MISSING and SERVER_FAULT where what is set up does not work.
 */
export async function transcriptOf(ctx: EditorContext, recording: Recording, options: FactsOptions = {}): Promise<Transcript> {
  options.signal?.throwIfAborted();
  const { asset } = recording;
  if (mainAudioStream(asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const given = await givenWords(ctx, recording);
  if (given?.kind === 'words') return given.transcript;
  if (given !== undefined) return alignedWords(ctx, recording, given, options);
  const hearing = await chooseHearing(ctx);
  if (hearing === undefined) throw fail('WORDS_MISSING', { name: asset.name });
  const key = heardKey(recording, hearing);
  return (await readTranscriptAt(ctx, key)) ?? keep(ctx, key, await hearWords(ctx, asset, hearing, options));
}

/** What is known already; nothing is run for it. */
export async function knownTranscript(ctx: EditorContext, recording: Recording): Promise<Transcript | undefined> {
  const given = await givenWords(ctx, recording);
  if (given?.kind === 'words') return given.transcript;
  if (given !== undefined) return readTranscriptAt(ctx, alignedKey(recording, given));
  const hearing = await chooseHearing(ctx);
  return hearing === undefined ? undefined : readTranscriptAt(ctx, heardKey(recording, hearing));
}

type GivenText = Extract<GivenWords, { readonly kind: 'text' }>;

function alignedKey({ asset }: Recording, { texts }: GivenText): AnalysisKey {
  const text = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  return { hash: asset.hash, analysis: 'words-aligned', version: alignVersion, params: JSON.stringify({ text }) };
}

function heardKey({ asset }: Recording, { kind, name }: Hearing): AnalysisKey {
  return { hash: asset.hash, analysis: 'words-heard', version: hearVersion, params: JSON.stringify({ kind, name }) };
}

async function readTranscriptAt(ctx: Pick<EditorContext, 'store'>, key: AnalysisKey): Promise<Transcript | undefined> {
  // Written by `keep` and nowhere else.
  return (await readAnalysis(ctx.store, key)) as Transcript | undefined;
}

async function keep(ctx: Pick<EditorContext, 'store' | 'now'>, key: AnalysisKey, transcript: Transcript): Promise<Transcript> {
  await writeAnalysis(ctx.store, { ...key, facts: transcript, now: ctx.now() });
  return transcript;
}

/** Words of a text at their times in the sound. */
async function alignedWords(
  ctx: EditorContext,
  recording: Recording,
  given: GivenText,
  options: FactsOptions,
): Promise<Transcript> {
  const { asset } = recording;
  const key = alignedKey(recording, given);
  const known = await readTranscriptAt(ctx, key);
  if (known !== undefined) return known;
  const { words, estimated, fit } = await alignTexts(ctx, asset, given.texts, options);
  if (!estimated && fit < (given.language === 'zh' ? leastChineseFit : leastFit))
    throw fail('WORDS_MISMATCH', { name: asset.name });
  const rough = estimated
    ? 'times are estimated from letters, because nothing here knows how these words sound'
    : given.language === 'zh'
      ? 'times of Chinese words are found by approximate sounds'
      : undefined;
  return keep(ctx, key, { language: given.language, source: 'aligned', ...(rough === undefined ? {} : { rough }), words });
}
