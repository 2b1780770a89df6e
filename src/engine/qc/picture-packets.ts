/** The packets of a picture stream as they lie in the file, with a checksum of what each codes. */
import { crc32 } from 'node:zlib';
import { fromTimebase, rangeEnd, ticks, toTimebase, type Ticks, type TimeRange, type Timebase } from '#core/time';
import { openDemuxer, timebaseOf, type Demuxer, type MediaFile } from '#engine/media';

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
  /** Of everything else in it. 0 where not asked for. */
  readonly rest: number;
};

export type PicturePackets = {
  /** Decode order, without those that an edit list hides. */
  readonly packets: readonly PicturePacket[];
  readonly timebase: Timebase;
  /** Ticks to take off a stamp to get asset time. */
  readonly offset: Ticks;
  readonly readErrors: number;
  /** Codec, parameter sets and container as text: with the packets, all that decoding depends on. */
  readonly parameters: string;
  /** What the container says, in `timebase`; absent where it does not. */
  readonly length?: number;
};

// FFmpeg's AVPacket flags.
const flagCorrupt = 2;
const flagDiscard = 4;

/** Where reading starts and ends, in the stream's own stamps; the end is exclusive and in presentation order. */
export type StampWindow = { readonly firstPts: number; readonly endPts: number };

export type PacketOptions = {
  readonly checksums: 'none' | 'slices' | 'all';
  /** Only what is shown in it; `range` is asset time. */
  readonly window?: StampWindow;
  readonly range?: TimeRange;
  readonly signal?: AbortSignal;
};

/** An open file, of whose picture stream one stretch after the other is read. */
export type PacketReader = Disposable & { read(options: PacketOptions): PicturePackets };

/** Reads the whole stream, or a part of it. Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. */
export function readPicturePackets(file: MediaFile, options: PacketOptions & { readonly streamIndex: number }): PicturePackets {
  using reader = openPacketReader(file, options.streamIndex);
  return reader.read(options);
}

/** Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. The caller disposes. */
export function openPacketReader(file: MediaFile, streamIndex: number): PacketReader {
  const demuxer = openDemuxer(file, { onlyStream: streamIndex });
  let isUsed = false;
  return {
    read(options) {
      const found = readFrom(demuxer, { ...options, streamIndex, isUsed, container: file.container });
      isUsed = true;
      return found;
    },
    [Symbol.dispose]: () => demuxer[Symbol.dispose](),
  };
}

function readFrom(
  demuxer: Demuxer,
  options: PacketOptions & { readonly streamIndex: number; readonly isUsed: boolean; readonly container: string },
): PicturePackets {
  const { streamIndex, checksums } = options;
  const stream = demuxer.stream(streamIndex);
  const timebase = timebaseOf(stream);
  const window = options.window ?? (options.range && windowOf(options.range, { timebase, offset: demuxer.offset }));
  const extra = stream.codecpar.extradata;
  const lengthSize = extra !== null && extra[0] === 1 ? (extra[4]! & 3) + 1 : undefined;
  const packets: PicturePacket[] = [];
  const errorsBefore = demuxer.damage.count;
  if (window !== undefined || options.isUsed) demuxer.seek(streamIndex, window?.firstPts ?? 0);
  for (const packet of demuxer.packets()) {
    if (packet.streamIndex !== streamIndex || (packet.flags & flagDiscard) !== 0) continue;
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
    const data = checksums === 'none' ? null : packet.data;
    packets.push({
      pts,
      dts,
      duration: Number(packet.duration),
      key: packet.isKeyframe,
      corrupt: (packet.flags & flagCorrupt) !== 0,
      bytes: packet.size,
      ...checksumsOf(data, lengthSize, checksums === 'all'),
    });
  }
  const length = stampOf(stream.duration);
  return {
    packets,
    timebase,
    offset: demuxer.offset,
    readErrors: demuxer.damage.count - errorsBefore,
    parameters: JSON.stringify([options.container, stream.codecpar.codecId, extra?.toString('base64')]),
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

/** H.264 slices (types 1 … 5) of one access unit, length-prefixed or with start codes, and all that is no slice. */
function checksumsOf(
  data: Buffer | null,
  lengthSize: number | undefined,
  all: boolean,
): Pick<PicturePacket, 'checksum' | 'rest'> {
  let [checksum, rest] = [0, 0];
  if (data === null) return { checksum, rest };
  let seen = 0;
  for (const unit of lengthSize === undefined ? unitsByStartCode(data) : unitsByLength(data, lengthSize)) {
    const type = (unit[0] ?? 0) & 31;
    seen += unit.length + (lengthSize ?? 3);
    if (type >= 1 && type <= 5) checksum = crc32(unit, checksum);
    else if (all) rest = crc32(unit, rest);
  }
  // Not of that kind, or with something between: then nothing less than every byte will do.
  return { checksum, rest: all && seen !== data.length ? crc32(data) : rest };
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
