/** One pass over a picture stream's packets, without decoding: where each picture is shown and what may be copied. */
import { AV_CODEC_ID_H264, AV_NOPTS_VALUE, AV_PKT_FLAG_DISCARD, AV_PKT_FLAG_KEY } from 'node-av/constants';
import type { Packet, Stream } from 'node-av/lib';
import type { Ticks, Timebase } from '#core/time';
import { kindOf, readParameterSets, unitKinds, unitsOf, type ParameterSets } from './avcc.ts';
import { openDemuxer, timebaseOf, type MediaFile } from './demuxer.ts';
import { readPictureSetId, readSequence } from './sps.ts';

/** Arrays in decode order, one entry per packet; stamps are whole numbers in `timebase`, NaN where missing. */
export type PictureIndex = {
  readonly pts: Float64Array;
  /** 1 where the container says that decoding can start here. */
  readonly key: Uint8Array;
  /** 1 at IDR pictures: nothing after one refers to anything before it. Always 0 for other codecs than H.264. */
  readonly idr: Uint8Array;
  /** 1 where an edit list hides the picture: needed for decoding, never shown. */
  readonly hidden: Uint8Array;
  /** Of the packet shown last, in `timebase`; at least 1. */
  readonly lastDuration: number;
  /** Of all packets together. */
  readonly bytes: number;
  readonly timebase: Timebase;
  /** Asset time = `fromTimebase(pts, timebase) - offset`. */
  readonly offset: Ticks;
  /** Only for H.264. */
  readonly h264?: H264Facts;
};

export type H264Facts = {
  /** Parameter sets of the header, base64. Empty where the header has none. */
  readonly sps: readonly string[];
  readonly pps: readonly string[];
  /** True where packets carry parameter sets that the header does not have. */
  readonly changing: boolean;
  /** Ids that SPS and PPS use. */
  readonly ids: readonly number[];
  readonly profile: number;
  readonly level: number;
  /** 1 is 4:2:0. */
  readonly chromaFormat: number;
  readonly bitDepth: number;
  readonly framesOnly: boolean;
  readonly width: number;
  readonly height: number;
  /** What the stream says of its reordering; absent where it says nothing. */
  readonly reorderFrames?: number;
};

/** Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. Memory: 11 bytes per packet. Time: one read of the file. */
export function readPictureIndex(file: MediaFile, streamIndex: number): PictureIndex {
  using demuxer = openDemuxer(file, { onlyStream: streamIndex });
  const stream = demuxer.stream(streamIndex);
  const scan = stream.codecpar.codecId === AV_CODEC_ID_H264 ? createScan(stream) : undefined;
  let columns = createColumns(4096);
  let count = 0;
  let bytes = 0;
  let last = { pts: -Infinity, duration: 1 };
  for (const packet of demuxer.packets()) {
    if (packet.streamIndex !== streamIndex) continue;
    if (count === columns.pts.length) columns = resize(columns, count * 2);
    const pts = stampOf(packet, scan?.order ?? 'other');
    columns.pts[count] = pts;
    columns.key[count] = (packet.flags & AV_PKT_FLAG_KEY) === 0 ? 0 : 1;
    columns.hidden[count] = (packet.flags & AV_PKT_FLAG_DISCARD) === 0 ? 0 : 1;
    columns.idr[count] = scan?.visit(packet) === true ? 1 : 0;
    if (pts > last.pts && columns.hidden[count] === 0) last = { pts, duration: Math.max(1, Number(packet.duration)) };
    bytes += packet.size;
    count++;
  }
  const facts = scan?.facts();
  return {
    ...resize(columns, count),
    lastDuration: last.duration,
    bytes,
    timebase: timebaseOf(stream),
    offset: demuxer.offset,
    ...(facts === undefined ? {} : { h264: facts }),
  };
}

/**
 * When a packet's picture is shown. AVI only knows the order of decoding, which is the same where nothing is reordered;
 * NaN where there is no telling.
 */
export function stampOf(packet: Packet, order: 'same' | 'other'): number {
  const { pts } = packet;
  if (pts !== AV_NOPTS_VALUE) return Number(pts);
  const { dts } = packet;
  return order === 'same' && dts !== AV_NOPTS_VALUE ? Number(dts) : Number.NaN;
}

type Columns = Pick<PictureIndex, 'pts' | 'key' | 'idr' | 'hidden'>;

function createColumns(length: number): Columns {
  return {
    pts: new Float64Array(length),
    key: new Uint8Array(length),
    idr: new Uint8Array(length),
    hidden: new Uint8Array(length),
  };
}

function resize(old: Columns, length: number): Columns {
  const resized = createColumns(length);
  const count = Math.min(length, old.pts.length);
  resized.pts.set(old.pts.subarray(0, count));
  for (const name of ['key', 'idr', 'hidden'] as const) resized[name].set(old[name].subarray(0, count));
  return resized;
}

type Scan = {
  /** Whether pictures are shown in the order they are decoded in, as far as the header says. */
  readonly order: 'same' | 'other';
  /** Whether the packet is an IDR picture. */
  visit(packet: Packet): boolean;
  facts(): H264Facts;
};

function createScan(stream: Stream): Scan {
  const sets = readParameterSets(stream.codecpar.extradata) ?? { sps: [], pps: [], lengthBytes: 0 };
  let changing = false;

  function visit(packet: Packet): boolean {
    const { data } = packet;
    if (data === null) return false;
    let isIdr = false;
    for (const unit of unitsOf(data, sets.lengthBytes)) {
      const kind = kindOf(unit);
      if (kind === unitKinds.idr) isIdr = true;
      else if (kind === unitKinds.sps) changing ||= !sets.sps.some((known) => known.equals(unit));
      else if (kind === unitKinds.pps) changing ||= !sets.pps.some((known) => known.equals(unit));
      // Parameter sets come before the first slice; the rest of the packet need not be looked through.
      if (kind === unitKinds.idr || kind === unitKinds.slice) break;
    }
    return isIdr;
  }

  const order = describe(sets, changing).reorderFrames === 0 ? 'same' : 'other';
  return { order, visit, facts: () => describe(sets, changing) };
}

function describe(sets: ParameterSets, changing: boolean): H264Facts {
  const sequences = sets.sps.map(readSequence);
  const first = sequences[0];
  const readable = first !== undefined && sequences.every((sequence) => sequence !== undefined);
  const pictureIds = sets.pps.map((unit) => readPictureSetId(unit)).filter((id) => id !== undefined);
  return {
    sps: readable ? sets.sps.map((unit) => unit.toString('base64')) : [],
    pps: sets.pps.map((unit) => unit.toString('base64')),
    // Several different sequences in one header are a stream that changes.
    changing: changing || sets.sps.length > 1,
    ids: [...sequences.map((sequence) => sequence?.id ?? 0), ...pictureIds],
    profile: first?.profile ?? 0,
    level: first?.level ?? 0,
    chromaFormat: first?.chromaFormat ?? 0,
    bitDepth: first?.bitDepth ?? 0,
    framesOnly: first?.framesOnly ?? false,
    width: first?.width ?? 0,
    height: first?.height ?? 0,
    ...(first?.reorderFrames === undefined ? {} : { reorderFrames: first.reorderFrames }),
  };
}
