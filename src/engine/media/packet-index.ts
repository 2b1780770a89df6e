/** Every packet of a stream without decoding: what smart cutting and frame-rate checks are decided on. */
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_NOPTS_VALUE, AV_PKT_FLAG_DISCARD, AV_PKT_FLAG_KEY } from 'node-av/constants';
import type { Packet, Stream } from 'node-av/lib';
import type { Ticks, Timebase } from '#core/time';
import { openDemuxer, timebaseOf, type MediaFile } from './demuxer.ts';

/**
 * Arrays in decode order, one entry per packet. Stamps and durations are whole numbers in `timebase`, exact in doubles
 * up to 2^53; a missing stamp is NaN.
 */
export type PacketIndex = {
  readonly pts: Float64Array;
  readonly dts: Float64Array;
  readonly durations: Float64Array;
  readonly sizes: Uint32Array;
  /** 1 where the container says that decoding can start here. */
  readonly key: Uint8Array;
  /** 1 where nothing after this packet refers to anything before it: IDR pictures; for other codecs the same as `key`. */
  readonly idr: Uint8Array;
  /** 1 where an edit list hides the packet: needed for decoding, never shown. */
  readonly hidden: Uint8Array;
  readonly timebase: Timebase;
  /** Asset time = `fromTimebase(stamp, timebase) - offset`. */
  readonly offset: Ticks;
};

/** Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. Memory: 37 bytes per packet. */
export function readPacketIndex(file: MediaFile, streamIndex: number): PacketIndex {
  using demuxer = openDemuxer(file, { onlyStream: streamIndex });
  const stream = demuxer.stream(streamIndex);
  const isIdr = idrTest(stream);
  let columns = createColumns(4096);
  let count = 0;
  for (const packet of demuxer.packets()) {
    if (count === columns.pts.length) columns = growColumns(columns);
    const isKey = (packet.flags & AV_PKT_FLAG_KEY) !== 0;
    columns.pts[count] = stampOf(packet.pts);
    columns.dts[count] = stampOf(packet.dts);
    columns.durations[count] = Number(packet.duration);
    columns.sizes[count] = packet.size;
    columns.key[count] = isKey ? 1 : 0;
    columns.idr[count] = isKey && isIdr(packet) ? 1 : 0;
    columns.hidden[count] = (packet.flags & AV_PKT_FLAG_DISCARD) === 0 ? 0 : 1;
    count++;
  }
  return { ...cutColumns(columns, count), timebase: timebaseOf(stream), offset: demuxer.offset };
}

function stampOf(stamp: bigint): number {
  return stamp === AV_NOPTS_VALUE ? Number.NaN : Number(stamp);
}

function createColumns(length: number) {
  return {
    pts: new Float64Array(length),
    dts: new Float64Array(length),
    durations: new Float64Array(length),
    sizes: new Uint32Array(length),
    key: new Uint8Array(length),
    idr: new Uint8Array(length),
    hidden: new Uint8Array(length),
  };
}

type Columns = ReturnType<typeof createColumns>;

function growColumns(old: Columns): Columns {
  const grown = createColumns(old.pts.length * 2);
  for (const name of Object.keys(old) as (keyof Columns)[]) grown[name].set(old[name]);
  return grown;
}

function cutColumns(columns: Columns, count: number): Columns {
  return {
    pts: columns.pts.slice(0, count),
    dts: columns.dts.slice(0, count),
    durations: columns.durations.slice(0, count),
    sizes: columns.sizes.slice(0, count),
    key: columns.key.slice(0, count),
    idr: columns.idr.slice(0, count),
    hidden: columns.hidden.slice(0, count),
  };
}

/** A container's key flag also stands on recovery points of open GOPs; only the NAL units tell. */
function idrTest(stream: Stream): (packet: Packet) => boolean {
  const { codecId, extradata } = stream.codecpar;
  if (codecId !== AV_CODEC_ID_H264 && codecId !== AV_CODEC_ID_HEVC) return () => true;
  const isIdrUnit =
    codecId === AV_CODEC_ID_H264
      ? (header: number) => (header & 0x1f) === 5
      : (header: number) => [19, 20].includes((header >> 1) & 0x3f);
  // avcC and hvcC begin with version 1; Annex B begins with a start code.
  const lengthBytes = extradata?.[0] === 1 ? ((extradata[codecId === AV_CODEC_ID_H264 ? 4 : 21] ?? 3) & 3) + 1 : 0;
  return (packet) => {
    const data = packet.data;
    if (data === null) return false;
    for (const at of lengthBytes > 0 ? unitsByLength(data, lengthBytes) : unitsByStartCode(data)) {
      if (isIdrUnit(data[at]!)) return true;
    }
    return false;
  };
}

function* unitsByLength(data: Buffer, lengthBytes: number): Generator<number> {
  let at = 0;
  while (at + lengthBytes < data.length) {
    const length = data.readUIntBE(at, lengthBytes);
    if (length > 0) yield at + lengthBytes;
    at += lengthBytes + length;
  }
}

function* unitsByStartCode(data: Buffer): Generator<number> {
  const startCode = Buffer.from([0, 0, 1]);
  let at = data.indexOf(startCode);
  while (at >= 0 && at + 3 < data.length) {
    yield at + 3;
    at = data.indexOf(startCode, at + 3);
  }
}
