/** Words that a recogniser hears in a recording; where they are is found in the sound where it does not say so well enough. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asset } from '#core/asset';
import { fail, isEditorError } from '#core/errors';
import type { SpeechFacts, SpokenText, Transcript, Word } from '#core/facts';
import { addTicks, rangeBetween, rangeEnd, seconds, type Ticks, type TimeRange } from '#core/time';
import { readTranscript, wordLanguage } from '#core/words';
import type { EditorContext } from '#editor/context';
import { mediaSource, type FactsOptions } from '../facts-store.ts';
import { soundFacts } from '../sound-facts.ts';
import { alignTexts } from './align-texts.ts';
import type { Hearing } from './recognisers.ts';

/** Endpoints take 25 MB: this much is 19 MB as WAV. */
const mostAtOnce = seconds(600);

/** Errors: MODEL_MISSING, SERVER_FAULT, and those of the tasks. A recording in which nobody speaks has no words. */
export async function hearWords(ctx: EditorContext, asset: Asset, hearing: Hearing, options: FactsOptions): Promise<Transcript> {
  const { speech } = await soundFacts(ctx, asset, ['speech'], options.signal === undefined ? {} : { signal: options.signal });
  const heard =
    hearing.kind === 'endpoint'
      ? await askEndpoint(ctx, asset, hearing, speech, options)
      : await hearHere(ctx, asset, hearing, speech, options);
  const base = { source: hearing.kind, engine: hearing.name } as const;
  if (heard.words !== undefined && heard.words.length > 0)
    return {
      ...base,
      language: heard.language,
      words: heard.words,
      ...(hearing.kind === 'pocketsphinx' ? { rough: 'PocketSphinx guesses many words wrong' } : {}),
    };
  if (heard.texts.length === 0) return { ...base, language: heard.language, words: [] };
  const { words, estimated } = await alignTexts(ctx, asset, heard.texts, options);
  const rough = estimated ? { rough: 'times are estimated from letters, because nothing here knows how these words sound' } : {};
  return { ...base, language: heard.language, words, ...rough };
}

type Heard = { readonly language: string; readonly texts: readonly SpokenText[]; readonly words?: readonly Word[] };

async function hearHere(
  ctx: EditorContext,
  asset: Asset,
  hearing: Exclude<Hearing, { readonly kind: 'endpoint' }>,
  { speech }: SpeechFacts,
  { signal, onProgress }: FactsOptions,
): Promise<Heard> {
  if (speech.length === 0) return { language: 'und', texts: [] };
  const input = { source: mediaSource(ctx, asset), speech, recogniser: hearing.choice };
  const found = await ctx.pool
    .run('recognise-words', input, {
      ...(signal === undefined ? {} : { signal }),
      onProgress: (fraction) => onProgress?.(0.8 * fraction),
    })
    .catch((error: unknown) => {
      // The runtime ends its process over files that it does not understand.
      const crashed = hearing.kind === 'sherpa' && isEditorError(error) && error.code === 'WORKER_CRASHED';
      throw crashed
        ? fail('MODEL_MISSING', { what: `Hearing words (the files of ${hearing.name} here are damaged)` }, { cause: error })
        : error;
    });
  if (found.kind === 'words') return { language: found.language ?? 'en', texts: [], words: found.words };
  return { language: found.language ?? wordLanguage(found.texts.map(({ text }) => text).join(' ')), texts: found.texts };
}

/** Piece by piece, parted in pauses. */
async function askEndpoint(
  ctx: EditorContext,
  asset: Asset,
  { transcriber }: Extract<Hearing, { readonly kind: 'endpoint' }>,
  { speech, pauses }: SpeechFacts,
  { signal, onProgress }: FactsOptions,
): Promise<Heard> {
  if (speech.length === 0) return { language: 'und', texts: [] };
  const whole = rangeBetween(0 as Ticks, asset.duration);
  const words: Word[] = [];
  const texts: SpokenText[] = [];
  let language = 'und';
  const pieces = piecesOf(whole, pauses);
  for (const [index, range] of pieces.entries()) {
    const outputPath = join(ctx.blobs.temporaryFolder, `speech-${ctx.ids.token()}.wav`);
    try {
      await ctx.pool.run(
        'speech-wav',
        { source: mediaSource(ctx, asset), range, outputPath },
        signal === undefined ? {} : { signal },
      );
      const answer = await transcriber.transcribe(outputPath, signal === undefined ? {} : { signal });
      const given = readAnswer(answer);
      if (given === undefined) continue;
      language = given.kind === 'words' ? given.transcript.language : given.language;
      const later = <Timed extends SpokenText>(entry: Timed): Timed => ({
        ...entry,
        start: addTicks(entry.start ?? (0 as Ticks), range.start),
        end: addTicks(entry.end ?? range.duration, range.start),
      });
      if (given.kind === 'words') words.push(...given.transcript.words.map(later));
      else texts.push(...given.texts.map(later));
    } finally {
      await rm(outputPath, { force: true });
    }
    onProgress?.((0.8 * (index + 1)) / pieces.length);
  }
  return { language, texts, words };
}

/** Undefined where nothing was said. */
function readAnswer(answer: string) {
  try {
    return readTranscript(answer, 'json');
  } catch (error) {
    if (!isEditorError(error) || error.code !== 'DOCUMENT_INVALID' || !answer.trim().startsWith('{')) throw error;
    return undefined;
  }
}

function piecesOf(whole: TimeRange, pauses: readonly TimeRange[]): TimeRange[] {
  const pieces: TimeRange[] = [];
  let start = whole.start;
  while (rangeEnd(whole) - start > mostAtOnce) {
    const latest = start + mostAtOnce;
    const middles = pauses
      .map((pause) => pause.start + pause.duration / 2)
      .filter((at) => at > start + mostAtOnce / 2 && at < latest);
    const end = Math.round(middles.at(-1) ?? latest) as Ticks;
    pieces.push(rangeBetween(start, end));
    start = end;
  }
  return [...pieces, rangeBetween(start, rangeEnd(whole))];
}
