/**
 * Decides the picture of a render: which packets are copied, what is encoded and from what.
 *
 *     source   I─────────────I─────────────I─────────────
 *     kept          ╰─────────────────────────────╯
 *     output        [encode ][copy ───────][copy ─][enc]      (encode up to the next IDR, copy, encode what B-frames leave)
 *
 * On an even grid, frame k belongs to the stretch that its middle lies in, and shows the picture that is on screen in
 * the source at that moment: an error below one frame at every cut, derived from ticks each time, so it never adds up.
 * Where stamps are kept (variable frame rate), every source picture keeps its own time to the unit.
 */
import type { AssetId, Size, VideoStream } from '#core/asset';
import type { MotionFacts } from '#core/facts';
import type { Clip, Fit, Timeline, Track } from '#core/timeline';
import { ticksPerSecond, type FrameRate, type Ticks } from '#core/time';
import { composePicture, pictureClips, pictureUses } from './compose.ts';
import { copyFault, lookThrough, parameterKey, type CopyTarget, type PictureSource } from './copy-choice.ts';
import { chooseEncoder, encoderReorder } from './encoder-choice.ts';
import { codecOf, pictureKbps } from './output-rules.ts';
import { gridTimescale, keptTimescale, outputSize } from './output-shape.ts';
import { coversCanvas, lookOf, type ClipLook } from './picture-look.ts';
import { windowOf } from './follow-window.ts';
import type { PlanSource } from './plan-source.ts';
import type { OutputRequest, PictureEncoder, VideoPlan, VideoSpan } from './render-plan.ts';
import { isEven } from './shown-pictures.ts';
import { layGridStretch } from './grid-spans.ts';
import { layKeptStretch } from './kept-spans.ts';
import type { SpanContext } from './span-context.ts';
import { steadyPath } from './steady-path.ts';

export type PicturePlan = { readonly video: VideoPlan; readonly reasons: readonly string[] };

/** Pictures a second where there is nothing to see but the level of sound. */
const waveformRate: FrameRate = { num: 10, den: 1 };

/** Errors: MEDIA_STREAM_MISSING. */
export function planPicture(
  timeline: Timeline,
  sources: readonly PlanSource[],
  output: OutputRequest,
  duration: Ticks,
  motion: MotionByAsset = {},
): PicturePlan {
  const size = outputSize(timeline.size, output.size);
  const soundOnly = pictureClips(timeline).length === 0 && timeline.tracks.some(isHeard);
  // What shows nothing but sound moves by bars: more pictures would all be alike.
  const isBare = soundOnly && timeline.tracks.every(({ kind, items }) => kind === 'audio' || items.length === 0);
  const frameRate = output.frameRate ?? (isBare ? waveformRate : timeline.frameRate);
  const uses = pictureUses(timeline).map((use) => ({ ...use, source: lookThrough(sources, use.assetId, use.streamIndex) }));
  const keepStamps = output.frameRate === undefined && uses.some(({ source }) => isUneven(source));
  const codec = codecOf(output);
  const capKbps = pictureKbps(output, timeline.tracks.some(isHeard));
  const choice = chooseCopies(uses, {
    size,
    frameRate,
    keepStamps,
    quality: output.quality,
    copy: output.copy ?? 'auto',
    codec,
    ...(capKbps === undefined ? {} : { capKbps }),
  });
  const { copied } = choice;
  const timescale = keepStamps ? keptTimescale((copied ?? firstUneven(uses))!.stream.timebase) : gridTimescale(frameRate);
  const context = createContext(timeline, uses, choice, {
    frameRate,
    timescale,
    duration,
    size,
    rangeSeconds: output.rangeSeconds ?? 8,
    motion,
  });
  const spans = composePicture(timeline, duration, context.covers).flatMap((stretch): VideoSpan[] =>
    keepStamps ? layKeptStretch(stretch, context) : layGridStretch(stretch, context, soundOnly),
  );
  const copiesAny = spans.some((span) => span.kind === 'copy');
  const usual = chooseEncoder(copiesAny ? copied : undefined, output, frameRate, capKbps);
  const encoder: PictureEncoder =
    isBare && codec === 'h264' && usual.preset === 'superfast' ? { ...usual, preset: 'edge' } : usual;
  const deepest = copiesAny ? Math.max(...choice.copyable.map(({ seen }) => seen!.shown.reorderFrames)) : 0;
  const video: VideoPlan = {
    codec,
    size,
    frameRate,
    keepStamps,
    ...(copied !== undefined && copiesAny ? { copiedFrom: { assetId: copied.assetId, streamIndex: copied.stream.index } } : {}),
    spans,
    frames: spans.reduce((sum, span) => sum + span.frames, 0),
    timescale,
    reorderFrames: Math.max(encoderReorder(encoder), deepest),
    encoder,
  };
  return { video, reasons: [...choice.reasons, ...losslessNote(video, output)] };
}

