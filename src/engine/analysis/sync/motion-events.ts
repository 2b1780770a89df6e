/** When something in the picture hits, stops or turns: where movement changes from one picture to the next more than around it. */
import { toSeconds } from '#core/time';
import type { Look } from '../picture/look.ts';

export type SyncEvent = { readonly seconds: number; readonly weight: number };

/** Brightness steps up to this are grain. */
const grain = 4;
/** Pictures on each side that a peak is held against. */
const around = 12;
const overUsual = 2.2;

export type MotionEventReader = { push(look: Look): void; finish(): SyncEvent[] };

export function createMotionEvents(): MotionEventReader {
  const times: number[] = [];
  const turns: number[] = [];
  let [last, before]: [Look | undefined, Look | undefined] = [undefined, undefined];
  return {
    push(look) {
      // How much the movement into the last picture differs from the movement out of it, cell by cell.
      let sum = 0;
      if (last !== undefined && before !== undefined && before.luma.length === look.luma.length) {
        for (let cell = 0; cell < look.luma.length; cell++) {
          const into = last.luma[cell]! - before.luma[cell]!;
          const out = look.luma[cell]! - last.luma[cell]!;
          const [slower, turned] = [Math.abs(into) - Math.abs(out), Math.abs(out - into) - 2 * grain];
          // What stops or turns back has hit something; what begins to move counts for half.
          sum += Math.max(0, slower - grain) + 0.5 * Math.max(0, -slower - grain) + 0.5 * Math.max(0, turned);
        }
        times.push(toSeconds(last.at));
        turns.push(sum / look.luma.length);
      }
      before = last;
      last = look;
    },
    finish: () => peaksOf(times, turns),
  };
}

function peaksOf(times: readonly number[], values: readonly number[]): SyncEvent[] {
  const sorted = values.toSorted((a, b) => a - b);
  const usual = sorted[sorted.length >> 1] ?? 0;
  const loud = sorted[Math.floor(sorted.length * 0.98)] ?? 0;
  const events: SyncEvent[] = [];
  for (let index = 1; index < values.length - 1; index++) {
    const value = values[index]!;
    if (value < values[index - 1]! || value <= values[index + 1]! || value < 0.15 * loud) continue;
    const near = values.slice(Math.max(0, index - around), index + around + 1).sort((a, b) => a - b);
    if (value < overUsual * Math.max(near[near.length >> 1]!, usual)) continue;
    // Between pictures the top lies nearer to the larger neighbour.
    const [a, c] = [values[index - 1]!, values[index + 1]!];
    const bend = a - 2 * value + c;
    const shift = bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (a - c) / (2 * bend)));
    const step = times[index + 1]! - times[index]!;
    events.push({ seconds: times[index]! + shift * step, weight: Math.min(1, Math.sqrt(value / Math.max(1e-6, loud))) });
  }
  return events;
}
