/** Writes an MP4, MOV or WebM file from finished packets: pictures given one by one, sound from a file of ours. */
import { AV_NOPTS_VALUE, AV_PKT_FLAG_KEY, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { avGetPixFmtFromName, Codec, CodecContext, CodecParameters, Packet, Rational } from 'node-av/lib';
import type { Size } from '#core/asset';
import { fail } from '#core/errors';
import type { FrameRate, Timebase } from '#core/time';
import { checkOurs } from './averror.ts';
import { openDemuxer, timebaseOf, type Demuxer } from './demuxer.ts';
import { setColor, type ColorNames } from './encode-picture.ts';
import { openMuxer } from './muxer.ts';
import { pictureCoding, type CodecSettings, type PictureCodecName } from './picture-codecs.ts';

export type MovieOptions = {
  /** WebM rounds stamps to a thousandth of a second. */
  readonly format: 'mp4' | 'mov' | 'webm';
  readonly codec: PictureCodecName;
  readonly settings: Omit<CodecSettings, 'threads'>;
  readonly size: Size;
  readonly frameRate: FrameRate;
  /** As `PictureEncoder.configuration`. */
  readonly configuration: Buffer;
  readonly color: ColorNames;
  /** Units per second of the pictures' stamps. */
  readonly timescale: number;
  /** A sound file that is copied packet by packet, its priming kept. */
  readonly sound?: { readonly path: string; readonly container: string };
};

/** Stamps and duration in 1/timescale s. */
export type MoviePicture = {
  readonly pts: number;
  readonly dts: number;
  readonly duration: number;
  readonly isKey: boolean;
  readonly data: Buffer;
};

export type MovieWriter = Disposable & {
  /** Pictures in decode order; sound that belongs before one is written before it. */
  write(picture: MoviePicture): void;
  /** Writes the rest of the sound and the header in front; without it the file is broken. */
  finish(): void;
};

/** Errors: DISK_FULL, INTERNAL. The caller disposes. */
export function openMovie(path: string, options: MovieOptions): MovieWriter {
  const { timescale } = options;
  const sound = options.sound === undefined ? undefined : openSound(options.sound);
  const muxer = openMuxer(path, {
    format: options.format,
    settings: containerSettings(options, sound?.timebase.den ?? timescale),
  });
  const base: Timebase = { num: 1, den: timescale };
  const packet = new Packet();
  packet.alloc();
  {
    const { tag, parameters } = describePicture(options);
    using described = parameters;
    const stream = muxer.addStream(described, base);
    if (tag !== undefined && options.format !== 'webm') stream.codecpar.codecTag = tag;
    stream.avgFrameRate = new Rational(options.frameRate.num, options.frameRate.den);
    if (sound !== undefined) muxer.addStream(sound.demuxer.stream(sound.index).codecpar, sound.timebase);
  }

  function writeSoundBefore(seconds: number): void {
    if (sound === undefined) return;
    while (sound.peekSeconds() < seconds) muxer.write(sound.take(), 1, sound.timebase);
  }

  return {
    write(picture) {
      writeSoundBefore(picture.dts / timescale);
      packet.unref();
      packet.data = picture.data;
      packet.pts = BigInt(picture.pts);
      packet.dts = BigInt(picture.dts);
      packet.duration = BigInt(picture.duration);
      if (picture.isKey) packet.setFlags(AV_PKT_FLAG_KEY);
      muxer.write(packet, 0, base);
    },
    finish() {
      writeSoundBefore(Infinity);
      muxer.finish();
    },
    [Symbol.dispose]() {
      packet.free();
      muxer[Symbol.dispose]();
      sound?.close();
    },
  };
}

/** A clock for the file as a whole on which both streams' lengths are whole numbers, where there is a handy one. */
function movieTimescale(picture: number, sound: number): number {
  const both = (picture / greatestCommonDivisor(picture, sound)) * sound;
  return both <= 10_000_000 ? both : sound;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** What must be known to play comes first in every container. */
function containerSettings({ format, timescale }: MovieOptions, soundTimescale: number): Record<string, string | number> {
  if (format === 'webm') return { cues_to_front: 1 };
  return {
    movflags: '+faststart',
    video_track_timescale: timescale,
    movie_timescale: movieTimescale(timescale, soundTimescale),
  };
}

function describePicture({ codec, settings, size, frameRate, configuration, color }: MovieOptions) {
  // Whatever encoded it, the stream is one of its codec.
  const { hardware: _hardware, ...usual } = settings;
  const coding = pictureCoding(codec, { ...usual, threads: 1 });
  using context = new CodecContext();
  context.allocContext3(Codec.findEncoderByName(coding.encoder as never));
  setColor(context, color);
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = avGetPixFmtFromName(coding.pixelFormat);
  const parameters = new CodecParameters();
  parameters.alloc();
  checkOurs(parameters.fromContext(context), 'describing the picture');
  parameters.codecType = AVMEDIA_TYPE_VIDEO;
  parameters.codecId = coding.codecId;
  parameters.sampleAspectRatio = new Rational(1, 1);
  parameters.frameRate = new Rational(frameRate.num, frameRate.den);
  if (configuration.length > 0) parameters.extradata = configuration;
  return { parameters, tag: coding.tag };
}

type SoundFeed = {
  readonly demuxer: Demuxer;
  readonly index: number;
  readonly timebase: Timebase;
  /** When the next packet is due, Infinity after the last. */
  peekSeconds(): number;
  take(): Packet;
  close(): void;
};

function openSound(file: { readonly path: string; readonly container: string }): SoundFeed {
  const demuxer = openDemuxer(file);
  const stream = demuxer.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO);
  if (stream === undefined) throw fail('INTERNAL', { reason: 'the rendered sound has no sound stream' });
  const packets = demuxer.packets();
  const timebase = timebaseOf(stream);
  let next = packets.next();
  let isTaken = false;
  // The demuxer keeps one packet object: the next is read only when the taken one has been written.
  function settle(): void {
    if (!isTaken) return;
    next = packets.next();
    isTaken = false;
  }
  return {
    demuxer,
    index: stream.index,
    timebase,
    peekSeconds() {
      settle();
      if (next.done === true) return Infinity;
      const { dts, pts } = next.value;
      return (Number(dts === AV_NOPTS_VALUE ? pts : dts) * timebase.num) / timebase.den;
    },
    take() {
      isTaken = true;
      return next.value as Packet;
    },
    close() {
      packets.return(undefined);
      demuxer[Symbol.dispose]();
    },
  };
}
