/**
 * The stretches between speech: how loud they are, and whether something is to be heard there.
 *
 * A pause is audible where for a good part of it the sound lies well over the quiet of the recording and not far under
 * its speech: music, applause, a demo's own sound; not the breath, the chair or the steady fan.
 */
import { dbToPower, powerToDb } from '#core/dsp';
import { leastPauseFrames } from './find-speech.ts';
import { gapsBetween, meanOf, quantileOf, valuesIn, type FrameRange } from './frames.ts';

export type FramePause = FrameRange & { readonly levelDbfs: number; readonly audible: boolean };

/** Over the quiet of the recording, and at most so far under its speech. */
const overFloorDb = 10;
const underSpeechDb = 30;
/** The share of the frames without speech that is at least as quiet as the quiet of the recording. */
const quietShare = 0.1;
/** The room's answer to the last word, and the breath before the next, are no sound of their own. */
const [ringing, breath] = [15, 5];
/** Audible from this share of a pause, but from 150 ms, and in any case from one second. */
const audibleShare = 0.3;
const [leastAudible, surelyAudible] = [15, 100];

/** Per frame: mean squares of the whole sound, and of what an ear hears of it. */
export type FramePowers = { readonly all: Float32Array; readonly heard: Float32Array };

/** All stretches of at least 100 ms outside `speech`. */
export function findPauses(speech: readonly FrameRange[], { all, heard }: FramePowers): FramePause[] {
  const gaps = gapsBetween(speech, all.length);
  const limit = audibleFrom(speech, gaps, heard);
  return gaps
    .filter(({ start, end }) => end - start >= leastPauseFrames)
    .map((gap) => ({ ...gap, levelDbfs: powerToDb(meanOf(all, gap.start, gap.end)), audible: isAudible(gap, heard, limit) }));
}

/** Mean square from which on a frame without speech is audible. */
function audibleFrom(speech: readonly FrameRange[], gaps: readonly FrameRange[], powers: Float32Array): number {
  const floor = quantileOf(valuesIn(powers, gaps).sort(), quietShare) ?? 0;
  const spoken = meanOf(valuesIn(powers, speech));
  return Math.max(floor * dbToPower(overFloorDb), spoken * dbToPower(-underSpeechDb), dbToPower(-70));
}

function isAudible(gap: FrameRange, powers: Float32Array, limit: number): boolean {
  const start = gap.end - gap.start > 2 * ringing ? gap.start + ringing : gap.start;
  const end = gap.end - gap.start > 2 * ringing ? gap.end - breath : gap.end;
  let count = 0;
  for (let frame = start; frame < end; frame++) if (powers[frame]! > limit) count++;
  return count >= surelyAudible || count >= Math.max(leastAudible, audibleShare * (end - start));
}
