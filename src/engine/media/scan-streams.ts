/**
 * One pass over a file's packets: where each stream really begins and ends, how many frames there are and when, and
 * one decoded frame per stream as proof that it can be read. Headers lie; packets do less.
 */
import {
  AV_NOPTS_VALUE,
  AV_PKT_DATA_ENCRYPTION_INFO,
  AV_PKT_DATA_SKIP_SAMPLES,
  AV_PKT_FLAG_CORRUPT,
  AV_PKT_FLAG_DISCARD,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import type { Frame, Packet, Stream } from 'node-av/lib';
import { isEditorError } from '#core/errors';
import { openDecoder, type Decoder } from './decoder.ts';
import { maxPixels, timebaseOf, type Demuxer } from './demuxer.ts';

/** What one pass tells about a stream. Stamps in the stream's timebase. */
export type StreamScan<Seen> = {
  /** Made from the first decoded frame; undefined where none came out. */
  readonly seen: Seen | undefined;
  /** Why there is no decoded frame. */
  readonly problem: string | undefined;
  /** Stamps of shown packets, in file order; pictures only. */
  readonly stamps: Float64Array;
  readonly packets: number;
  readonly first: number | undefined;
  readonly end: number | undefined;
  readonly damagedPackets: number;
  readonly longestPacket: number;
};

export type Scan<Seen> = {
  readonly streams: ReadonlyMap<number, StreamScan<Seen>>;
  /** False where the file is so large that the rest was left unread; ends and counts are then the header's. */
  readonly complete: boolean;
  readonly readErrors: number;
};

/** Enough for the largest upload; beyond it the headers must do. */
const maxScanBytes = 2 ** 30;
const maxScanPackets = 4_000_000;
/** A stream that has not given a frame after this many packets is not going to. */
const maxTrialPackets = 400;

export function scanStreams<Seen>(demuxer: Demuxer, look: (stream: Stream, frame: Frame) => Seen): Scan<Seen> {
  const tracks = new Map<number, Track<Seen>>();
  for (const stream of demuxer.streams) {
    const kind = stream.codecpar.codecType;
    if (kind === AVMEDIA_TYPE_VIDEO || kind === AVMEDIA_TYPE_AUDIO) tracks.set(stream.index, createTrack(stream, look));
  }
  let bytes = 0;
  let packets = 0;
  let complete = true;
  try {
    for (const packet of demuxer.packets()) {
      tracks.get(packet.streamIndex)?.take(packet);
      bytes += packet.size;
      if (bytes > maxScanBytes || ++packets > maxScanPackets) {
        complete = false;
        break;
      }
    }
    const streams = new Map([...tracks].map(([index, track]) => [index, track.finish(complete)]));
    return { streams, complete, readErrors: demuxer.damage.count };
  } finally {
    for (const track of tracks.values()) track.close();
  }
}

type Track<Seen> = { take(packet: Packet): void; finish(complete: boolean): StreamScan<Seen>; close(): void };

function createTrack<Seen>(stream: Stream, look: (stream: Stream, frame: Frame) => Seen): Track<Seen> {
  const isPicture = stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO;
  const { num, den } = timebaseOf(stream);
  const samplesToStamps = den / (num * Math.max(1, stream.codecpar.sampleRate));
  const trial = createTrial(stream, look);
  const shown = createStampList();
  const decoded = createStampList();
  let packets = 0;
  let damaged = 0;
  let longest = 0;
  let first: number | undefined;
  let end: number | undefined;

  function note(packet: Packet): void {
    if ((packet.flags & AV_PKT_FLAG_CORRUPT) !== 0) damaged++;
    if ((packet.flags & AV_PKT_FLAG_DISCARD) !== 0) return;
    packets++;
    const stamp = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts;
    if (stamp === AV_NOPTS_VALUE) return;
    const skipped = isPicture ? undefined : packet.getSideData(AV_PKT_DATA_SKIP_SAMPLES);
    const hidesAll = (skipped?.readUInt32LE(0) ?? 0) * samplesToStamps >= Number(packet.duration) && packet.duration > 0n;
    const start = Number(stamp) + (skipped?.readUInt32LE(0) ?? 0) * samplesToStamps;
    // What is to be cut from the last packet's samples is said beside a full duration or a shortened one.
    longest = Math.max(longest, Number(packet.duration));
    const cut = (skipped?.readUInt32LE(4) ?? 0) * samplesToStamps;
    const lasts = Number(packet.duration);
    const stop = Number(stamp) + (lasts < longest ? lasts : lasts - cut);
    if (!hidesAll && (first === undefined || start < first)) first = start;
    if (end === undefined || stop > end) end = stop;
    if (!isPicture) return;
    shown.add(packet.pts);
    decoded.add(packet.dts);
  }

  return {
    take(packet) {
      note(packet);
      trial.take(packet);
    },
    finish(complete) {
      trial.finish();
      return {
        seen: trial.seen(),
        problem: trial.problem(),
        // Program streams stamp some pictures only; the order of decoding keeps the same grid.
        stamps: shown.missing() > 0 && decoded.missing() === 0 ? decoded.list() : shown.list(),
        packets,
        first,
        end: complete ? end : undefined,
        damagedPackets: damaged,
        longestPacket: longest,
      };
    },
    close: trial.close,
  };
}

function createStampList() {
  let stamps = new Float64Array(256);
  let count = 0;
  let missing = 0;
  return {
    add(stamp: bigint): void {
      if (stamp === AV_NOPTS_VALUE) {
        missing++;
        return;
      }
      if (count === stamps.length) {
        const grown = new Float64Array(count * 2);
        grown.set(stamps);
        stamps = grown;
      }
      stamps[count++] = Number(stamp);
    },
    missing: () => missing,
    list: () => stamps.slice(0, count),
  };
}

/** Decodes until the first frame, then lets go. */
function createTrial<Seen>(stream: Stream, look: (stream: Stream, frame: Frame) => Seen) {
  let decoder: Decoder | undefined;
  let seen: Seen | undefined;
  let problem = encryptionOf(stream);
  let tried = 0;

  function close(): void {
    decoder?.[Symbol.dispose]();
    decoder = undefined;
  }

  function feed(packet: Packet | undefined): void {
    if (decoder === undefined) return;
    for (const frame of decoder.decode(packet)) {
      if (seen === undefined) seen = look(stream, frame);
    }
    if (seen !== undefined || ++tried > maxTrialPackets) close();
  }

  try {
    if (problem === undefined) decoder = openDecoder(stream, { maxPixels, keepOrientation: true });
  } catch (error) {
    if (!isEditorError(error, 'MEDIA_UNREADABLE')) throw error;
    problem = String(error.details.reason);
  }

  return {
    take(packet: Packet): void {
      if (problem === undefined && packet.getSideData(AV_PKT_DATA_ENCRYPTION_INFO) !== null) {
        problem = 'it is encrypted';
        seen = undefined;
        close();
      }
      feed(packet);
    },
    finish: () => feed(undefined),
    seen: () => (problem === undefined ? seen : undefined),
    problem: () => problem ?? (seen === undefined ? 'nothing in it decodes' : undefined),
    close,
  };
}

const encryptedTags = ['encv', 'enca', 'drmi', 'drms'];

function encryptionOf(stream: Stream): string | undefined {
  return encryptedTags.includes(stream.codecpar.codecTagString ?? '') ? 'it is encrypted' : undefined;
}
