/** Writes packets into a container. */
import { AVFMT_FLAG_BITEXACT } from 'node-av/constants';
import { Dictionary, FormatContext, type CodecParameters, type Packet, type Stream } from 'node-av/lib';
import type { Timebase } from '#core/time';
import { noteActivity } from './activity.ts';
import { checkOurs } from './averror.ts';

export type MuxerOptions = {
  /** FFmpeg's muxer: `mp4`, `mov`, `ipod` (m4a), `matroska`, `webm`, `mp3`, `wav`, `flac`, `ogg`, `adts` … */
  readonly format: string;
  /** Options of the muxer, e.g. `{ movflags: '+faststart' }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly metadata?: Readonly<Record<string, string>>;
};

export type Muxer = Disposable & {
  readonly format: FormatContext;
  /** Adds a stream before the first packet; the returned stream may be adjusted until then. */
  addStream(parameters: CodecParameters, timebase: Timebase): Stream;
  /** Writes the header; called by the first `write` where it was not called before. */
  start(): void;
  /** Writes a packet with stamps in `timebase`; packets of several streams are interleaved. The packet is empty afterwards. */
  write(packet: Packet, streamIndex: number, timebase: Timebase): void;
  /** Writes the trailer and closes the file; without it the file is broken. */
  finish(): void;
};

const packetsPerSign = 100;

/** Errors: DISK_FULL, FILE_MISSING where the folder is, INTERNAL for settings the muxer does not take. */
export function openMuxer(path: string, options: MuxerOptions): Muxer {
  const format = new FormatContext();
  checkOurs(format.allocOutputContext2(null, options.format, `file:${path}`), `choosing the ${options.format} writer`);
  // Without it the writer's version and the clock go into the file and equal work gives unequal bytes.
  format.setFlags(AVFMT_FLAG_BITEXACT);
  if (options.metadata !== undefined) format.metadata = Dictionary.fromObject(options.metadata);
  let state: 'new' | 'open' | 'started' | 'closed' = 'new';
  let written = 0;

  function close(): void {
    if (state === 'closed') return;
    if (state !== 'new') format.closeOutputSync();
    format.freeContext();
    state = 'closed';
  }

  function start(): void {
    if (state !== 'new') return;
    checkOurs(format.openOutputSync(), 'creating the output file');
    state = 'open';
    const settings = Dictionary.fromObject(options.settings ?? {});
    checkOurs(format.writeHeaderSync(settings), 'writing the header');
    state = 'started';
  }

  return {
    format,
    start,
    addStream(parameters, timebase) {
      const stream = format.newStream(null);
      checkOurs(parameters.copy(stream.codecpar), 'adding a stream');
      // Tags belong to the container they were read from.
      stream.codecpar.codecTag = 0;
      stream.timeBase = { num: timebase.num, den: timebase.den } as Stream['timeBase'];
      return stream;
    },
    write(packet, streamIndex, timebase) {
      start();
      if (++written % packetsPerSign === 0) noteActivity();
      packet.streamIndex = streamIndex;
      packet.rescaleTs(timebase, format.streams[streamIndex]!.timeBase);
      checkOurs(format.interleavedWriteFrameSync(packet), 'writing a packet');
    },
    finish() {
      start();
      checkOurs(format.writeTrailerSync(), 'writing the trailer');
      close();
    },
    [Symbol.dispose]: close,
  };
}
