/** H.264 from raw 4:2:0 planes: for pictures that we draw ourselves. */
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
} from 'node-av/constants';
import { Codec, CodecContext, CodecParameters, Frame, Packet, Rational } from 'node-av/lib';
import type { Size } from '#core/asset';
import { fail } from '#core/errors';
import type { FrameRate, Timebase } from '#core/time';
import { checkOurs, isFlow } from './averror.ts';

export type PlanesEncoderOptions = {
  /** Even pixels. */
  readonly size: Size;
  readonly frameRate: FrameRate;
  /** Frames from key frame to key frame at most. */
  readonly gop: number;
  /** x264's constant rate factor, 0 … 51. */
  readonly crf: number;
  /** x264's preset; default `superfast`. */
  readonly preset?: string;
  /** B-frames in a row; default the preset's. */
  readonly bFrames?: number;
  /** Further x264 options: `open-gop=1:scenecut=0`. */
  readonly x264?: string;
};

/** Luma, blue and red difference; chroma half in both directions, rows without padding. */
export type Planes = { readonly luma: Uint8Array; readonly blue: Uint8Array; readonly red: Uint8Array };

export type PlanesEncoder = Disposable & {
  readonly parameters: CodecParameters;
  /** One tick a frame. */
  readonly timebase: Timebase;
  /** Packets that the frame completes; `stamp` in frames, the next in order by default. */
  encode(planes: Planes, stamp?: number): Generator<Packet>;
  flush(): Generator<Packet>;
};

/** Errors: INTERNAL for settings that x264 does not take. The caller disposes. */
export function openPlanesEncoder(options: PlanesEncoderOptions): PlanesEncoder {
  const { size, frameRate } = options;
  const codec = Codec.findEncoderByName('libx264' as never);
  if (codec === null) throw fail('INTERNAL', { reason: 'encoder libx264 is missing' });
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(frameRate.den, frameRate.num);
  context.framerate = new Rational(frameRate.num, frameRate.den);
  context.gopSize = options.gop;
  if (options.bFrames !== undefined) context.maxBFrames = options.bFrames;
  context.colorRange = AVCOL_RANGE_MPEG;
  context.colorPrimaries = AVCOL_PRI_BT709;
  context.colorTrc = AVCOL_TRC_BT709;
  context.colorSpace = AVCOL_SPC_BT709;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  checkOurs(context.setOption('preset', options.preset ?? 'superfast'), 'choosing a preset');
  checkOurs(context.setOption('crf', String(options.crf)), 'choosing a quality');
  if (options.x264 !== undefined) checkOurs(context.setOption('x264-params', options.x264), 'choosing options of x264');
  checkOurs(context.open2Sync(codec, null), 'opening the picture encoder');
  const parameters = new CodecParameters();
  parameters.alloc();
  checkOurs(parameters.fromContext(context), 'describing the picture');
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  frame.width = size.width;
  frame.height = size.height;
  frame.format = AV_PIX_FMT_YUV420P;
  checkOurs(frame.getBuffer(), 'making room for a picture');
  let next = 0;

  function* receive(): Generator<Packet> {
    while (true) {
      const code = context.receivePacketSync(packet);
      if (code < 0) {
        if (!isFlow(code)) checkOurs(code, 'encoding the picture');
        return;
      }
      if (packet.duration === 0n) packet.duration = 1n;
      yield packet;
      packet.unref();
    }
  }

  return {
    parameters,
    timebase: { num: frameRate.den, den: frameRate.num },
    *encode({ luma, blue, red }, stamp = next) {
      // The same frame each time: fresh memory for every picture costs as much as coding it.
      checkOurs(frame.makeWritable(), 'making room for a picture');
      frame.pts = BigInt(stamp);
      next = stamp + 1;
      const data = frame.data ?? [];
      [luma, blue, red].forEach((plane, index) =>
        copyRows(plane, index === 0 ? size.width : size.width / 2, data[index]!, frame.linesize[index]!),
      );
      checkOurs(context.sendFrameSync(frame), 'encoding the picture');
      yield* receive();
    },
    *flush() {
      checkOurs(context.sendFrameSync(null), 'ending the picture');
      yield* receive();
    },
    [Symbol.dispose]() {
      frame.free();
      packet.free();
      parameters.free();
      context.freeContext();
    },
  };
}

function copyRows(plane: Uint8Array, width: number, target: Buffer, stride: number): void {
  if (stride === width) {
    target.set(plane.subarray(0, Math.min(plane.length, target.length)));
    return;
  }
  for (let row = 0; row * width < plane.length; row++) target.set(plane.subarray(row * width, (row + 1) * width), row * stride);
}
