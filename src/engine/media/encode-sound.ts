/** Samples to packets and to sound files. Priming is declared to the container, so that sample 0 in is sample 0 when played. */
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16,
  AV_SAMPLE_FMT_S32,
} from 'node-av/constants';
import type { AVSampleFormat } from 'node-av/constants';
import { avChannelLayoutDefault, Codec, CodecContext, CodecParameters, Frame, Packet, Rational } from 'node-av/lib';
import { fail } from '#core/errors';
import type { Timebase } from '#core/time';
import { checkOurs, isFlow } from './averror.ts';
import { openMuxer } from './muxer.ts';

export type SoundCodec = 'aac' | 'mp3' | 'opus' | 'vorbis' | 'flac' | 'pcm_s16le' | 'pcm_s24le' | 'pcm_f32le';

export type SoundEncoderOptions = {
  readonly codec: SoundCodec;
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  /** Lossy codecs only; default 192 kbit/s, 96 for mono. */
  readonly bitsPerSecond?: number;
  /** Says that both channels hold (nearly) the same: AAC then codes each by itself, which is two to five times as fast. */
  readonly sameChannels?: boolean;
};

export type SoundEncoder = Disposable & {
  readonly parameters: CodecParameters;
  readonly timebase: Timebase;
  /** Packets that planar samples complete; any block length. One packet object is used for all. */
  encode(block: readonly Float32Array[]): Generator<Packet>;
  /** The packets still inside; nothing may be encoded afterwards. */
  flush(): Generator<Packet>;
};

type Coding = {
  readonly encoder: string;
  readonly format: AVSampleFormat;
  readonly settings?: Readonly<Record<string, string>>;
};

const codings: Readonly<Record<SoundCodec, Coding>> = {
  // `twoloop` takes three times as long for less. Intensity stereo spoils speech that is nearly the same on both sides,
  // for a quarter of a second at a time. See docs/decisions/2026-11-21-aac.md.
  aac: { encoder: 'aac', format: AV_SAMPLE_FMT_FLTP, settings: { aac_coder: 'fast', aac_is: '0' } },
  mp3: { encoder: 'libmp3lame', format: AV_SAMPLE_FMT_FLTP },
  opus: { encoder: 'libopus', format: AV_SAMPLE_FMT_FLT },
  vorbis: { encoder: 'libvorbis', format: AV_SAMPLE_FMT_FLTP },
  flac: { encoder: 'flac', format: AV_SAMPLE_FMT_S16 },
  pcm_s16le: { encoder: 'pcm_s16le', format: AV_SAMPLE_FMT_S16 },
  pcm_s24le: { encoder: 'pcm_s24le', format: AV_SAMPLE_FMT_S32 },
  pcm_f32le: { encoder: 'pcm_f32le', format: AV_SAMPLE_FMT_FLT },
};

const defaultFrameSamples = 4096;

