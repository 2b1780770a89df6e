/** One pass over the finished file's sound: length, loudness, where it is loud, where it clips, what could not be decoded. */
import { createLoudnessMeter } from '#core/dsp';
import { decodeSound, type MediaFile } from '#engine/media';
import type { SoundMeasures } from '#engine/tasks';

/** A row of this many samples at full scale cannot be a peak that happens to touch it. */
const clippedRow = 4;
const fullScale = 0.9995;
const mostClipped = 100;

/** Errors: MEDIA_UNREADABLE. `check` is called for every block and may throw to stop. */
export function measureSound(
  file: MediaFile,
  options: { readonly streamIndex: number; readonly sampleRateHz: number; readonly channels: 1 | 2; readonly check: () => void },
): SoundMeasures {
  const meter = createLoudnessMeter(options.sampleRateHz, options.channels);
  const stepSamples = Math.round(options.sampleRateHz / 20);
  const energy: number[] = [];
  const clipped: number[] = [];
  const rows = new Int32Array(options.channels);
  const damage = { count: 0 };
  let samples = 0;
  // Blocks of whole steps, so that no step is split.
  for (const block of decodeSound(file, { ...options, damage, blockSamples: stepSamples * 10 })) {
    options.check();
    meter.push(block);
    const count = block[0]!.length;
    for (let start = 0; start < count; start += stepSamples)
      energy.push(meanSquare(block, start, Math.min(count, start + stepSamples)));
    for (const [channel, values] of block.entries()) rows[channel] = findClipped(values, rows[channel]!, samples, clipped);
    samples += count;
  }
  return { samples, loudness: meter.result(), energy, stepSamples, clipped, damaged: damage.count };
}

function meanSquare(block: readonly Float32Array[], from: number, to: number): number {
  let sum = 0;
  for (const values of block) for (let index = from; index < to; index++) sum += values[index]! * values[index]!;
  return sum / ((to - from) * block.length);
}

/** Notes where rows at full scale begin; gives the length of the row that is open at the end. */
function findClipped(values: Float32Array, open: number, first: number, clipped: number[]): number {
  let row = open;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value < fullScale && value > -fullScale) {
      row = 0;
      continue;
    }
    row++;
    if (row === clippedRow && clipped.length < mostClipped) clipped.push(first + index - clippedRow + 1);
  }
  return row;
}
