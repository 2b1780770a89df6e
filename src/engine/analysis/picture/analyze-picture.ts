/** The analyses of an asset's picture: one decode pass over small looks feeds all that are asked for. */
import { mainAudioStream, mainVideoStream, type VideoStream } from '#core/asset';
import { fail } from '#core/errors';
import type { PictureAnalysis, PictureFacts } from '#core/facts';
import { rangeBetween, ticksPerSecond, type Ticks } from '#core/time';
import { breathe, type MediaFile } from '#engine/media';
import type { TaskImplementation } from '#engine/tasks';
import { createSelfSync, hearFor, isLate } from '../sync/self-sync.ts';
import { measureChange, seeLook, type Sight } from './change.ts';
import { createCutFinder, type FoundCut } from './find-cuts.ts';
import { createDissolveFinder } from './find-dissolves.ts';
import { createFaultFinder } from './find-faults.ts';
import { createJumpCutFinder, withoutCuts } from './find-jump-cuts.ts';
import { lookPictures } from './look-pictures.ts';
import type { Look } from './look.ts';
import { createFramingMeter, createQualityMeter } from './measure-quality.ts';
import { createMotionRecorder, measureShake } from './measure-shake.ts';
import { findMotion, noMotion, type Motion } from './motion.ts';
import { toShotFacts } from './shots.ts';
import { findStillPackets } from './still-groups.ts';

/** Looks at pictures as they stream by. `push` each look, then `finish`. */
export type PictureAnalyzer = {
  push(look: Look): void;
  /** `end`: when the last picture goes. `refine` finds exact places of cuts between looks that lie apart. */
  finish(end: Ticks, refine?: (cut: FoundCut) => FoundCut): PictureFacts;
};

/** For these the pictures that others are coded from are enough. */
const sparse: ReadonlySet<PictureAnalysis> = new Set(['shots', 'quality', 'framing']);

export function createPictureAnalyzer(analyses: readonly PictureAnalysis[]): PictureAnalyzer {
  const asked = new Set(analyses);
  const wantsMotion = asked.has('motion') || asked.has('shake');
  const cutFinder = createCutFinder();
  const dissolves = createDissolveFinder();
  const jumps = asked.has('jumpCuts') ? createJumpCutFinder() : undefined;
  const faults = asked.has('faults') ? createFaultFinder() : undefined;
  const quality = asked.has('quality') ? createQualityMeter() : undefined;
  const framing = asked.has('framing') ? createFramingMeter() : undefined;
  const recorder = wantsMotion ? createMotionRecorder() : undefined;
  const cutsOnly = jumps === undefined && framing === undefined;
  let before: Sight | undefined;
  let motion: Motion = noMotion;
  let first: Ticks | undefined;

  return {
    push(look) {
      const sight = seeLook(look);
      const change = before === undefined ? undefined : measureChange(before, sight, cutsOnly);
      first ??= sight.at;
      cutFinder.push(sight, change);
      dissolves.push(sight, change);
      jumps?.push(sight, change);
      faults?.push(sight, change);
      quality?.push(sight);
      framing?.push(sight, change);
      if (recorder !== undefined) {
        motion =
          before === undefined || change?.plain === 0
            ? noMotion
            : findMotion(before, sight, motion, asked.has('motion') ? 'fine' : 'rough');
        recorder.push(sight, motion);
      }
      before = sight;
    },
    finish(end, refine = (cut) => cut) {
      const found = cutFinder.finish();
      const cuts = found.cuts.map(refine);
      const blends = dissolves.finish();
      const shots = toShotFacts(cuts, blends, { start: first ?? (0 as Ticks), end });
      const starts = shots.changes.filter(({ kind }) => kind === 'cut').map(({ range }) => range.start);
      const path = recorder?.finish(starts);
      return {
        ...(asked.has('shots') ? { shots } : {}),
        ...(jumps === undefined ? {} : { jumpCuts: { cuts: withoutCuts(jumps.finish(), cuts, blends) } }),
        ...(faults === undefined
          ? {}
          : { faults: { ...faults.finish(end), flashes: found.flashes.map(({ from, to }) => rangeBetween(from, to)) } }),
        ...(asked.has('motion') && path !== undefined ? { motion: path } : {}),
        ...(asked.has('shake') && path !== undefined ? { shake: measureShake(path, starts, end, recorder!.filled()) } : {}),
        ...(quality === undefined ? {} : { quality: quality.finish() }),
        ...(framing === undefined ? {} : { framing: framing.finish() }),
      };
    },
  };
}

/** Pictures between two stays in the event loop, where native handles are given back. */
const looksPerBreath = 500;

/** Decodes the asset's main picture stream once. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
export const analyzePictureTask: TaskImplementation<'analyze-picture'> = async ({ source, analyses, selfSync }, context) => {
  const { asset, path } = source;
  const stream = mainVideoStream(asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'picture' });
  const file = { path, container: asset.container };
  const sound = selfSync === true ? mainAudioStream(asset) : undefined;
  const beside = sound === undefined ? undefined : createSelfSync();
  if (beside !== undefined) await hearFor(beside, file, sound!, context.signal);
  const which = beside === undefined && analyses.every((analysis) => sparse.has(analysis)) ? 'referred' : 'all';
  const isOnlyShots = which === 'referred' && analyses.every((analysis) => analysis === 'shots');
  const still = isOnlyShots ? await findStillPackets(file, stream, context.signal) : undefined;
  const analyzer = createPictureAnalyzer(analyses);
  let count = 0;
  for (const look of lookPictures(file, { stream, which, ...(still === undefined ? {} : { still }) })) {
    analyzer.push(look);
    if (beside !== undefined && !isLate(look.at)) beside.see(look);
    if (++count % looksPerBreath === 0) await breathe();
    if (count % 32 === 0) context.progress(Math.max(0, Math.min(0.99, look.at / Math.max(1, asset.duration))));
    context.signal.throwIfAborted();
  }
  if (count === 0) throw fail('MEDIA_UNREADABLE', { reason: 'no picture could be decoded' });
  const facts = analyzer.finish(asset.duration, which === 'all' ? undefined : (cut) => refineCut(file, stream, cut));
  return beside === undefined ? facts : { ...facts, selfSync: beside.finish() };
};

/** Where only some pictures were looked at: all of those around the cut, once more. A key frame is put where a shot begins. */
function refineCut(file: MediaFile, stream: VideoStream, cut: FoundCut): FoundCut {
  const framesApart = ((cut.at - cut.before) / ticksPerSecond) * (stream.frameRate.num / stream.frameRate.den);
  if (cut.isKey || framesApart < 1.5) return cut;
  let before: Sight | undefined;
  let [most, best] = [0, cut.at];
  for (const look of lookPictures(file, { stream, which: 'all', range: rangeBetween(cut.before, cut.at) })) {
    if (look.at < cut.before) continue;
    const sight = seeLook(look);
    const { plain } = before === undefined ? { plain: 0 } : measureChange(before, sight);
    if (plain > most) [most, best] = [plain, sight.at];
    before = sight;
    if (look.at >= cut.at) break;
  }
  return { ...cut, at: best };
}
