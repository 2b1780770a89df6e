/** Opens a media file for reading: one forced demuxer, local files only, permitted codecs only, capped probing. */
import { resolve } from 'node:path';
import { AV_NOPTS_VALUE, AVDISCARD_ALL, AVERROR_EOF, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { AV_DISPOSITION_ATTACHED_PIC, AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { Dictionary, FormatContext, InputFormat, Packet, type Stream } from 'node-av/lib';
import { fail } from '#core/errors';
import { fromTimebase, zero, type Ticks, type Timebase } from '#core/time';
import { noteActivity } from './activity.ts';
import { check, describeCode, isFlow } from './averror.ts';
import { codecWhitelist } from './codecs.ts';

/** A file of ours and the demuxer that its sniffed content chose (`AssetProbe.container`). */
export type MediaFile = { readonly path: string; readonly container: string };

export type DemuxerOptions = {
  /** Reads packets of this stream only; the others are skipped inside FFmpeg. */
  readonly onlyStream?: number;
  /** Skips the look into the packets for what headers leave out; for files whose header says everything. */
  readonly headerOnly?: boolean;
  readonly probeBytes?: number;
  readonly analyzeSeconds?: number;
  /** More streams than this fail the opening; default 16. */
  readonly maxStreams?: number;
  /** Options of the demuxer itself. */
  readonly settings?: Readonly<Record<string, string | number>>;
};

export type Demuxer = Disposable & {
  readonly format: FormatContext;
  readonly streams: readonly Stream[];
  /**
   * Asset time 0 on the file's own clock: the start of the earliest picture or sound stream. Asset time of a stamp is
   * `fromTimebase(stamp, timebase) - offset`.
   */
  readonly offset: Ticks;
  /** Stream `index`. Errors: MEDIA_STREAM_MISSING. */
  stream(index: number): Stream;
  /**
   * Packets to the end, in file order. One packet object is used for all: clone what must outlive the step.
   * `damage` counts what had to be skipped.
   */
  packets(): Generator<Packet>;
  /** Goes to the last point at or before `stamp` (stream's timebase) from which `streamIndex` decodes; false where it cannot. */
  seek(streamIndex: number, stamp: number): boolean;
  /** Read errors met so far. */
  readonly damage: { count: number; last: string };
};

/** A recording has two or three; players and editors see no more than a few. */
export const maxStreams = 16;
/** Pixels of one picture that a decoder may be asked for: a 8K frame and half as much again. */
export const maxPixels = 50_000_000;
/** A file may hold this many read errors in a row before the rest is given up. */
const maxErrorsInRow = 100;
const packetsPerSign = 200;

/** Errors: MEDIA_UNREADABLE, FILE_MISSING. The caller disposes. */
export function openDemuxer(file: MediaFile, options: DemuxerOptions = {}): Demuxer {
  const input = InputFormat.findInputFormat(file.container);
  if (input === null) throw fail('MEDIA_UNREADABLE', { reason: `there is no reader for ${file.container}` });
  const format = new FormatContext();
  try {
    open(format, file, input, options);
    return createDemuxer(format, options);
  } catch (error) {
    format.closeInputSync();
    throw error;
  }
}

function open(format: FormatContext, file: MediaFile, input: InputFormat, options: DemuxerOptions): void {
  using settings = Dictionary.fromObject({
    ...options.settings,
    protocol_whitelist: 'file',
    format_whitelist: file.container,
    codec_whitelist: codecWhitelist,
    max_streams: options.maxStreams ?? maxStreams,
    probesize: options.probeBytes ?? 5_000_000,
    analyzeduration: Math.round((options.analyzeSeconds ?? 5) * 1e6),
  });
  // The prefix keeps a path from being read as a protocol or an option.
  check(format.openInputSync(`file:${resolve(file.path)}`, input, settings), 'opening');
  if (options.headerOnly === true) return;
  // Without limits of its own: node-av 6.1.1 reads beyond a single dictionary where there are several streams. What a
  // forged picture makes FFmpeg allocate here, the worker's memory limit ends.
  check(format.findStreamInfoSync(null), 'reading the streams');
}

function createDemuxer(format: FormatContext, options: DemuxerOptions): Demuxer {
  const streams = format.streams;
  if (options.onlyStream !== undefined) {
    for (const stream of streams) if (stream.index !== options.onlyStream) stream.discard = AVDISCARD_ALL;
  }
  const damage = { count: 0, last: '' };
  let open = true;

  function* packets(): Generator<Packet> {
    using packet = new Packet();
    packet.alloc();
    let errorsInRow = 0;
    let count = 0;
    while (true) {
      if (++count % packetsPerSign === 0) noteActivity();
      const code = format.readFrameSync(packet);
      if (code === AVERROR_EOF) return;
      if (code < 0) {
        if (isFlow(code)) continue;
        damage.count++;
        damage.last = describeCode(code);
        if (++errorsInRow >= maxErrorsInRow) return;
        continue;
      }
      errorsInRow = 0;
      // Packets read ahead while opening come out whether their stream is wanted or not.
      if (options.onlyStream === undefined || packet.streamIndex === options.onlyStream) yield packet;
      packet.unref();
    }
  }

  return {
    format,
    streams,
    offset: startOf(streams),
    damage,
    packets,
    stream(index) {
      const found = streams[index];
      if (found === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: `number ${index}` });
      return found;
    },
    seek: (streamIndex, stamp) => format.seekFrameSync(streamIndex, BigInt(Math.floor(stamp)), AVSEEK_FLAG_BACKWARD) >= 0,
    [Symbol.dispose]() {
      if (open) format.closeInputSync();
      open = false;
    },
  };
}

/** Where players start: the earliest stream that is seen or heard. Priming samples are behind a stream's start already. */
function startOf(streams: readonly Stream[]): Ticks {
  let earliest: Ticks | undefined;
  for (const stream of streams) {
    const kind = stream.codecpar.codecType;
    if (kind !== AVMEDIA_TYPE_VIDEO && kind !== AVMEDIA_TYPE_AUDIO) continue;
    if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) !== 0 || stream.startTime === AV_NOPTS_VALUE) continue;
    const start = fromTimebase(stream.startTime, timebaseOf(stream));
    if (earliest === undefined || start < earliest) earliest = start;
  }
  return earliest ?? zero;
}

export function timebaseOf(stream: Stream): Timebase {
  const { num, den } = stream.timeBase;
  return { num, den };
}
