/** Two recordings laid along each other as a line says: where stretches are compared, and what each of them holds there. */
import type { SyncLine } from './coarse-offset.ts';
import { syncRateHz } from './sync-features.ts';

/** A recording's samples at `syncRateHz` by place; silence outside. */
export type SyncSamples = { readonly samples: number; read(first: number, count: number): Float32Array };

export type FineLine = SyncLine & {
  /** Stretches that were compared, and those that agree with the line. */
  readonly compared: number;
  readonly agreeing: number;
  /** Median distance of the agreeing ones from the line, seconds. */
  readonly residual: number;
  /** Mean evidence of the agreeing ones, in standard deviations. */
  readonly score: number;
};

const mostStretches = 24;
export type Look = {
  readonly line: SyncLine;
  readonly seconds: number;
  readonly reach: number;
  /** At most so many stretches; absent: 24. */
  readonly most?: number;
};

export function placesAlong(reference: SyncSamples, other: SyncSamples, { line, seconds, reach, most }: Look): number[] {
  const from = Math.max(0, -line.offset / (1 + line.drift)) + reach;
  const to = Math.min(reference.samples / syncRateHz, (other.samples / syncRateHz - line.offset) / (1 + line.drift)) - reach;
  const room = to - from - seconds;
  if (room < 0) return to - from > 1.5 ? [from] : [];
  const count = Math.max(1, Math.min(most ?? mostStretches, Math.floor(room / (seconds / 2)) + 1));
  return Array.from({ length: count }, (_, index) => from + (count === 1 ? 0 : (index * room) / (count - 1)));
}

/** The other's samples where the line says that the reference's samples from `first` on are heard. */
export function readAlong(other: SyncSamples, line: SyncLine, first: number, count: number): Float32Array {
  const place = (index: number) => line.offset * syncRateHz + (first + index) * (1 + line.drift);
  const start = Math.floor(place(0)) - 1;
  const held = other.read(start, Math.ceil(place(count)) - start + 3);
  const result = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const position = place(index) - start;
    const whole = Math.floor(position);
    result[index] = between(held, whole, position - whole);
  }
  return result;
}

/** Catmull-Rom through four samples. */
function between(samples: Float32Array, whole: number, part: number): number {
  const [a, b, c, d] = [samples[whole - 1]!, samples[whole]!, samples[whole + 1]!, samples[whole + 2]!];
  return b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)));
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
