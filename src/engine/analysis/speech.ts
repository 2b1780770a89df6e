/** Speech facts: what was found, in ticks of asset time. */
import type { SpeechFacts } from '#core/facts';
import { milliseconds, rangeBetween, type Ticks, type TimeRange } from '#core/time';
import type { FoundSpeech } from './find-speech.ts';
import type { FrameRange } from './frames.ts';
import { findPauses, type FramePowers } from './pauses.ts';

/**
 * The sound ends at `soundEnd`; an asset that goes on without sound until
 * `assetEnd` ends in a pause.
 */
export function toSpeechFacts(
  found: FoundSpeech,
  { powers, soundEnd, assetEnd }: { readonly powers: FramePowers; readonly soundEnd: Ticks; readonly assetEnd: Ticks },
): SpeechFacts {
  const end = Math.max(soundEnd, assetEnd) as Ticks;
  const inTicks = (range: FrameRange): TimeRange => rangeBetween(atFrame(range.start, soundEnd), atFrame(range.end, soundEnd));
  const pauses = findPauses(found.ranges, powers).map(({ levelDbfs, audible, ...range }) => ({
    ...inTicks(range),
    levelDbfs,
    audible,
  }));
  return {
    speech: found.ranges.map(inTicks),
    pauses: withSilentEnd(pauses, soundEnd, end),
    threshold: found.threshold,
    ...(found.hiddenBefore === 0 ? {} : { hiddenBefore: milliseconds(found.hiddenBefore * 10) }),
  };
}

type Pause = SpeechFacts['pauses'][number];

function withSilentEnd(pauses: readonly Pause[], soundEnd: Ticks, end: Ticks): readonly Pause[] {
  if (end - soundEnd < milliseconds(100)) return pauses;
  const last = pauses.at(-1);
  if (last !== undefined && last.start + last.duration === soundEnd) {
    return [...pauses.slice(0, -1), { ...last, ...rangeBetween(last.start, end) }];
  }
  return [...pauses, { ...rangeBetween(soundEnd, end), levelDbfs: -120, audible: false }];
}

/** The last frame may be shorter than 10 ms. */
function atFrame(frame: number, soundEnd: Ticks): Ticks {
  return Math.min(milliseconds(frame * 10), soundEnd) as Ticks;
}
