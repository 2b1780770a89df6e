/** Gives peaks that were cut off their height back, as their surroundings tell it; what was not cut off passes bit by bit. */
import { autoRegression, fillMissing, findClicks, type SampleSpan } from '#core/dsp';
import { fillClick } from './declick.ts';
import { createFrameStage, type FrameStage } from './frame-stage.ts';

const order = 32;
const context = 480;
/** Samples that one solution takes; more in a row are left as they are. */
const mostMissing = 220;
/** Of the level: from here on a sample was cut off. Lossy coding makes flat tops wavy. */
const cutShare = 0.965;
/** A corner lies within so many samples of its peak; mending one may leave another. */
const [reach, smoothings] = [16, 2];
/** A peak grows to at most so many times the level. */
const mostGrowth = 2.5;

export type Declip = FrameStage & { readonly count: () => number };

/** For one channel at 48 kHz; `level` is where the recording was cut off, 0 … 1. */
export function createDeclip(level: number): Declip {
  const least = level * cutShare;
  let count = 0;
  const stage = createFrameStage((samples, from, to) => {
    const restored: SampleSpan[] = [];
    for (let index = from; index < to; index++) {
      if (Math.abs(samples[index]!) < least) continue;
      const group = groupFrom(samples, index, least);
      if (group.places.length >= 3 && group.places.length <= mostMissing && restore(samples, group.places, least)) {
        restored.push({ start: group.places[0]!, end: group.end + 1 });
        count++;
      }
      index = group.end;
    }
    if (restored.length > 0) smooth(samples, restored, { from, to });
  });
  return { ...stage, count: () => count };
}

/** Corners that restored peaks are left with sound like clicks, and are mended like them. */
function smooth(
  samples: Float32Array,
  restored: readonly SampleSpan[],
  range: { readonly from: number; readonly to: number },
): void {
  for (let turn = 0; turn < smoothings; turn++) {
    const corners = findClicks(samples, range).filter((click) =>
      restored.some(({ start, end }) => click.start < end + reach && click.end > start - reach),
    );
    if (corners.length === 0) return;
    for (const corner of corners) fillClick(samples, corner);
  }
}

/** The cut samples from `start` on whose peaks lie so close that one tells on the other. */
function groupFrom(
  samples: Float32Array,
  start: number,
  least: number,
): { readonly places: readonly number[]; readonly end: number } {
  const places: number[] = [];
  let last = start;
  for (let index = start; index < samples.length && index - last <= order && places.length <= mostMissing; index++) {
    if (Math.abs(samples[index]!) < least) continue;
    places.push(index);
    last = index;
  }
  return { places, end: last };
}

/** Whether the peak was restored. */
function restore(samples: Float32Array, places: readonly number[], least: number): boolean {
  const first = Math.max(0, places[0]! - context);
  const end = Math.min(samples.length, places.at(-1)! + context);
  const before = samples.slice(first, end);
  const around = before.slice();
  const missing = places.map((place) => place - first);
  // The first model is told from cut peaks, the second from restored ones.
  for (let turn = 0; turn < 2; turn++) {
    fillMissing(around, missing, autoRegression(around, order));
    for (const place of missing) {
      const [was, now] = [before[place]!, around[place]!];
      const sign = Math.sign(was);
      around[place] = sign * Math.min(mostGrowth * Math.abs(was), Math.max(Math.abs(was), sign * now));
    }
  }
  if (missing.every((place) => Math.abs(around[place]!) <= least * 1.001)) return false;
  for (const place of missing) samples[first + place] = around[place]!;
  return true;
}
