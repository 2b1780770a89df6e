/** When something in the picture hits, stops or turns: where movement ends or comes back from one picture to the next. */
import { toSeconds } from '#core/time';
import type { Look } from '../picture/look.ts';

export type SyncEvent = { readonly seconds: number; readonly weight: number };

/** Brightness steps up to this are grain. */
const grain = 4;
/** Cells along each side of a block: what moves on within one has not stopped. */
const blockSide = 20;
/** Pictures on each side that a peak is held against. */
const around = 12;
const overUsual = 2.2;

export type MotionEventReader = { push(look: Look): void; finish(): SyncEvent[] };

export function createMotionEvents(): MotionEventReader {
  const times: number[] = [];
  const values: number[] = [];
  let [last, before]: [Look | undefined, Look | undefined] = [undefined, undefined];
  return {
    push(look) {
      if (last !== undefined && before !== undefined && before.luma.length === look.luma.length) {
        times.push(toSeconds(last.at));
        values.push(endings(before, last, look) / look.luma.length);
      }
      before = last;
      last = look;
    },
    finish: () => peaksOf(times, values),
  };
}

/** How much of the movement into the middle picture comes back in the next one, cell by cell, or has ended, block by block. */
function endings(before: Look, middle: Look, after: Look): number {
  const { width, luma } = middle;
  const columns = Math.ceil(width / blockSide);
  const slowing = new Float32Array(columns * Math.ceil(middle.height / blockSide));
  let back = 0;
  for (let cell = 0; cell < luma.length; cell++) {
    const into = luma[cell]! - before.luma[cell]!;
    const out = after.luma[cell]! - luma[cell]!;
    const [came, goes] = [Math.max(0, Math.abs(into) - grain), Math.max(0, Math.abs(out) - grain)];
    if (came === 0 && goes === 0) continue;
    if (into * out < 0) back += Math.min(came, goes);
    const row = Math.floor(cell / width);
    slowing[Math.floor(row / blockSide) * columns + Math.floor((cell - row * width) / blockSide)]! += came - goes;
  }
  return slowing.reduce((sum, value) => sum + Math.max(0, value), 2 * back);
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
    // What ends between two pictures is shared by both, the more by the nearer one.
    const [a, c] = [values[index - 1]!, values[index + 1]!];
    const other = a > c ? -1 : 1;
    const base = Math.min(a, c);
    const share = (Math.max(a, c) - base) / Math.max(1e-9, value + Math.max(a, c) - 2 * base);
    const seconds = times[index]! + share * (times[index + other]! - times[index]!);
    events.push({ seconds, weight: Math.min(1, value / Math.max(1e-6, loud)) });
  }
  return events;
}
