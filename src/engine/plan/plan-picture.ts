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
import type { Timeline } from '#core/timeline';
import type { Ticks } from '#core/time';
import { composePicture, pictureClips, pictureUses } from './compose.ts';
import {
  chooseEncoder,
  copyFault,
  encoderReorder,
  lookThrough,
  parameterKey,
  type CopyTarget,
  type PictureSource,
} from './copy-choice.ts';
import { gridTimescale, keptTimescale, outputSize } from './output-shape.ts';
import type { PlanSource } from './plan-source.ts';
import type { OutputRequest, VideoPlan, VideoSpan } from './render-plan.ts';
import { isEven } from './shown-pictures.ts';
import { layGridStretch } from './grid-spans.ts';
import { layKeptStretch } from './kept-spans.ts';
import type { SpanContext } from './span-context.ts';

export type PicturePlan = { readonly video: VideoPlan; readonly reasons: readonly string[] };

/** Errors: MEDIA_STREAM_MISSING. */
export function planPicture(
  timeline: Timeline,
  sources: readonly PlanSource[],
  output: OutputRequest,
  duration: Ticks,
): PicturePlan {
  const size = outputSize(timeline.size, output.size);
  const frameRate = output.frameRate ?? timeline.frameRate;
  const uses = pictureUses(timeline).map((use) => ({ ...use, source: lookThrough(sources, use.assetId, use.streamIndex) }));
  const keepStamps = output.frameRate === undefined && uses.some(({ source }) => isUneven(source));
  const target: CopyTarget = { size, frameRate, keepStamps, quality: output.quality, copy: output.copy ?? 'auto' };
  const faults = uses.map(({ source }) => copyFault(source, target));
  const copied = chooseCopied(uses.filter((_, index) => faults[index] === undefined));
  const key = copied === undefined ? undefined : parameterKey(copied);
  const byUse = new Map(uses.map(({ source, ...use }) => [`${use.assetId} ${use.streamIndex}`, source]));
  const timescale = keepStamps ? keptTimescale((copied ?? firstMoving(uses))!.stream.timebase) : gridTimescale(frameRate);
  const copies = uses.filter(({ source }, index) => faults[index] === undefined && parameterKey(source) === key);
  const copyable = new Set(copies.map(({ source }) => source));
  const even = new Set(
    uses.map(({ source }) => source).filter(({ seen }) => seen !== undefined && isEven(seen.shown, seen.index, frameRate)),
  );
  const context: SpanContext = {
    frameRate,
    timescale,
    duration,
    frames: Math.max(1, Math.round((duration * frameRate.num) / (705_600_000 * frameRate.den))),
    sourceOf: ({ placed }) => placed && byUse.get(`${placed.clip.assetId} ${placed.clip.streamIndex}`),
    mayCopy: (source) => copyable.has(source),
    isInStep: (source) => even.has(source),
  };
  const stretches = composePicture(timeline, duration);
  const soundOnly = pictureClips(timeline).length === 0;
  const spans = stretches.flatMap((stretch): VideoSpan[] =>
    keepStamps ? layKeptStretch(stretch, context) : layGridStretch(stretch, context, soundOnly),
  );
  const copiesAny = spans.some((span) => span.kind === 'copy');
  const encoder = chooseEncoder(copied, output.quality, frameRate);
  const reorder = copiesAny ? Math.max(...copies.map(({ source }) => source.seen!.shown.reorderFrames)) : 0;
  return {
    video: {
      codec: 'h264',
      size,
      frameRate,
      keepStamps,
      ...(copied !== undefined && copiesAny ? { copiedFrom: { assetId: copied.assetId, streamIndex: copied.stream.index } } : {}),
      spans,
      frames: spans.reduce((sum, span) => sum + span.frames, 0),
      timescale,
      reorderFrames: Math.max(encoderReorder(encoder), reorder),
      encoder,
    },
    reasons: explain(
      faults.filter((fault) => fault !== undefined),
      uses.filter(({ source }, index) => faults[index] === undefined && !context.mayCopy(source)).map(({ source }) => source),
      uses.map(({ source }) => source).filter((source) => context.mayCopy(source)),
    ),
  };
}

type Use = { readonly duration: number; readonly source: PictureSource };

/** The parameter sets under which most can be copied; the first asset that has them stands for them. */
function chooseCopied(uses: readonly Use[]): PictureSource | undefined {
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

function firstMoving(uses: readonly Use[]): PictureSource | undefined {
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
