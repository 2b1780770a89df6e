/** The packets of a picture stream as they lie in the file, with a checksum of what each codes. */
import { crc32 } from 'node:zlib';
import { fromTimebase, rangeEnd, ticks, toTimebase, type Ticks, type TimeRange, type Timebase } from '#core/time';
import { openDemuxer, timebaseOf, type MediaFile } from '#engine/media';

export type PicturePacket = {
  /** The stream's own stamps. */
  readonly pts: number;
  readonly dts: number;
  readonly duration: number;
  readonly key: boolean;
  /** The demuxer or the writer says that it is damaged. */
  readonly corrupt: boolean;
  readonly bytes: number;
  /** Of the coded slices only: parameter sets, delimiters and the framing may change where a packet is copied. 0 where not asked for. */
  readonly checksum: number;
};

export type PicturePackets = {
  /** Decode order, without those that an edit list hides. */
  readonly packets: readonly PicturePacket[];
  readonly timebase: Timebase;
  /** Ticks to take off a stamp to get asset time. */
  readonly offset: Ticks;
  readonly readErrors: number;
  /** What the container says, in `timebase`; absent where it does not. */
  readonly length?: number;
};

// FFmpeg's AVPacket flags.
const flagCorrupt = 2;
const flagDiscard = 4;

/** Where reading starts and ends, in the stream's own stamps; the end is exclusive and in presentation order. */
export type StampWindow = { readonly firstPts: number; readonly endPts: number };

/** Reads the whole stream, or the packets shown in `window` or `range` (asset time). Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. */
export function readPicturePackets(
  file: MediaFile,
  options: {
    readonly streamIndex: number;
    readonly checksums: boolean;
    readonly window?: StampWindow;
    readonly range?: TimeRange;
    readonly signal?: AbortSignal;
  },
): PicturePackets {
  using demuxer = openDemuxer(file, { onlyStream: options.streamIndex });
  const stream = demuxer.stream(options.streamIndex);
  const timebase = timebaseOf(stream);
  const window = options.window ?? (options.range && windowOf(options.range, { timebase, offset: demuxer.offset }));
  const extra = stream.codecpar.extradata;
  const lengthSize = extra !== null && extra[0] === 1 ? (extra[4]! & 3) + 1 : undefined;
  const packets: PicturePacket[] = [];
  if (window !== undefined) demuxer.seek(options.streamIndex, window.firstPts);
  for (const packet of demuxer.packets()) {
    if (packet.streamIndex !== options.streamIndex || (packet.flags & flagDiscard) !== 0) continue;
    const dts = stampOf(packet.dts) ?? stampOf(packet.pts);
    const pts = stampOf(packet.pts) ?? dts;
    // Without any stamp it cannot be told from where it comes; what expects it will miss it.
    if (pts === undefined || dts === undefined) continue;
    if (window !== undefined) {
      // Nothing that is decoded after the end is shown before it.
      if (dts >= window.endPts) break;
      if (pts < window.firstPts || pts >= window.endPts) continue;
    }
    options.signal?.throwIfAborted();
    packets.push({
      pts,
      dts,
      duration: Number(packet.duration),
      key: packet.isKeyframe,
      corrupt: (packet.flags & flagCorrupt) !== 0,
      bytes: packet.size,
      checksum: options.checksums && packet.data !== null ? checksumOfSlices(packet.data, lengthSize) : 0,
    });
  }
  const length = stampOf(stream.duration);
  return {
    packets,
    timebase,
    offset: demuxer.offset,
    readErrors: demuxer.damage.count,
    ...(length === undefined || length <= 0 ? {} : { length }),
  };
}

function windowOf(range: TimeRange, clock: { readonly timebase: Timebase; readonly offset: Ticks }): StampWindow {
  const stampOf = (time: Ticks) => toTimebase(ticks(time + clock.offset), clock.timebase, 'ceil');
  return { firstPts: stampOf(range.start), endPts: stampOf(rangeEnd(range)) };
}

/** FFmpeg's AV_NOPTS_VALUE: some containers do not say when a packet is shown. */
const noStamp = -(2 ** 63);

/** A stamp as a number, undefined where the container gives none. */
export function stampOf(stamp: bigint): number | undefined {
  const value = Number(stamp);
  return value === noStamp ? undefined : value;
}

/** Asset time of a stamp. */
export function timeOf(stamp: number, of: { readonly timebase: Timebase; readonly offset: Ticks }): Ticks {
  return ticks(fromTimebase(stamp, of.timebase) - of.offset);
}

/** H.264 slices (types 1 … 5) of one access unit, length-prefixed or with start codes. */
function checksumOfSlices(data: Buffer, lengthSize: number | undefined): number {
  let sum = 0;
  for (const unit of lengthSize === undefined ? unitsByStartCode(data) : unitsByLength(data, lengthSize)) {
    const type = (unit[0] ?? 0) & 31;
    if (type >= 1 && type <= 5) sum = crc32(unit, sum);
  }
  return sum;
}

function* unitsByLength(data: Buffer, lengthSize: number): Generator<Buffer> {
  let position = 0;
  while (position + lengthSize <= data.length) {
    const length = data.readUIntBE(position, lengthSize);
    position += lengthSize;
    yield data.subarray(position, position + length);
    position += length;
  }
}

const startCode = Buffer.from([0, 0, 1]);

function* unitsByStartCode(data: Buffer): Generator<Buffer> {
  let start = data.indexOf(startCode);
  while (start >= 0) {
    const next = data.indexOf(startCode, start + 3);
    let end = next < 0 ? data.length : next;
    // Zero bytes before a start code belong to it, not to the slice.
    while (end > start + 3 && data[end - 1] === 0) end--;
    yield data.subarray(start + 3, end);
    start = next;
  }
}