type Use = { readonly assetId: string; readonly streamIndex: number; readonly duration: number; readonly source: PictureSource };

type CopyChoice = {
  /** Stands for all that are copied. */
  readonly copied: PictureSource | undefined;
  readonly copyable: readonly PictureSource[];
  readonly reasons: readonly string[];
};

function chooseCopies(uses: readonly Use[], target: CopyTarget): CopyChoice {
  const faults = uses.map(({ source }) => copyFault(source, target));
  const sound = uses.filter((_, index) => faults[index] === undefined);
  const copied = mostUsed(sound);
  const isAlike = ({ source }: Use) => copied !== undefined && parameterKey(source) === parameterKey(copied);
  const copyable = sound.filter(isAlike).map(({ source }) => source);
  const foreign = sound.filter((use) => !isAlike(use)).map(({ source }) => source);
  return {
    copied,
    copyable,
    reasons: explain(
      faults.filter((fault) => fault !== undefined),
      foreign,
      copyable,
    ),
  };
}

function createContext(
  timeline: Timeline,
  uses: readonly Use[],
  { copyable }: CopyChoice,
  clock: Pick<SpanContext, 'frameRate' | 'timescale' | 'duration' | 'rangeSeconds'> & {
    readonly size: Size;
    readonly motion: MotionByAsset;
  },
): SpanContext {
  const { frameRate, timescale, duration, size, rangeSeconds, motion } = clock;
  const byUse = new Map(uses.map(({ source, assetId, streamIndex }) => [`${assetId} ${streamIndex}`, source]));
  const inStep = uses
    .map(({ source }) => source)
    .filter(({ seen }) => seen !== undefined && isEven(seen.shown, seen.index, frameRate));
  const [copies, steps] = [new Set(copyable), new Set(inStep)];
  const sourceOf = (clip: Clip) => byUse.get(`${clip.assetId} ${clip.streamIndex}`);
  const lookAt = remember((clip: Clip) => ({
    ...lookOf(clip, timeline.fit),
    ...steadied(clip, sourceOf(clip), motion),
    ...followed(clip, sourceOf(clip), { canvas: size, fit: timeline.fit ?? 'contain' }),
  }));
  const background = timeline.background?.toLowerCase();
  return {
    frameRate,
    timescale,
    duration,
    rangeSeconds,
    frames: Math.max(1, Math.round((duration * frameRate.num) / (ticksPerSecond * frameRate.den))),
    ...(background === undefined || background === '#000000' ? {} : { background }),
    sourceOf,
    lookOf: lookAt,
    covers: remember((clip: Clip) => coversCanvas(sourceOf(clip)!.stream, lookAt(clip), size)),
    loopOf: (clip) => loopOf(sourceOf(clip)!.stream),
    mayCopy: (source) => copies.has(source),
    isInStep: (source) => steps.has(source),
  };
}

