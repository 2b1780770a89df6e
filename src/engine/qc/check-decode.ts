/**
 * Decodes the finished picture: all of it where that is cheap, otherwise every encoded stretch with the start of what
 * follows it, and head, middle and tail. Damaged, black and frozen pictures are noted on the way.
 */
import {
  addTicks,
  frameDuration,
  intersect,
  rangeBetween,
  rangeEnd,
  subtractTicks,
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
import type { MeasuredParts, StretchMeasures } from '#engine/tasks';
import { openPictureLooker, type PictureLooker, type PictureView, type SeenPicture } from './look-at-pictures.ts';
import type { PicturePackets } from './picture-packets.ts';
import { stretchContent } from './stretch-content.ts';

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

type Target = {
  readonly file: MediaFile;
  readonly streamIndex: number;
  /** All of the stream, with checksums of everything. */
  readonly packets: PicturePackets;
  readonly view: PictureView;
  readonly signal: AbortSignal;
};

/** Stretches whose content is in `known` are not decoded again; `measured` is added to. */
export function decodePlanned(
  plan: RenderPlan & { readonly video: VideoPlan },
  target: Target,
  known: MeasuredParts['pictures'],
  measured: Record<string, StretchMeasures>,
): DecodedPictures {
  using looker = openPictureLooker(target.file, target.streamIndex);
  const found: { frames: number; faults: DecodeFaults[]; black: TimeRange[]; frozen: TimeRange[] } = {
    frames: 0,
    faults: [],
    black: [],
    frozen: [],
  };
  for (const range of rangesToDecode(plan.video, plan.duration)) {
    const content = stretchContent(target.packets, range, target.view);
    const stretch = known[content] ?? measureStretch(looker, range, target);
    measured[content] = stretch;
    const there = (at: Ticks): Ticks => addTicks(range.start, at);
    found.frames += stretch.frames;
    found.black.push(...stretch.black.map((part) => timeRange(there(part.start), part.duration)));
    found.frozen.push(...stretch.frozen.map((part) => timeRange(there(part.start), part.duration)));
    if (stretch.refused + stretch.damaged.length > 0)
      found.faults.push({ range, refused: stretch.refused, damaged: stretch.damaged.map(there) });
  }
  return found;
}

function measureStretch(looker: PictureLooker, range: TimeRange, { view, signal }: Target): StretchMeasures {
  const still = createStillFinder();
  const damage = { count: 0 };
  const damaged: Ticks[] = [];
  let frames = 0;
  for (const picture of looker.look({ view, range, damage })) {
    signal.throwIfAborted();
    frames++;
    const at = subtractTicks(picture.at, range.start);
    if (picture.damaged) damaged.push(at);
    still.push({ ...picture, at });
  }
  return { frames, refused: damage.count, damaged, ...still.end() };
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

/** Finds runs of black and of unchanging pictures in what is pushed; `end` ends the open runs. */
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
    end(): { readonly black: readonly TimeRange[]; readonly frozen: readonly TimeRange[] } {
      endBlack();
      endStill();
      return { black, frozen };
    },
  };
}

function meanSquare(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2;
  return sum / a.length;
}
