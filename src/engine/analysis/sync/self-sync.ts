/** One file against itself: how late its sound is to what is seen, told from events that are both seen and heard. */
import { mainAudioStream, mainVideoStream, type AudioStream } from '#core/asset';
import { createResampler } from '#core/dsp';
import { fail } from '#core/errors';
import type { SelfSyncFacts } from '#core/facts';
import { ticksPerSecond, type Ticks } from '#core/time';
import { breathe, decodeSound, type MediaFile } from '#engine/media';
import type { TaskImplementation } from '#engine/tasks';
import { beatFramesPerSecond, beatRateHz, createOnsetReader } from '../beats/onset-strength.ts';
import type { Look } from '../picture/look.ts';
import { lookPictures } from '../picture/look-pictures.ts';
import { createLevelReader, createPlaceReader, type MouthMatch } from './mouth-sync.ts';
import { createMotionEvents, type SyncEvent } from './motion-events.ts';

/** Seconds: how far sound is looked for, and in what steps. */
const [reach, step] = [1.5, 0.004];
/** Two events are one within about this, and surely not beyond the second. */
const [near, far] = [0.022, 0.05];
const leastEvents = 5;
/** Shares of the events of the rarer kind that must fall together, and what another offset may reach of the best. */
const [leastShare, mostSecond] = [0.6, 0.72];
const leastConfidence = 0.8;
/** Sound's beginnings are seen this long before they are; see find-beats.ts. */
const aheadSeconds = 0.012;

/** Positive: the sound comes after what is seen. */
export function alignEvents(seen: readonly SyncEvent[], heard: readonly SyncEvent[]): SelfSyncFacts {
  if (seen.length < leastEvents || heard.length < leastEvents) return { found: false, confidence: 0, reason: 'too-few-events' };
  const lags = Math.round((2 * reach) / step) + 1;
  const scores = Float64Array.from({ length: lags }, (_, index) => scoreAt(seen, heard, index * step - reach));
  const best = scores.indexOf(Math.max(...scores));
  let second = 0;
  for (let index = 0; index < lags; index++) if (Math.abs(index - best) * step > 0.1) second = Math.max(second, scores[index]!);
  const offset = best * step - reach;
  const matched = heard.filter(({ seconds }) => seen.some((event) => Math.abs(seconds - offset - event.seconds) < far)).length;
  const share = Math.min(1, matched / Math.min(seen.length, heard.length));
  const ratio = second / Math.max(1e-9, scores[best]!);
  const confidence = Math.round(100 * Math.max(0, share * (1 - Math.max(0, ratio - 0.3)))) / 100;
  if (matched < leastEvents || share < leastShare) return { found: false, confidence, reason: 'unclear' };
  if (ratio > mostSecond || confidence < leastConfidence) return { found: false, confidence, reason: 'ambiguous' };
  return {
    found: true,
    by: 'events',
    soundLateMs: Math.round(centred(seen, heard, offset) * 1000),
    confidence,
    events: heard.length,
    matched,
  };
}

function scoreAt(seen: readonly SyncEvent[], heard: readonly SyncEvent[], offset: number): number {
  let sum = 0;
  let first = 0;
  for (const { seconds, weight } of heard) {
    while (first < seen.length && seen[first]!.seconds < seconds - offset - far) first++;
    let best = 0;
    for (let index = first; index < seen.length && seen[index]!.seconds <= seconds - offset + far; index++) {
      const distance = (seen[index]!.seconds - seconds + offset) / near;
      best = Math.max(best, seen[index]!.weight * Math.exp(-0.5 * distance * distance));
    }
    sum += weight * best;
  }
  return sum;
}

/** The middle of what the matching pairs say. */
function centred(seen: readonly SyncEvent[], heard: readonly SyncEvent[], offset: number): number {
  const pairs = heard.flatMap(({ seconds }) =>
    seen.flatMap((event) => (Math.abs(seconds - offset - event.seconds) < far ? [seconds - event.seconds] : [])),
  );
  return pairs.sort((a, b) => a - b)[pairs.length >> 1] ?? offset;
}

export type SoundEventReader = { push(samples: Float32Array): void; finish(): SyncEvent[] };

