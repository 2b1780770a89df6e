/** What the packets of the finished picture stream say: how many frames, how long, in what order, and whether copies are copies. */
import type { ProofCheck } from '#core/facts';
import {
  addTicks,
  frameDuration,
  fromFrame,
  fromTimebase,
  scaleTicks,
  subtractTicks,
  ticks,
  ticksPerSecond,
  timeRange,
  toSeconds,
  type Ticks,
  type Timebase,
} from '#core/time';
import type { MediaFile } from '#engine/media';
import type { VideoPlan, VideoSpan } from '#engine/plan';
import {
  openPacketReader,
  readPicturePackets,
  timeOf,
  type PacketReader,
  type PicturePacket,
  type PicturePackets,
} from './picture-packets.ts';

export function checkFrameCount(plan: VideoPlan, found: PicturePackets): ProofCheck {
  const count = found.packets.length;
  return { name: 'frames', ok: count === plan.frames, expected: `${plan.frames} frames`, measured: `${count} frames` };
}

/**
 * From the first picture's start to the last one's end. Where stamps are kept the container's own length counts: the durations of
 * its packets are distances of decoding, which say nothing of how long an uneven picture is shown.
 */
export function pictureDuration(plan: VideoPlan, found: PicturePackets): Ticks {
  if (plan.keepStamps && found.length !== undefined) return fromTimebase(found.length, found.timebase);
  let first = Infinity;
  let end = -Infinity;
  for (const packet of found.packets) {
    first = Math.min(first, packet.pts);
    end = Math.max(end, packet.pts + packet.duration);
  }
  return end > first ? fromTimebase(end - first, found.timebase) : ticks(0);
}

/** Decode order rises, no two pictures share a stamp, none is shown before it is decoded, and no hole is larger than `mostGap` and the container's own `unit`. */
export function checkStamps(found: PicturePackets, mostGap: Ticks, unit: Ticks): ProofCheck {
  const faults: string[] = [];
  const { packets, timebase } = found;
  const falling = packets.filter((packet, index) => index > 0 && packet.dts <= packets[index - 1]!.dts).length;
  if (falling > 0) faults.push(`${falling} DTS do not rise`);
  const early = packets.filter((packet) => packet.pts < packet.dts).length;
  if (early > 0) faults.push(`${early} frames are shown before they are decoded`);
  const stamps = Float64Array.from(packets, (packet) => packet.pts).sort();
  let largest = 0;
  let same = 0;
  for (let index = 1; index < stamps.length; index++) {
    const gap = stamps[index]! - stamps[index - 1]!;
    if (gap === 0) same++;
    largest = Math.max(largest, gap);
  }
  if (same > 0) faults.push(`${same} stamps are used twice`);
  const gap = fromTimebase(largest, timebase);
  const limit = mostGap + unit;
  if (gap > limit) faults.push(`a hole of ${inMs(gap)}`);
  const start = packets.length === 0 ? ticks(0) : timeOf(stamps[0]!, found);
  if (Math.abs(start) > mostGap) faults.push(`the first frame is at ${inMs(start)}`);
  return {
    name: 'timestamps',
    ok: faults.length === 0,
    expected: `rising, no hole over ${inMs(mostGap)}`,
    measured: faults.length === 0 ? `rising, largest step ${inMs(gap)}` : faults.join(', '),
  };
}

export type CopiedSpan = {
  readonly span: VideoSpan & { kind: 'copy' };
  /** Frames whose slices are those of the source's frame at the planned place. */
  readonly same: number;
  /** How much later than planned they are shown (of the first one), where all are the same. */
  readonly late: Ticks | undefined;
  /** The largest step between two of the source's frames there. */
  readonly gap: Ticks;
};

/** Compares every copied packet with the source's, slice for slice. */
export function compareCopies(
  plan: VideoPlan,
  found: PicturePackets,
  fileOf: (assetId: string) => MediaFile,
  signal: AbortSignal,
): CopiedSpan[] {
  using open = new DisposableStack();
  const readers = new Map<string, PacketReader>();
  const readerOf = ({ assetId, streamIndex }: { readonly assetId: string; readonly streamIndex: number }): PacketReader => {
    const key = `${assetId} ${streamIndex}`;
    const reader = readers.get(key) ?? open.use(openPacketReader(fileOf(assetId), streamIndex));
    readers.set(key, reader);
    return reader;
  };
  const byTime = found.packets.map((packet) => ({ packet, at: timeOf(packet.pts, found) })).toSorted((a, b) => a.at - b.at);
  let next = 0;
  // Positions follow from the counts, not from the stamps: a shifted span is still compared with its own source.
  return plan.spans.flatMap((span) => {
    const placed = byTime.slice(next, next + span.frames);
    next += span.frames;
    if (span.kind !== 'copy') return [];
    signal.throwIfAborted();
    const window = { firstPts: span.firstPts, endPts: span.endPts };
    const source = readerOf(span).read({ checksums: 'slices', window });
    return [compareSpan(plan, span, placed, source)];
  });
}

