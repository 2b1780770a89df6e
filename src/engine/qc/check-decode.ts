/**
 * Decodes the finished picture: all of it where that is cheap, otherwise every encoded stretch with the start of what
 * follows it, and head, middle and tail. Damaged, black and frozen pictures are noted on the way.
 */
import {
  frameDuration,
  intersect,
  rangeBetween,
  rangeEnd,
  ticks,
  ticksPerSecond,
  timeRange,
  unite,
  zero,
  type Ticks,
  type TimeRange,
} from '#core/time';
import type { MediaFile } from '#engine/media';
import type { RenderPlan, VideoPlan } from '#engine/plan';
import { openPictureLooker, type PictureView, type SeenPicture } from './look-at-pictures.ts';

/** Pixels that are decoded at most: 480 frames of 1080p, a good second of one core. */
const pixelBudget = 1e9;
/** No encoded stretch is looked at for less than this many frames. */
const leastFrames = 6;
/** Frames of the copied stretch behind an encoded one that must decode too. */
const framesBehind = 3;
/** A picture that stands still for longer than this is worth a look. */
const frozenSeconds = 2;
/** Mean square of grey levels by which pictures of one still scene differ at most: coding noise, not motion. */
const stillDifference = 0.6;
/** Nothing brighter than this is in a black picture; video black is 16. */
const blackLevel = 26;

export type DecodedPictures = {
  readonly frames: number;
  /** Stretches that were decoded and had faults. */
  readonly faults: readonly DecodeFaults[];
  /** Asset time of the file. */
  readonly black: readonly TimeRange[];
  readonly frozen: readonly TimeRange[];
};

export type DecodeFaults = {
  readonly range: TimeRange;
  /** Packets that the decoder or the reader refused. */
  readonly refused: number;
  /** Pictures that came out damaged. */
  readonly damaged: readonly Ticks[];
};

export function decodePlanned(
  plan: RenderPlan & { readonly video: VideoPlan },
  target: { readonly file: MediaFile; readonly streamIndex: number; readonly view: PictureView; readonly signal: AbortSignal },
): DecodedPictures {
  const ranges = rangesToDecode(plan.video, plan.duration);
  using looker = openPictureLooker(target.file, target.streamIndex);
  const still = createStillFinder();
  const faults: DecodeFaults[] = [];
  let frames = 0;
  for (const range of ranges) {
    const damage = { count: 0 };
    const damaged: Ticks[] = [];
    for (const picture of looker.look({ view: target.view, range, damage })) {
      target.signal.throwIfAborted();
      frames++;
      if (picture.damaged) damaged.push(picture.at);
      still.push(picture);
    }
    still.next();
    if (damage.count + damaged.length > 0) faults.push({ range, refused: damage.count, damaged });
  }
  return { frames, faults, black: still.black, frozen: still.frozen };
}

/** Sorted and disjoint, in the file's time. */
export function rangesToDecode(video: VideoPlan, duration: Ticks): TimeRange[] {
  const whole = timeRange(zero, ticks(duration + ticksPerSecond));
  const most = Math.floor(pixelBudget / (video.size.width * video.size.height));
  if (video.frames <= most) return [whole];
  const frame = frameDuration(video.frameRate);
  const around = (at: number) => rangeBetween(ticks(Math.max(0, at - 6 * frame)), ticks(at + 6 * frame));
  const ranges = [around(0), around(duration / 2), around(duration)].map(rounded);
  const encoded = video.spans.filter((span) => span.kind === 'encode');
  const share = Math.max(leastFrames, Math.floor((most - 36) / Math.max(1, encoded.length)));
  for (const span of encoded) {
    const end = rangeEnd(span.record);
    // A longer stretch is looked at from where it begins, and what follows it, which starts with a key frame, from there.
    const behind = rangeBetween(end, ticks(end + framesBehind * frame));
    if (span.frames <= share) ranges.push(rangeBetween(span.record.start, rangeEnd(behind)));
    else ranges.push(timeRange(span.record.start, ticks(share * frame)), behind);
  }
  return unite(ranges.flatMap((range) => intersect(range, whole) ?? []));
}

function rounded(range: TimeRange): TimeRange {
  return timeRange(ticks(Math.floor(range.start)), ticks(Math.ceil(range.duration)));
}

/** Finds runs of black and of unchanging pictures in what is pushed; `next` ends the open runs. */
function createStillFinder() {
  const black: TimeRange[] = [];
  const frozen: TimeRange[] = [];
  let last: SeenPicture | undefined;
  let blackSince: Ticks | undefined;
  let still: SeenPicture | undefined;

  function endBlack(): void {
    if (blackSince !== undefined && last !== undefined && last.at > blackSince) black.push(rangeBetween(blackSince, last.at));
    blackSince = undefined;
  }

  function endStill(): void {
    if (still !== undefined && last !== undefined && last.at - still.at > frozenSeconds * ticksPerSecond) {
      frozen.push(rangeBetween(still.at, last.at));
    }
    still = undefined;
  }

  return {
    black,
    frozen,
    push(picture: SeenPicture): void {
      const { thumbnail } = picture;
      if (thumbnail === undefined) return;
      const isBlack = thumbnail.every((value) => value <= blackLevel);
      if (!isBlack) endBlack();
      else blackSince ??= picture.at;
      if (still?.thumbnail !== undefined && meanSquare(still.thumbnail, thumbnail) > stillDifference) endStill();
      still ??= picture;
      last = picture;
    },
    next(): void {
      endBlack();
      endStill();
      last = undefined;
    },
  };
}

function meanSquare(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2;
  return sum / a.length;
}