/** Sudden beginnings in sound, mono at `beatRateHz`. */
export function createSoundEvents(): SoundEventReader {
  const reader = createOnsetReader();
  return {
    push: (samples) => reader.push(samples),
    finish() {
      const { all, loud } = reader.finish();
      const [top, loudTop] = [quantile(all, 0.995), quantile(loud, 0.995)];
      const events: SyncEvent[] = [];
      for (let frame = 2; frame < all.length - 2; frame++) {
        const value = all[frame]! / Math.max(1e-9, top) + loud[frame]! / Math.max(1e-9, loudTop);
        if (value < 0.5 || all[frame]! < all[frame - 1]! || all[frame]! <= all[frame + 1]!) continue;
        const seconds = frame / beatFramesPerSecond + aheadSeconds;
        const last = events.at(-1);
        const weight = Math.min(1, value / 2);
        if (last !== undefined && seconds - last.seconds < 0.06) {
          if (weight > last.weight) events[events.length - 1] = { seconds, weight };
        } else events.push({ seconds, weight });
      }
      return events;
    },
  };
}

function quantile(values: Float32Array, share: number): number {
  return values.toSorted()[Math.floor((values.length - 1) * share)] ?? 0;
}

/** A mouth goes with a voice at least so well, and so much better than chance and any other offset. */
const [leastLikeness, overOthers] = [0.42, 1.35] as const;

/** What is seen and what is heard of one file, or of two that should belong together, put side by side. */
export type SelfSyncReader = {
  see(look: Look): void;
  /** The next samples, mono, at `beatRateHz`. */
  hear(samples: Float32Array): void;
  finish(): SelfSyncFacts;
};

export function createSelfSync(): SelfSyncReader {
  const [heard, levels] = [createSoundEvents(), createLevelReader(beatRateHz)];
  const [seen, places] = [createMotionEvents(), createPlaceReader()];
  return {
    see(look) {
      seen.push(look);
      places.push(look);
    },
    hear(samples) {
      heard.push(samples);
      levels.push(samples);
    },
    finish: () => decide(alignEvents(seen.finish(), heard.finish()), places.finish(levels.finish())),
  };
}

/** Events say it more exactly; a mouth says it where there are none that do. */
function decide(events: SelfSyncFacts, mouth: MouthMatch | undefined): SelfSyncFacts {
  if (events.found || mouth === undefined) return events;
  const { offset, likeness, second, chance } = mouth;
  if (likeness < leastLikeness || likeness < overOthers * Math.max(second, chance)) return events;
  const confidence = Math.min(0.99, Math.round(100 * (1 - Math.max(second, chance) / likeness / 2)) / 100);
  return { found: true, by: 'mouth', soundLateMs: Math.round(offset * 1000), confidence, events: 0, matched: 0 };
}

const mostSeconds = 600;

/** What lies after the first ten minutes is not compared. */
export function isLate(at: Ticks): boolean {
  return at > mostSeconds * ticksPerSecond;
}

/** The sound of those minutes, for somebody who sees to the pictures. Errors: MEDIA_UNREADABLE. */
export async function hearFor(reader: SelfSyncReader, file: MediaFile, sound: AudioStream, signal: AbortSignal): Promise<void> {
  const resampler = createResampler(48_000, beatRateHz);
  let samples = 0;
  for (const [block] of decodeSound(file, { streamIndex: sound.index, sampleRateHz: 48_000, channels: 1 })) {
    signal.throwIfAborted();
    reader.hear(resampler.push(block!));
    samples += block!.length;
    if (samples > mostSeconds * 48_000) break;
    await breathe();
  }
  reader.hear(resampler.flush());
}

/** Looks and listens for the first ten minutes. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
export const measureSelfSyncTask: TaskImplementation<'measure-self-sync'> = async ({ source }, context) => {
  const { asset, path } = source;
  const [picture, sound] = [mainVideoStream(asset), mainAudioStream(asset)];
  if (picture === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'picture' });
  if (sound === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const file = { path, container: asset.container };
  const reader = createSelfSync();
  await hearFor(reader, file, sound, context.signal);
  let pictures = 0;
  for (const look of lookPictures(file, { stream: picture, which: 'all' })) {
    if (isLate(look.at)) break;
    reader.see(look);
    if (++pictures % 200 === 0) await breathe();
    if (pictures % 32 === 0) context.progress(Math.max(0, Math.min(0.99, look.at / Math.max(1, asset.duration))));
    context.signal.throwIfAborted();
  }
  return reader.finish();
};
