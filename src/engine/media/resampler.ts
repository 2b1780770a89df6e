/** Any PCM to planar floats at the wanted rate and channel count, phase-exact: sample `n` in is sample `n × out / in` out. */
import { AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_U8, AV_SAMPLE_FMT_U8P } from 'node-av/constants';
import type { AVSampleFormat } from 'node-av/constants';
import {
  avChannelLayoutDefault,
  avGetBytesPerSample,
  avSampleFmtIsPlanar,
  Frame,
  SoftwareResampleContext,
  type ChannelLayout,
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
  const room = new Frame();
  room.alloc();
  let roomPlanes: Buffer[] = [];
  let capacity = 0;

  const resampler: Resampler = {
    shape,
    output: [],
    push(frame, from, to) {
      makeRoom(to - from);
      // Frame to frame where all of it counts: asking for a frame's bytes makes a native handle each time, and those
      // are only given back when the process returns to its event loop, which decoding never does.
      if (from === 0 && to === frame.nbSamples && isNative(frame)) {
        room.nbSamples = 0;
        checkOurs(context.convertFrame(room, frame), 'converting sound');
        return room.nbSamples;
      }
      const planes = (frame.extendedData ?? frame.data ?? []).slice(0, planeCount);
      return convert(
        planes.map((plane) => plane.subarray(from * bytesPerSample, to * bytesPerSample)),
        to - from,
      );
    },
    pushSilence(count) {
      makeRoom(count);
      const silence = Buffer.alloc(count * bytesPerSample, silentByte);
      return convert(
        Array.from({ length: planeCount }, () => silence),
        count,
      );
    },
    [Symbol.dispose]() {
      room.free();
      context.free();
    },
  };

  function convert(planes: Buffer[], count: number): number {
    return checkOurs(context.convertSync(roomPlanes, capacity, planes, count), 'converting sound');
  }

  function makeRoom(inputSamples: number): void {
    const needed = context.getOutSamples(inputSamples);
    if (needed <= capacity) return;
    capacity = Math.max(needed, 4096);
    room.unref();
    room.nbSamples = capacity;
    room.format = AV_SAMPLE_FMT_FLTP;
    room.sampleRate = outputRateHz;
    room.channelLayout = outputLayout;
    checkOurs(room.getBuffer(), 'making room for sound');
    roomPlanes = room.data ?? [];
    resampler.output = roomPlanes.map((plane) => new Float32Array(plane.buffer, plane.byteOffset, capacity));
  }

  return resampler;
}

/** Whether the frame names its channels; one that does not is converted by the layout that its count suggests. */
function isNative(frame: Frame): boolean {
  return frame.channelLayout.order === AV_CHANNEL_ORDER_NATIVE;
}