/** How pictures move, by asset; a clip of an asset without an entry is shown as it shook. */
export type MotionByAsset = Readonly<Record<AssetId, MotionFacts>>;

function steadied(clip: Clip, source: PictureSource | undefined, motion: MotionByAsset): Pick<ClipLook, 'stabilize'> {
  const effect = clip.effects.find((candidate) => candidate.name === 'stabilize');
  const moves = motion[clip.assetId];
  if (effect === undefined || effect.strength === 0 || moves === undefined || source === undefined) return {};
  const { codedSize, sampleAspect } = source.stream;
  const aspect = (codedSize.height * sampleAspect.den) / (codedSize.width * sampleAspect.num);
  return { stabilize: steadyPath(moves, clip.sourceRange, aspect, effect) };
}

function followed(
  clip: Clip,
  source: PictureSource | undefined,
  frame: { readonly canvas: Size; readonly fit: Fit },
): Pick<ClipLook, 'follow'> {
  const follow = source && windowOf(clip, source.stream, frame);
  return follow === undefined ? {} : { follow };
}

/** Asked for every stretch, and the same for all of them. */
function remember<Value>(find: (clip: Clip) => Value): (clip: Clip) => Value {
  const known = new Map<Clip, Value>();
  return (clip) => {
    if (!known.has(clip)) known.set(clip, find(clip));
    return known.get(clip)!;
  };
}

/** Animations begin again, as browsers show them. */
function loopOf({ codec, duration }: VideoStream): Ticks | undefined {
  return ['gif', 'apng', 'webp', 'webp_anim'].includes(codec) && duration > 0 ? duration : undefined;
}

/** Lossless H.264 is a profile of its own that browsers and phones do not play. */
function losslessNote({ encoder, codec, spans }: VideoPlan, { quality }: OutputRequest): string[] {
  const encoded = spans.reduce((sum, span) => sum + (span.kind === 'encode' ? span.frames : 0), 0);
  if (quality !== 'lossless' || encoded === 0 || encoder.lossless === true || codec === 'ffv1') return [];
  return [`${encoded} encoded pictures look the same and are not lossless, so that the file plays everywhere`];
}

function isHeard(track: Track): boolean {
  return track.kind === 'audio' && !track.muted && track.items.some((item) => item.kind === 'clip');
}

/** The parameter sets under which most can be copied; the first asset that has them stands for them. */
function mostUsed(uses: readonly Use[]): PictureSource | undefined {
  const totals = new Map<string, number>();
  for (const { source, duration } of uses) totals.set(parameterKey(source), (totals.get(parameterKey(source)) ?? 0) + duration);
  const best = [...totals].reduce<readonly [string, number] | undefined>(
    (top, entry) => (top === undefined || entry[1] > top[1] ? entry : top),
    undefined,
  );
  return uses.find(({ source }) => parameterKey(source) === best?.[0])?.source;
}

function isUneven({ seen, stream }: PictureSource): boolean {
  return (
    seen !== undefined &&
    seen.shown.stamps.length > 1 &&
    !seen.shown.disordered &&
    !isEven(seen.shown, seen.index, stream.frameRate)
  );
}

function firstUneven(uses: readonly Use[]): PictureSource | undefined {
  return uses.find(({ source }) => isUneven(source))?.source;
}

function explain(faults: readonly string[], foreign: readonly PictureSource[], copied: readonly PictureSource[]): string[] {
  const reasons = [...faults];
  for (const source of foreign) {
    reasons.push(
      `"${source.name}" was encoded with other settings than "${copied[0]?.name}"; one file holds one kind unchanged, so it is encoded`,
    );
  }
  for (const source of copied) {
    const { starts } = source.seen!.shown;
    if (starts.idr * 2 < starts.key) {
      reasons.push(
        `"${source.name}" has ${starts.key - starts.idr} of ${starts.key} key frames in open groups; a copy can begin at the other ${starts.idr} only`,
      );
    }
  }
  return [...new Set(reasons)];
}
