/** Where a bed of music goes down for a voice: the level over time that stretches of speech lead to. */
import { milliseconds, rangeEnd, seconds, unite, type Ticks, type TimeRange } from '#core/time';
import type { Ducking } from '#core/timeline';
import type { LevelPoint } from './render-plan.ts';

/** A bed that comes up between two sentences and goes down again is heard pumping: pauses up to this are held. */
const heldPause = seconds(1);

/**
 * The level of a ducked track in dB over the mix: down `attackMs` before speech, so that its first word is already clear,
 * up over `releaseMs` after it.
 *
 * Shape: empty for no speech; points in samples, rising.
 */
export function duckingPoints(speech: readonly TimeRange[], ducking: Ducking, sampleRateHz: number): LevelPoint[] {
  const { amountDb } = ducking;
  const attack = Math.max(1, milliseconds(ducking.attackMs));
  const release = Math.max(1, milliseconds(ducking.releaseMs));
  const ranges = holdPauses(speech);
  const points: { at: number; gainDb: number }[] = [];
  for (const [index, range] of ranges.entries()) {
    const before = ranges[index - 1];
    const [start, end] = [range.start, rangeEnd(range)];
    const up = before === undefined ? -Infinity : rangeEnd(before) + release;
    if (up <= start - attack) points.push({ at: start - attack, gainDb: 0 });
    else {
      // The way up meets the way down: where the two lines cross.
      const beganUp = rangeEnd(before!);
      const cross = (1 + beganUp / release + (start - attack) / attack) / (1 / release + 1 / attack);
      points.pop();
      points.push({ at: cross, gainDb: amountDb * (1 - (cross - beganUp) / release) });
    }
    points.push({ at: start, gainDb: amountDb }, { at: end, gainDb: amountDb }, { at: end + release, gainDb: 0 });
  }
  const perTick = sampleRateHz / seconds(1);
  return points.map(({ at, gainDb }) => ({ at: Math.round(at * perTick), gainDb }));
}

function holdPauses(speech: readonly TimeRange[]): TimeRange[] {
  const held: TimeRange[] = [];
  for (const range of unite(speech)) {
    const last = held.at(-1);
    if (last !== undefined && range.start - rangeEnd(last) < heldPause)
      held[held.length - 1] = { start: last.start, duration: (rangeEnd(range) - last.start) as Ticks };
    else held.push(range);
  }
  return held;
}