/** Errors: INTERNAL for rates the codec does not have (Opus has no 44.1 kHz). The caller disposes. */
export function openSoundEncoder(options: SoundEncoderOptions): SoundEncoder {
  const { sampleRateHz, channels } = options;
  const coding = codings[options.codec];
  const codec = Codec.findEncoderByName(coding.encoder as never);
  if (codec === null) throw fail('INTERNAL', { reason: `encoder ${coding.encoder} is missing` });
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = sampleRateHz;
  context.sampleFormat = coding.format;
  context.channelLayout = avChannelLayoutDefault(channels);
  context.timeBase = new Rational(1, sampleRateHz);
  context.bitRate = BigInt(options.bitsPerSecond ?? 96_000 * channels);
  // Containers with a header want the codec's set-up there; those without ignore it.
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  // Between a middle that cannot use all the bits and a side of nothing the coder searches long for what is not there.
  const settings = { ...coding.settings, ...(options.sameChannels === true && options.codec === 'aac' ? { aac_ms: '0' } : {}) };
  for (const [name, value] of Object.entries(settings)) checkOurs(context.setOption(name, value), `setting ${name}`);
  checkOurs(context.open2Sync(codec, null), `opening the ${coding.encoder} encoder`);
  const parameters = new CodecParameters();
  parameters.alloc();
  checkOurs(parameters.fromContext(context), 'describing the encoded sound');

  const frameSamples = context.frameSize > 0 ? context.frameSize : defaultFrameSamples;
  const pending = Array.from({ length: channels }, () => new Float32Array(frameSamples));
  const packet = new Packet();
  packet.alloc();
  let filled = 0;
  let position = 0;

  function* receive(): Generator<Packet> {
    while (true) {
      const code = context.receivePacketSync(packet);
      if (code < 0) {
        if (!isFlow(code)) checkOurs(code, 'encoding sound');
        return;
      }
      yield packet;
      packet.unref();
    }
  }

  const frame = new Frame();
  frame.alloc();
  const bytes = Buffer.alloc(frameSamples * channels * 4);

  function* sendPending(): Generator<Packet> {
    frame.unref();
    frame.nbSamples = filled;
    frame.format = coding.format;
    frame.sampleRate = sampleRateHz;
    frame.channelLayout = context.channelLayout;
    frame.pts = BigInt(position);
    checkOurs(frame.getBuffer(), 'making room for sound');
    // Copied in one call: a handle on the frame's own bytes would stay until the process returns to its event loop.
    checkOurs(frame.fromBuffer(packSamples(bytes, pending, filled, coding.format)), 'filling a frame');
    position += filled;
    filled = 0;
    checkOurs(context.sendFrameSync(frame), 'encoding sound');
    yield* receive();
  }

  return {
    parameters,
    timebase: { num: 1, den: sampleRateHz },
    *encode(block) {
      const length = block[0]?.length ?? 0;
      let done = 0;
      while (done < length) {
        const part = Math.min(length - done, frameSamples - filled);
        for (let channel = 0; channel < channels; channel++) {
          pending[channel]!.set(block[channel]!.subarray(done, done + part), filled);
        }
        filled += part;
        done += part;
        if (filled === frameSamples) yield* sendPending();
      }
    },
    *flush() {
      if (filled > 0) yield* sendPending();
      checkOurs(context.sendFrameSync(null), 'ending the sound');
      yield* receive();
    },
    [Symbol.dispose]() {
      packet.free();
      frame.free();
      parameters.free();
      context.freeContext();
    },
  };
}

/** Float planes to the encoder's own sample format, clipped at full scale and rounded to nearest. */
function packSamples(room: Buffer, planes: readonly Float32Array[], count: number, format: AVSampleFormat): Buffer {
  const channels = planes.length;
  if (format === AV_SAMPLE_FMT_FLTP || format === AV_SAMPLE_FMT_FLT) {
    const target = new Float32Array(room.buffer, room.byteOffset, count * channels);
    const isPlanar = format === AV_SAMPLE_FMT_FLTP;
    for (let channel = 0; channel < channels; channel++) {
      if (isPlanar) target.set(planes[channel]!.subarray(0, count), channel * count);
      else for (let i = 0; i < count; i++) target[i * channels + channel] = planes[channel]![i]!;
    }
    return room.subarray(0, count * channels * 4);
  }
  const isShort = format === AV_SAMPLE_FMT_S16;
  const scale = isShort ? 2 ** 15 : 2 ** 31;
  const target = isShort
    ? new Int16Array(room.buffer, room.byteOffset, count * channels)
    : new Int32Array(room.buffer, room.byteOffset, count * channels);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < count; i++) {
      const value = Math.round(planes[channel]![i]! * scale);
      target[i * channels + channel] = value > scale - 1 ? scale - 1 : value < -scale ? -scale : value;
    }
  }
  return room.subarray(0, target.byteLength);
}

/** Container of a sound file, by FFmpeg's muxer name. */
export type SoundContainer = 'mp4' | 'ipod' | 'mov' | 'mp3' | 'wav' | 'flac' | 'ogg' | 'matroska' | 'webm' | 'adts';

/**
 * Writes a sound file from planar blocks; `onSamples` hears how many are done.
 *
 * Errors: DISK_FULL; whatever the blocks throw, and the file is then unfinished.
 */
export function encodeSound(
  blocks: Iterable<readonly Float32Array[]>,
  path: string,
  options: SoundEncoderOptions & { readonly container: SoundContainer; readonly onSamples?: (samples: number) => void },
): { readonly samples: number } {
  using encoder = openSoundEncoder(options);
  using muxer = openMuxer(path, { format: options.container, settings: containerSettings(options.container) });
  muxer.addStream(encoder.parameters, encoder.timebase);
  let samples = 0;
  for (const block of blocks) {
    for (const packet of encoder.encode(block)) muxer.write(packet, 0, encoder.timebase);
    samples += block[0]?.length ?? 0;
    options.onSamples?.(samples);
  }
  for (const packet of encoder.flush()) muxer.write(packet, 0, encoder.timebase);
  muxer.finish();
  return { samples };
}

function containerSettings(container: SoundContainer): Record<string, string> {
  return ['mp4', 'ipod', 'mov'].includes(container) ? { movflags: '+faststart' } : {};
}
