/** One stretch of the timeline on an even grid of frames, as spans. */
import { fromFrame, isUnity, rangeBetween, rangeEnd, subtractTicks, toFrame, ticksPerSecond, type Ticks } from '#core/time';
import { isFrozen, isReversed } from '#core/timeline';
import { soleClip, type PlacedClip, type ShownClip, type Stretch } from './compose.ts';
import type { PictureSource } from './copy-choice.ts';
import { isUntouched, layersOver, type Pick } from './layers.ts';
import type { SpanContext } from './span-context.ts';
import type { VideoSpan } from './render-plan.ts';
import { timeOfRank } from './shown-pictures.ts';

/** So much picture may be missing at the very end: the last frame is shown that much longer, which costs nothing. */
const longestLastSeconds = 0.1;
const waveformColor = '#7aa2f7';

/** Spans of a stretch; none where it is too short to hold the middle of a frame. */
export function layGridStretch(stretch: Stretch, context: SpanContext, soundOnly: boolean): VideoSpan[] {
  const first = frameFrom(stretch.record.start, context);
  const end = frameFrom(rangeEnd(stretch.record), context);
  if (end <= first) return [];
  const sole = soleClip(stretch);
  const source = sole && context.sourceOf(sole.clip);
  const steps = sole && stepsOf(sole, context);
  if (sole === undefined || source === undefined || steps === undefined)
    return encodeFrames(stretch, { first, end }, context, soundOnly);

  // Ranks outside the stream are held pictures: the first one before it begins, the last one after it ends.
  const count = source.seen!.shown.stamps.length;
  const inside = { first: Math.min(Math.max(first, -steps), end), end: Math.max(Math.min(end, count - steps), first) };
  const spans = encodeFrames(stretch, { first, end: inside.first }, context, soundOnly);
  spans.push(...laySteps(stretch, sole, { ...inside, steps }, context));
  const missing = end - inside.end;
  const droppable =
    end === context.frames && inside.end > first && missing * context.frameRate.den <= longestLastSeconds * context.frameRate.num;
  if (!droppable) spans.push(...encodeFrames(stretch, { first: Math.max(inside.end, inside.first), end }, context, soundOnly));
  return spans;
}

type Frames = { readonly first: number; readonly end: number };

/** The first frame whose middle is not before `time`; the grid ends with the timeline. */
function frameFrom(time: Ticks, { frameRate, frames, duration }: SpanContext): number {
  if (time >= duration) return frames;
  // In halves of a frame, so that a cut on a middle gives that frame to what follows.
  const halves = toFrame(time, { num: frameRate.num * 2, den: frameRate.den }, 'ceil');
  return Math.min(frames, Math.max(0, Math.ceil((halves - 1) / 2)));
}

/**
 * How many ranks the source is ahead of the output's frame numbers, where each frame simply shows the next picture;
 * undefined where frames are picked by time (another rate or speed, backwards, frozen).
 */
function stepsOf(placed: PlacedClip, context: SpanContext): number | undefined {
  const { clip, record } = placed;
  const source = context.sourceOf(clip);
  if (source?.seen === undefined || !isUnity(clip.speed) || isReversed(clip) || isFrozen(clip)) return undefined;
  const { index, shown } = source.seen;
  const { frameRate } = context;
  if (shown.disordered || shown.stamps.length === 0 || !context.isInStep(source)) return undefined;
  const lead = subtractTicks(subtractTicks(clip.sourceRange.start, record.start), timeOfRank(shown, index, 0));
  const exact = (lead * frameRate.num) / (ticksPerSecond * frameRate.den);
  const nearest = toFrame(lead, frameRate, 'round');
  // Half a frame of choice: where the nearest picture would run out of the stream, its neighbour is still within one frame.
  const used = { first: frameFrom(record.start, context), end: frameFrom(rangeEnd(record), context) };
  if (used.first + nearest === -1 && exact > nearest) return nearest + 1;
  if (used.end + nearest === shown.stamps.length + 1 && exact < nearest && used.first + nearest > 0) return nearest - 1;
  return nearest;
}

