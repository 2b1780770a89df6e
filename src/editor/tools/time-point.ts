/** Points in time as tools take them, and the ranges of the timeline they name. */
import { z } from 'zod';
import { fail } from '#core/errors';
import { parseTimeInput } from '#core/protocol';
import { maxTicks, minTicks, rangeBetween, zero, type Ticks, type TimeRange } from '#core/time';

export const timePoint = z
  .string()
  .max(40)
  .describe(
    'Time on the timeline: "0:30", "90s", "1m30s", "start", "end", or from the end: "-20s". Times mean the timeline as it is before this call',
  );

export const timeRangeInput = z.object({ start: timePoint, end: timePoint }).strict();
export type TimeRangeInput = z.infer<typeof timeRangeInput>;

/** Errors: REQUEST_INVALID for what is no time. */
export function resolvePoint(text: string, length: Ticks): Ticks {
  const word = text.trim().toLowerCase();
  if (word === 'start') return zero;
  if (word === 'end') return length;
  if (word.startsWith('-')) return maxTicks(zero, (length - parseTimeInput(word.slice(1))) as Ticks);
  return parseTimeInput(word);
}

/** A range cut to the timeline; `clipped` where it reached over its end. Empty where it lies behind it. */
export function resolveRange(input: TimeRangeInput, length: Ticks): { readonly range: TimeRange; readonly clipped: boolean } {
  const [a, b] = [resolvePoint(input.start, length), resolvePoint(input.end, length)];
  if (a === b) throw fail('REQUEST_INVALID', { reason: `the range from ${input.start} to ${input.end} is empty` });
  const [start, end] = a < b ? [a, b] : [b, a];
  return { range: rangeBetween(minTicks(start, length), minTicks(end, length)), clipped: end > length };
}
