/** How loud a plan's sound is from moment to moment, roughly: for pictures of it, not for measuring. */
import { intersect, rangeEnd, scaleTicks, ticks, ticksPerSecond, timeRange, fromSample, type TimeRange } from '#core/time';
import { decodeSound } from '#engine/media';
import type { SoundClip, SoundPlan } from '#engine/plan';
import type { MediaSource } from '#engine/tasks';

/** Levels a second. */
export const levelsHz = 40;
const decodeHz = 8000;
const quietDb = -54;

/**
 * Levels over `record`, 0 (silent) … 1 (full scale), `levelsHz` a second. Effects and joins are left aside.
 * Errors: those of decoding.
 */
export function soundLevels(sound: SoundPlan, sources: readonly MediaSource[], record: TimeRange): Float32Array {
  const power = new Float64Array(Math.ceil((record.duration / ticksPerSecond) * levelsHz));
  for (const track of sound.tracks) {
    for (const clip of track.clips)
      addClip(power, clip, { gainDb: track.gainDb + clip.gainDb, sampleRateHz: sound.sampleRateHz }, sources, record);
  }
  return Float32Array.from(power, (value) => {
    const db = value > 0 ? 10 * Math.log10(value) : quietDb;
    return Math.min(1, Math.max(0, 1 - db / quietDb));
  });
}

function addClip(
  power: Float64Array,
  clip: SoundClip,
  { gainDb, sampleRateHz }: { readonly gainDb: number; readonly sampleRateHz: number },
  sources: readonly MediaSource[],
  record: TimeRange,
): void {
  const placed = timeRange(fromSample(clip.firstSample, sampleRateHz), fromSample(clip.samples, sampleRateHz));
  const heard = intersect(placed, record);
  const source = sources.find(({ asset }) => asset.id === clip.assetId);
  if (heard === undefined || source === undefined) return;
  const { num, den } = clip.speed;
  const length = scaleTicks(heard.duration, num, den);
  const into = scaleTicks(ticks(heard.start - placed.start), num, den);
  const from = clip.reverse ? rangeEnd(clip.source) - into - length : clip.source.start + into;
  const range = timeRange(ticks(Math.max(0, from)), length);
  const perLevel = (decodeHz / levelsHz) * (num / den);
  const firstLevel = ((heard.start - record.start) / ticksPerSecond) * levelsHz;
  const lastLevel = firstLevel + (heard.duration / ticksPerSecond) * levelsHz;
  const gain = 10 ** (gainDb / 20);
  let sample = 0;
  const file = { path: source.path, container: source.asset.container };
  for (const [block] of decodeSound(file, { streamIndex: clip.streamIndex, sampleRateHz: decodeHz, channels: 1, range })) {
    for (const value of block!) {
      const at = sample++ / perLevel;
      const level = Math.floor(clip.reverse ? lastLevel - at : firstLevel + at);
      if (level >= 0 && level < power.length) power[level]! += (value * gain) ** 2 / perLevel;
    }
  }
}

/** The stretch of record time whose levels a picture of `record` shows, `reachSeconds` to both sides. */
export function widen(record: TimeRange, reachSeconds: number, duration: number): TimeRange {
  const reach = Math.round(reachSeconds * ticksPerSecond);
  const start = Math.max(0, record.start - reach);
  return timeRange(ticks(start), ticks(Math.min(duration, rangeEnd(record) + reach) - start));
}