/** Picture after picture of an even source: copied where packets allow, else encoded one by one. */
function laySteps(
  stretch: Stretch,
  sole: ShownClip,
  run: Frames & { readonly steps: number },
  context: SpanContext,
): VideoSpan[] {
  const source = context.sourceOf(sole.clip)!;
  const { shown } = source.seen!;
  const spans: VideoSpan[] = [];
  const plain = isUntouched(stretch, context) && context.mayCopy(source);
  let at = run.first;
  while (at < run.end) {
    const found = plain ? shown.copyable(at + run.steps, run.end + run.steps) : undefined;
    const copyFirst = found === undefined ? run.end : found.first - run.steps;
    spans.push(...encodeFrames(stretch, { first: at, end: copyFirst }, context, false));
    if (found === undefined) break;
    at = found.end - run.steps;
    spans.push(copySteps(source, { first: copyFirst, end: at, steps: run.steps }, context));
  }
  return spans;
}

function copySteps(source: PictureSource, run: Frames & { readonly steps: number }, context: SpanContext): VideoSpan {
  const { shown, index } = source.seen!;
  const [from, to] = [run.first + run.steps, run.end + run.steps];
  const start = timeOfRank(shown, index, from);
  return {
    kind: 'copy',
    record: recordOf(run, context),
    assetId: source.assetId,
    streamIndex: source.stream.index,
    source: rangeBetween(start, timeOfRank(shown, index, to)),
    firstPts: shown.stamps[from]!,
    endPts: shown.stamps[to] ?? shown.stamps[to - 1]! + index.lastDuration,
    frames: run.end - run.first,
    stamp: stampOf(run.first, context),
  };
}

/** Frames that are drawn: of each clip the pictures that are its turn, or what is on screen at the frames' middles. */
function encodeFrames(stretch: Stretch, frames: Frames, context: SpanContext, soundOnly: boolean): VideoSpan[] {
  return chunks(frames, context).map((chunk) => {
    const record = recordOf(chunk, context);
    const layers = layersOver(stretch, record, context, (clip) => pickFrames(clip, chunk, context));
    return {
      kind: 'encode',
      record,
      frames: chunk.end - chunk.first,
      layers: soundOnly ? [{ kind: 'waveform', color: waveformColor }, ...layers] : layers,
      stamp: stampOf(chunk.first, context),
      stamps: 'grid',
    };
  });
}

function pickFrames(clip: ShownClip, chunk: Frames, context: SpanContext): Pick {
  const steps = stepsOf(clip, context);
  const seen = context.sourceOf(clip.clip)?.seen;
  if (steps === undefined || seen === undefined) return {};
  const { shown, index } = seen;
  const [from, to] = [chunk.first + steps, chunk.end + steps];
  if (from < 0 || from >= shown.stamps.length) return {};
  return { source: rangeBetween(timeOfRank(shown, index, from), timeOfRank(shown, index, to)), firstPts: shown.stamps[from]! };
}

function chunks({ first, end }: Frames, { frameRate, rangeSeconds }: SpanContext): Frames[] {
  const length = Math.max(1, Math.round((rangeSeconds * frameRate.num) / frameRate.den));
  const list: Frames[] = [];
  for (let at = first; at < end; at += length) list.push({ first: at, end: Math.min(end, at + length) });
  // A short rest joins its neighbour: a part of a few frames is not worth a key frame.
  const last = list.at(-1);
  if (list.length > 1 && last !== undefined && last.end - last.first < length / 4) {
    list.splice(-2, 2, { first: list.at(-2)!.first, end: last.end });
  }
  return list;
}

function recordOf({ first, end }: Frames, { frameRate }: SpanContext) {
  return rangeBetween(fromFrame(first, frameRate), fromFrame(end, frameRate));
}

function stampOf(frame: number, { frameRate, timescale }: SpanContext): number {
  return Math.round((frame * timescale * frameRate.den) / frameRate.num);
}
