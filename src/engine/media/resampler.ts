/** Any PCM to planar floats at the wanted rate and channel count, phase-exact: sample `n` in is sample `n × out / in` out. */
import { AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_U8, AV_SAMPLE_FMT_U8P } from 'node-av/constants';
import type { AVSampleFormat } from 'node-av/constants';
import {
  avChannelLayoutDefault,
  avGetBytesPerSample,
  avSampleFmtIsPlanar,
  SoftwareResampleContext,
  type ChannelLayout,
  type Frame,
} from 'node-av/lib';
import { check, checkOurs } from './averror.ts';
import { downmixMatrix } from './downmix.ts';

/** What decides whether two frames can go through one resampler. */
export type PcmShape = { readonly rateHz: number; readonly format: AVSampleFormat; readonly layout: ChannelLayout };

export type Resampler = Disposable & {
  readonly shape: PcmShape;
  /** Takes the frame's samples `[from, to)`; returns how many came out into `output`. */
  push(frame: Frame, from: number, to: number): number;
  pushSilence(count: number): number;
  /** Valid until the next call; one array per output channel, longer than the count. */
  output: Float32Array[];
};

/** The filter reaches this many input samples to each side (libswresample's default, 32 taps). */
export const resamplerReach = 32;

export function shapeOf(frame: Frame): PcmShape {
  const { nbChannels, order, mask } = frame.channelLayout;
  const layout = order === AV_CHANNEL_ORDER_NATIVE ? { nbChannels, order, mask } : avChannelLayoutDefault(nbChannels);
  return { rateHz: frame.sampleRate, format: frame.format as AVSampleFormat, layout };
}

export function sameShape(a: PcmShape, b: PcmShape): boolean {
  return (
    a.rateHz === b.rateHz &&
    a.format === b.format &&
    a.layout.nbChannels === b.layout.nbChannels &&
    a.layout.mask === b.layout.mask
  );
}

/** Input positions that fall on whole output samples are multiples of this. */
export function gridOf(inputRateHz: number, outputRateHz: number): number {
  let [a, b] = [inputRateHz, outputRateHz];
  while (b !== 0) [a, b] = [b, a % b];
  return inputRateHz / a;
}

/** The first sample pushed must lie on a multiple of `gridOf`. Errors: MEDIA_UNREADABLE for impossible shapes. */
export function createResampler(shape: PcmShape, outputRateHz: number, channels: 1 | 2): Resampler {
  const context = new SoftwareResampleContext();
  const outputLayout = avChannelLayoutDefault(channels);
  const { layout, format, rateHz } = shape;
  check(
    context.allocSetOpts2(outputLayout, AV_SAMPLE_FMT_FLTP, outputRateHz, layout, format, rateHz),
    'setting up sound conversion',
  );
  check(
    context.setMatrix(downmixMatrix(layout.mask, layout.nbChannels, channels), layout.nbChannels),
    'setting up the channel mix',
  );
  check(context.init(), 'starting sound conversion');

  const planar = avSampleFmtIsPlanar(format);
  const planeCount = planar ? layout.nbChannels : 1;
  const bytesPerSample = avGetBytesPerSample(format) * (planar ? 1 : layout.nbChannels);
  const silentByte = format === AV_SAMPLE_FMT_U8 || format === AV_SAMPLE_FMT_U8P ? 0x80 : 0;
  let room: Buffer[] = [];
  let capacity = 0;

  const resampler: Resampler = {
    shape,
    output: [],
    push(frame, from, to) {
      const planes = (frame.extendedData ?? frame.data ?? []).slice(0, planeCount);
      const part = planes.map((plane) => plane.subarray(from * bytesPerSample, to * bytesPerSample));
      return convert(part, to - from);
    },
    pushSilence(count) {
      return convert(
        Array.from({ length: planeCount }, () => Buffer.alloc(count * bytesPerSample, silentByte)),
        count,
      );
    },
    [Symbol.dispose]: () => context.free(),
  };

  function convert(planes: Buffer[], count: number): number {
    const needed = context.getOutSamples(count);
    if (needed > capacity) grow(needed);
    return checkOurs(context.convertSync(room, capacity, planes, count), 'converting sound');
  }

  function grow(samples: number): void {
    capacity = Math.max(samples, 4096);
    const planes = Array.from({ length: channels }, () => new Float32Array(capacity));
    room = planes.map((plane) => Buffer.from(plane.buffer));
    resampler.output = planes;
  }

  return resampler;
}
