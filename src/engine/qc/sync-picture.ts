/** How late the finished picture is at a place, against the frames that the source has there. */
import type { VideoStream } from '#core/asset';
import { addTicks, frameDuration, scaleTicks, subtractTicks, ticks, timeRange, toTimebase, type Ticks } from '#core/time';
import { openDemuxer, timebaseOf, type MediaFile } from '#engine/media';
import type { RenderPlan } from '#engine/plan';
import { expectedPicture } from './expected-source.ts';
import { lookAtPictures, type SeenPicture } from './look-at-pictures.ts';
import { stampOf, timeOf } from './picture-packets.ts';
import { canvasView, sourceView } from './picture-view.ts';

/** Frames either way that are told apart. */
const mostFrames = 4;
/** Frames of the file that are compared together. */
const together = 5;
/** A picture fits another place only where it fits that place so much better: ratio and grey levels squared. */
const clearlyBetter = 1.5;
const clearly = 0.5;

export type PictureLag = { readonly late: Ticks; readonly moving: boolean };

export type PictureCompared = {
  readonly plan: RenderPlan;
  readonly file: MediaFile;
  readonly streamIndex: number;
  readonly fileOf: (assetId: string) => MediaFile;
  readonly streamOf: (assetId: string, streamIndex: number) => VideoStream | undefined;
};

/**
 * Compares the frames around record time `at` with those of the source.
 *
 * Shape: undefined where the picture is not one asset's frames; `moving: false` where all of them look the same, so
 *        that only the stamps speak.
 */
export function measurePictureLag(input: PictureCompared, at: Ticks): PictureLag | undefined {
  const { plan } = input;
  const expected = expectedPicture(plan, at);
  const stream = expected && input.streamOf(expected.assetId, expected.streamIndex);
  const view = stream && sourceView(stream);
  if (plan.video === undefined || expected === undefined || stream === undefined || view === undefined) return undefined;
  const frame = frameDuration(plan.video.frameRate);
  const sourceFrame = frameDuration(stream.frameRate);
  const start = ticks(Math.max(0, at - 2 * frame));
  const canvas = canvasView(plan.video.size, stream.displaySize);
  const damage = { count: 0 };
  const shown = [
    ...lookAtPictures(input.file, {
      streamIndex: input.streamIndex,
      range: timeRange(start, ticks(together * frame)),
      view: canvas,
      damage,
    }),
  ];
  // A frame of a grid shows what the source has at its middle, and so does a frame that was taken one for one.
  const middle = ticks(Math.floor(frame / 2));
  const placed = shown.flatMap((picture) => {
    const source = expectedPicture(plan, addTicks(picture.at, middle));
    return source?.spanIndex === expected.spanIndex ? [{ picture, source: source.at }] : [];
  });
  const [first, last] = [placed[0], placed.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const from = ticks(Math.max(0, first.source - (mostFrames + 2) * sourceFrame));
  const length = ticks(subtractTicks(last.source, from) + (mostFrames + 2) * sourceFrame);
  const fileOfSource = input.fileOf(expected.assetId);
  const sources = [
    ...lookAtPictures(fileOfSource, { streamIndex: expected.streamIndex, range: timeRange(from, length), view, damage }),
  ];
  return bestFit(placed, sources, sourceFrame);
}

/** Pictures smaller than this decode fast enough anywhere, pixels. */
const largePicture = 500_000;

/** How much of a source has to be decoded to see what it shows at record time `at`: the time since its last key frame. */
export function decodeDistance(input: PictureCompared, at: Ticks): Ticks {
  const expected = expectedPicture(input.plan, at);
  const stream = expected && input.streamOf(expected.assetId, expected.streamIndex);
  if (expected === undefined || stream === undefined || expected.span.kind === 'copy') return ticks(0);
  if (stream.codedSize.width * stream.codedSize.height < largePicture) return ticks(0);
  using demuxer = openDemuxer(input.fileOf(expected.assetId), { onlyStream: expected.streamIndex });
  const clock = { timebase: timebaseOf(demuxer.stream(expected.streamIndex)), offset: demuxer.offset };
  demuxer.seek(expected.streamIndex, toTimebase(addTicks(expected.at, demuxer.offset), clock.timebase, 'floor'));
  for (const packet of demuxer.packets()) {
    const stamp = packet.streamIndex === expected.streamIndex ? stampOf(packet.pts) : undefined;
    if (stamp !== undefined) return ticks(Math.max(0, subtractTicks(expected.at, timeOf(stamp, clock))));
  }
  return ticks(0);
}

type Placed = { readonly picture: SeenPicture; readonly source: Ticks };

/** The shift by whole source frames at which the file's frames look most like the source's. */
export function bestFit(placed: readonly Placed[], sources: readonly SeenPicture[], sourceFrame: Ticks): PictureLag | undefined {
  const costs = new Map<number, number>();
  for (let shift = -mostFrames; shift <= mostFrames; shift++) {
    let sum = 0;
    let count = 0;
    for (const { picture, source } of placed) {
      const there = shownAt(sources, addTicks(source, scaleTicks(sourceFrame, -shift, 1)), sourceFrame);
      if (there?.thumbnail === undefined || picture.thumbnail === undefined) continue;
      sum += difference(picture.thumbnail, there.thumbnail);
      count++;
    }
    if (count === placed.length && count > 0) costs.set(shift, sum / count);
  }
  const inPlace = costs.get(0);
  if (inPlace === undefined) return undefined;
  let best = 0;
  for (const [shift, cost] of costs) if (cost < costs.get(best)!) best = shift;
  const least = costs.get(best)!;
  const moving = [...costs.values()].some((cost) => cost > least * clearlyBetter + clearly);
  const elsewhere = best !== 0 && inPlace > least * clearlyBetter + clearly;
  return { late: elsewhere ? scaleTicks(sourceFrame, best, 1) : ticks(0), moving };
}

/** The last source frame that begins at or before `time`, with a thousandth of a second for rounded stamps. */
function shownAt(sources: readonly SeenPicture[], time: Ticks, sourceFrame: Ticks): SeenPicture | undefined {
  const found = sources.findLast((picture) => picture.at <= time + 705_600);
  return found !== undefined && time - found.at < 4 * sourceFrame ? found : undefined;
}

/** Mean square of the difference in grey levels, each picture's mean taken off: levels may shift, shapes may not. */
function difference(a: Uint8Array, b: Uint8Array): number {
  let [sum, squares] = [0, 0];
  for (let index = 0; index < a.length; index++) {
    const distance = a[index]! - b[index]!;
    sum += distance;
    squares += distance * distance;
  }
  return squares / a.length - (sum / a.length) ** 2;
}
