/** Two recordings of one event: how far apart they start and how their clocks drift, or an honest refusal. */
import { mainAudioStream } from '#core/asset';
import { fail } from '#core/errors';
import type { SyncFacts } from '#core/facts';
import { fromSample, rangeBetween, toSeconds } from '#core/time';
import { breathe, decodeSound } from '#engine/media';
import type { MediaSource, TaskContext, TaskImplementation } from '#engine/tasks';
import type { FineLine, SyncSamples } from './along-line.ts';
import { coarseLines } from './coarse-offset.ts';
import { fineLine } from './fine-offset.ts';
import { createSyncFeatures, syncRateHz, type SyncFeatures } from './sync-features.ts';

const candidates = 3;
/** Places with less evidence than this share of the best are not compared sample by sample. */
const worthComparing = 0.25;
/** Another place that fits nearly as well means that the sound repeats. */
const ambiguousShare = 0.6;

export type SyncSide = SyncSamples & { readonly features: SyncFeatures };

/** Pure over what the sides read. */
export function compareSides(reference: SyncSide, other: SyncSide): SyncFacts {
  const lines = coarseLines(reference.features, other.features, candidates);
  if (lines.length === 0) return { found: false, confidence: 0, reason: 'no-overlap' };
  const worth = lines.filter(({ score }) => score >= worthComparing * lines[0]!.score);
  const fine = worth
    .flatMap((line) => fineLine(reference, other, line) ?? [])
    .filter(({ agreeing }) => agreeing > 0)
    .sort((a, b) => evidenceOf(b) - evidenceOf(a));
  const [best, second] = fine;
  if (best === undefined) return { found: false, confidence: 0, reason: 'unclear' };
  const confidence = confidenceOf(best);
  if (second !== undefined && evidenceOf(second) > ambiguousShare * evidenceOf(best))
    return { found: false, confidence: round(confidence / 2, 2), reason: 'ambiguous' };
  if (confidence < 0.5) return { found: false, confidence: round(confidence, 2), reason: 'unclear' };
  return {
    found: true,
    offsetMs: round(best.offset * 1000, 3),
    driftPpm: round(best.drift * 1e6, 2),
    confidence: round(confidence, 2),
    compared: best.compared,
    agreeing: best.agreeing,
  };
}

function evidenceOf({ agreeing, score }: FineLine): number {
  return agreeing * score;
}

/** Half where three stretches in ten agree, or three at all; near 1 where most do. */
function confidenceOf({ agreeing, compared, score }: FineLine): number {
  const share = Math.min(1, agreeing / Math.max(1, compared) / 0.6);
  const count = Math.min(1, agreeing / 6);
  const clear = Math.min(1, score / 13);
  return Math.sqrt(share * count) * clear;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Errors: MEDIA_STREAM_MISSING where one has no sound, MEDIA_UNREADABLE, JOB_CANCELED. */
export const measureSyncTask: TaskImplementation<'measure-sync'> = async ({ reference, other }, context) => {
  const total = toSeconds(reference.asset.duration) + toSeconds(other.asset.duration) + 1;
  const first = await openSide(reference, context, (seconds) => (0.9 * seconds) / total);
  const done = toSeconds(reference.asset.duration);
  const second = await openSide(other, context, (seconds) => (0.9 * (done + seconds)) / total);
  return compareSides(first, second);
};

async function openSide(source: MediaSource, context: TaskContext, share: (seconds: number) => number): Promise<SyncSide> {
  const { asset, path } = source;
  const stream = mainAudioStream(asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const file = { path, container: asset.container };
  const options = { streamIndex: stream.index, sampleRateHz: syncRateHz, channels: 1 as const };
  const reader = createSyncFeatures();
  let samples = 0;
  for (const [block] of decodeSound(file, options)) {
    context.signal.throwIfAborted();
    reader.push(block!);
    samples += block!.length;
    context.progress(Math.min(0.9, share(samples / syncRateHz)));
    await breathe();
  }
  return {
    samples,
    features: reader.finish(),
    read(first, count) {
      const result = new Float32Array(count);
      const [from, to] = [Math.max(0, first), Math.min(samples, first + count)];
      if (to <= from) return result;
      let at = from - first;
      const range = rangeBetween(fromSample(from, syncRateHz), fromSample(to, syncRateHz));
      for (const [block] of decodeSound(file, { ...options, range })) {
        result.set(block!.subarray(0, Math.min(block!.length, count - at)), at);
        at += block!.length;
        if (at >= count) break;
      }
      return result;
    },
  };
}
