/** Pictures to H.264 with x264, in the form and with the parameter set ids that let copied packets stand beside them. */
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_PKT_FLAG_KEY,
} from 'node-av/constants';
import { Codec, CodecContext, CodecParameters, Packet, Rational, type Frame } from 'node-av/lib';
import type { Size } from '#core/asset';
import { fail } from '#core/errors';
import type { FrameRate } from '#core/time';
import { checkOurs, isFlow } from './averror.ts';
import { readParameterSets, toLengthPrefixed, writeConfiguration } from './avcc.ts';

export type PictureEncoderOptions = {
  readonly size: Size;
  readonly frameRate: FrameRate;
  readonly profile: 'baseline' | 'main' | 'high';
  readonly crf: number;
  /** x264's, or `edge`. */
  readonly preset: string;
  readonly bFrames: number;
  readonly pyramid: boolean;
  readonly keyFrames: number;
  readonly parameterSetId: number;
  /** FFmpeg's names; `unknown` stays unsaid. */
  readonly color: { readonly primaries: string; readonly transfer: string; readonly matrix: string; readonly range: string };
  readonly threads: number;
};

export type EncodedPicture = {
  /** Which picture it is, counted as they were sent. */
  readonly index: number;
  readonly isKey: boolean;
  /** Units behind four-byte lengths. */
  readonly data: Buffer;
};

export type PictureEncoder = Disposable & {
  /** The `avcC` of what comes out. */
  readonly configuration: Buffer;
  /** Codec, size, profile and colour for a container. */
  readonly parameters: CodecParameters;
  /** Takes a picture of the right size in 8-bit 4:2:0 and gives what is finished, in decode order. `isEntry` begins anew with an IDR picture. */
  encode(frame: Frame, isEntry: boolean): Generator<EncodedPicture>;
  /** The pictures still inside; nothing may be encoded afterwards. */
  flush(): Generator<EncodedPicture>;
};

/** Errors: INTERNAL where x264 refuses its settings. The caller disposes. */
export function openPictureEncoder(options: PictureEncoderOptions): PictureEncoder {
  const codec = Codec.findEncoderByName('libx264' as never);
  if (codec === null) throw fail('INTERNAL', { reason: 'encoder libx264 is missing' });
  const context = new CodecContext();
  context.allocContext3(codec);
  try {
    configure(context, options);
    checkOurs(context.open2Sync(codec, null), 'opening the picture encoder');
  } catch (error) {
    context.freeContext();
    throw error;
  }
  const sets = readParameterSets(context.extraData);
  if (sets === undefined) throw fail('INTERNAL', { reason: 'the picture encoder gave no parameter sets' });
  const configuration = writeConfiguration([sets]);
  const parameters = new CodecParameters();
  parameters.alloc();
  checkOurs(parameters.fromContext(context), 'describing the encoded picture');
  parameters.extradata = configuration;
  const packet = new Packet();
  packet.alloc();
  let sent = 0;

  function* receive(): Generator<EncodedPicture> {
    while (true) {
      const code = context.receivePacketSync(packet);
      if (code < 0) {
        if (!isFlow(code)) checkOurs(code, 'encoding a picture');
        return;
      }
      const data = packet.data;
      if (data === null) throw fail('INTERNAL', { reason: 'the picture encoder gave an empty packet' });
      const isKey = (packet.flags & AV_PKT_FLAG_KEY) !== 0;
      yield { index: Number(packet.pts), isKey, data: toLengthPrefixed(data, 0) };
      packet.unref();
    }
  }

  return {
    configuration,
    parameters,
    *encode(frame, isEntry) {
      using picture = frame.clone();
      if (picture === null) throw fail('WORKER_MEMORY', { operation: 'encoding a picture' });
      // Counted, not timed: stamps are the plan's business, and the encoder's rate control sees an even rate.
      picture.pts = BigInt(sent++);
      // The type it was decoded from would be taken as an order.
      picture.pictType = isEntry ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
      picture.format = AV_PIX_FMT_YUV420P;
      checkOurs(context.sendFrameSync(picture), 'encoding a picture');
      yield* receive();
    },
    *flush() {
      checkOurs(context.sendFrameSync(null), 'ending the picture');
      yield* receive();
    },
    [Symbol.dispose]() {
      packet.free();
      parameters.free();
      context.freeContext();
    },
  };
}

function configure(context: CodecContext, options: PictureEncoderOptions): void {
  const { size, frameRate, color } = options;
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(frameRate.den, frameRate.num);
  context.framerate = new Rational(frameRate.num, frameRate.den);
  context.sampleAspectRatio = new Rational(1, 1);
  context.gopSize = options.keyFrames;
  context.maxBFrames = options.bFrames;
  context.threadCount = options.threads;
  // Parameter sets in the header only, so that a packet of ours looks like one of the copied stream.
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const isEdge = options.preset === 'edge';
  const settings: Record<string, string> = {
    preset: isEdge ? 'ultrafast' : options.preset,
    profile: options.profile,
    crf: String(options.crf),
    'forced-idr': '1',
    a53cc: '0',
    'b-pyramid': options.pyramid ? 'normal' : 'none',
    'x264-params': `sps-id=${options.parameterSetId}:force-cfr=1:open-gop=0${isEdge ? edgeTools(options.profile) : ''}`,
  };
  const names: readonly (readonly [string, string])[] = [
    ['color_primaries', color.primaries],
    ['color_trc', color.transfer],
    ['colorspace', color.matrix],
    ['color_range', color.range],
  ];
  for (const [name, value] of names) if (value !== 'unknown' && value !== '') settings[name] = value;
  for (const [name, value] of Object.entries(settings)) checkOurs(context.setOption(name, value), `setting ${name}`);
}

/**
 * `ultrafast` leaves out what makes blocks show. With deblocking, adaptive quantisation and the 8×8 transform it takes
 * half the time of `superfast` for the same likeness and a tenth more bytes (docs/decisions/2026-11-21-smart-render.md).
 */
function edgeTools(profile: PictureEncoderOptions['profile']): string {
  return `:deblock=1,0,0:aq-mode=1:scenecut=40:b-adapt=0${profile === 'high' ? ':8x8dct=1' : ''}`;
}
