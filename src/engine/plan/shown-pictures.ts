/** A stream's pictures as they are shown, and between which of them packets can be cut out and used as they are. */
import { fromTimebase, subtractTicks, toSeconds, type FrameRate, type Ticks } from '#core/time';
import type { PictureIndex } from './plan-source.ts';

/** Pictures are counted as they are shown ("rank"), from 0; hidden ones do not count. */
export type ShownPictures = {
  /** Stamps in the stream's timebase, ascending. */
  readonly stamps: Float64Array;
  /** The largest distance by which a picture is decoded before its turn, in frames. */
  readonly reorderFrames: number;
  /** Whether stamps are missing or double, so that no order can be relied on. */
  readonly disordered: boolean;
  /**
   * The longest run inside `[from, to)` that can be cut out as packets: it begins at an IDR picture, and its packets
   * show exactly its ranks. Undefined where there is none.
   */
  copyable(from: number, to: number): { readonly first: number; readonly end: number } | undefined;
  /** IDR pictures at which a copy may begin, and all pictures that claim to be an entry. */
  readonly starts: { readonly idr: number; readonly key: number };
};

export function showPictures(index: PictureIndex): ShownPictures {
  const order = shownOrder(index);
  const stamps = order.map((packet) => index.pts[packet]!);
  const rankOf = new Int32Array(index.pts.length).fill(-1);
  order.forEach((packet, rank) => (rankOf[packet] = rank));
  const cuts = findCuts(index, rankOf, order.length);
  const disordered =
    stamps.length < index.pts.length - count(index.hidden) || stamps.some((stamp, rank) => stamp === stamps[rank - 1]);

  return {
    stamps,
    reorderFrames: cuts.reorderFrames,
    disordered,
    starts: { idr: cuts.starts.length, key: count(index.key) },
    copyable(from, to) {
      const first = firstFrom(cuts.starts, from);
      if (first === undefined || first >= to) return undefined;
      for (let end = Math.min(to, stamps.length); end > first; end--) {
        if (cuts.endHidden[end] === cuts.startHidden[first]) return { first, end };
      }
      return undefined;
    },
  };
}

function shownOrder(index: PictureIndex): Float64Array {
  const shown: number[] = [];
  for (let packet = 0; packet < index.pts.length; packet++) {
    if (index.hidden[packet] === 0 && !Number.isNaN(index.pts[packet]!)) shown.push(packet);
  }
  return Float64Array.from(shown.sort((a, b) => index.pts[a]! - index.pts[b]!));
}

type Cuts = {
  readonly starts: readonly number[];
  /** By rank: hidden packets before the IDR at it; -1 elsewhere. */
  readonly startHidden: Int32Array;
  /** By rank `end`: hidden packets so far where the packets up to there show exactly the ranks before `end`; -2 elsewhere. */
  readonly endHidden: Int32Array;
  readonly reorderFrames: number;
};

/** Walks in decode order: a cut is possible wherever what was decoded so far is what is shown so far. */
function findCuts(index: PictureIndex, rankOf: Int32Array, shown: number): Cuts {
  const startHidden = new Int32Array(shown + 1).fill(-1);
  const endHidden = new Int32Array(shown + 1).fill(-2);
  const starts: number[] = [];
  let [seen, hidden, top, reorderFrames] = [0, 0, -1, 0];
  for (let packet = 0; packet < index.pts.length; packet++) {
    const rank = rankOf[packet]!;
    const closed = top + 1 === seen;
    if (rank < 0) {
      hidden++;
      continue;
    }
    if (index.idr[packet] === 1 && closed && rank === seen) {
      starts.push(rank);
      startHidden[rank] = hidden;
    }
    reorderFrames = Math.max(reorderFrames, seen - rank);
    seen++;
    top = Math.max(top, rank);
    if (top + 1 === seen) endHidden[seen] = hidden;
  }
  return { starts, startHidden, endHidden, reorderFrames };
}

/** The first of ascending `numbers` that is not below `least`. */
function firstFrom(numbers: readonly number[], least: number): number | undefined {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return numbers[low];
}

/** Whether the stamps lie on an even grid of `rate`, container rounding aside. */
export function isEven(pictures: ShownPictures, index: PictureIndex, rate: FrameRate): boolean {
  const { stamps } = pictures;
  const unitsPerFrame = (index.timebase.den * rate.den) / (index.timebase.num * rate.num);
  const halfMillisecond = (0.0005 * index.timebase.den) / index.timebase.num;
  // A unit for rounded clocks; where a unit is a frame or nearly, it would hide a whole lost picture.
  const tolerance = Math.max(Math.min(1.01, unitsPerFrame / 4), halfMillisecond);
  const first = stamps[0] ?? 0;
  return stamps.every((stamp, rank) => Math.abs(stamp - first - rank * unitsPerFrame) <= tolerance);
}

/** Asset time of a rank; past the last one, where that one ends. */
export function timeOfRank(pictures: ShownPictures, index: PictureIndex, rank: number): Ticks {
  const last = pictures.stamps.length - 1;
  const pts = rank > last ? (pictures.stamps[last] ?? 0) + index.lastDuration : pictures.stamps[Math.max(0, rank)]!;
  return subtractTicks(fromTimebase(pts, index.timebase), index.offset);
}

/** Average distance of the stamps, in frames per second; for messages. */
export function averageRate(pictures: ShownPictures, index: PictureIndex): number {
  const span = timeOfRank(pictures, index, pictures.stamps.length) - timeOfRank(pictures, index, 0);
  return span > 0 ? pictures.stamps.length / toSeconds(span as Ticks) : 0;
}

function count(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}