function compareSpan(
  plan: VideoPlan,
  span: VideoSpan & { kind: 'copy' },
  placed: readonly { readonly packet: PicturePacket; readonly at: Ticks }[],
  source: PicturePackets,
): CopiedSpan {
  const original = source.packets.toSorted((a, b) => a.pts - b.pts);
  let same = 0;
  let late: Ticks | undefined = ticks(0);
  const tolerance = ticksPerSecond / 1000;
  for (const [index, packet] of original.entries()) {
    const there = placed[index];
    if (there?.packet.checksum === packet.checksum) same++;
    if (there === undefined) continue;
    const difference = subtractTicks(there.at, plannedTime(plan, span, { pts: packet.pts, timebase: source.timebase }));
    // The first frame that is off speaks for the span.
    if (late === 0 && Math.abs(difference) > tolerance) late = difference;
  }
  if (same < span.frames || original.length !== span.frames) late = undefined;
  return { span, same: original.length === span.frames ? same : Math.min(same, span.frames - 1), late, gap: largestStep(source) };
}

/** Record time of a copied frame: its own stamp shifted where stamps are kept, else its place on the grid. */
function plannedTime(
  plan: VideoPlan,
  span: VideoSpan & { kind: 'copy' },
  frame: { readonly pts: number; readonly timebase: Timebase },
): Ticks {
  const { num, den } = frame.timebase;
  const { timescale } = plan;
  const unit = { num: 1, den: timescale };
  if (span.shift !== undefined) return fromTimebase(Math.round((frame.pts * num * timescale) / den) + span.shift, unit);
  const rank = Math.round(((frame.pts - span.firstPts) * num * plan.frameRate.num) / (den * plan.frameRate.den));
  return addTicks(fromTimebase(span.stamp, unit), fromFrame(rank, plan.frameRate));
}

export function checkCopies(copies: readonly CopiedSpan[]): ProofCheck | undefined {
  if (copies.length === 0) return undefined;
  const planned = copies.reduce((sum, copy) => sum + copy.span.frames, 0);
  const same = copies.reduce((sum, copy) => sum + copy.same, 0);
  const shifted = copies.filter((copy) => copy.late !== undefined && copy.late !== 0).length;
  const places = shifted === 0 ? '' : `, ${shifted} of ${copies.length} spans at another place`;
  return {
    name: 'copied',
    ok: same === planned && shifted === 0,
    expected: `${planned} frames bit-identical to the source`,
    measured: `${same} bit-identical${places}`,
  };
}

/** The largest planned step between two frames: a frame of the grid, or of the sources where their own stamps are kept. */
export function plannedGap(plan: VideoPlan, copies: readonly CopiedSpan[], fileOf: (assetId: string) => MediaFile): Ticks {
  const frame = frameDuration(plan.frameRate);
  let most: number = frame;
  if (!plan.keepStamps) return ticks(most);
  for (const copy of copies) most = Math.max(most, copy.gap);
  for (const span of plan.spans) {
    if (span.kind !== 'encode') continue;
    if (span.stamps === 'grid') {
      // The last frame of a grid stays until what comes next begins.
      most = Math.max(most, span.record.duration - (span.frames - 1) * frame);
      continue;
    }
    for (const layer of span.layers) {
      if (layer.kind !== 'picture') continue;
      const { assetId, streamIndex, source, speed } = layer;
      const range = timeRange(ticks(Math.max(0, source.start - ticksPerSecond)), ticks(source.duration + 2 * ticksPerSecond));
      const there = readPicturePackets(fileOf(assetId), { streamIndex, checksums: 'none', range });
      most = Math.max(most, scaleTicks(largestStep(there), speed.den, speed.num));
    }
  }
  return ticks(most);
}

function largestStep({ packets, timebase }: PicturePackets): Ticks {
  const stamps = Float64Array.from(packets, (packet) => packet.pts).sort();
  let largest = 0;
  for (const packet of packets) largest = Math.max(largest, packet.duration);
  for (let index = 1; index < stamps.length; index++) largest = Math.max(largest, stamps[index]! - stamps[index - 1]!);
  return fromTimebase(largest, timebase);
}

export function inMs(time: Ticks): string {
  return `${Number((toSeconds(time) * 1000).toFixed(1))} ms`;
}
