/** Pictures to packets: H.264 in the form and with the parameter set ids that let copied packets stand beside them, and every other codec that files are asked for in. */
import { AV_CODEC_FLAG_GLOBAL_HEADER, AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE, AV_PKT_FLAG_KEY } from 'node-av/constants';
import { avGetPixFmtFromName, Codec, CodecContext, CodecParameters, Packet, Rational, type Frame } from 'node-av/lib';
import type { Size } from '#core/asset';
import { fail } from '#core/errors';
import type { FrameRate } from '#core/time';
import { checkOurs, isFlow } from './averror.ts';
import { readParameterSets, toLengthPrefixed, writeConfiguration } from './avcc.ts';
import { openDrawing } from './picture-graph.ts';
import { pictureCoding, type CodecSettings, type PictureCodecName, type PictureCoding } from './picture-codecs.ts';

/** FFmpeg's names; `unknown` stays unsaid. */
export type ColorNames = {
  readonly primaries: string;
  readonly transfer: string;
  readonly matrix: string;
  readonly range: string;
};

export type PictureEncoderOptions = CodecSettings & {
  readonly codec: PictureCodecName;
  readonly size: Size;
  readonly frameRate: FrameRate;
  readonly color: ColorNames;
};

export type EncodedPicture = {
  /** Which picture it is, counted as they were sent. */
  readonly index: number;
  readonly isKey: boolean;
  /** H.264: units behind four-byte lengths. H.265: units behind start codes. Others: the packet as it is. */
  readonly data: Buffer;
};

export type PictureEncoder = Disposable & {
  /** What a player must know before the first packet: the `avcC` of H.264, the bare header of others; may be empty. */
  readonly configuration: Buffer;
  /** Codec, size, profile and colour for a container. */
  readonly parameters: CodecParameters;
  /** Takes a picture of the right size in 8-bit 4:2:0 and gives what is finished, in decode order. `isEntry` begins anew with a key picture that nothing refers past. */
  encode(frame: Frame, isEntry: boolean): Generator<EncodedPicture>;
  /** The pictures still inside; nothing may be encoded afterwards. */
  flush(): Generator<EncodedPicture>;
};

/** Errors: INTERNAL where the encoder is missing or refuses its settings. The caller disposes. */
export function openPictureEncoder(options: PictureEncoderOptions): PictureEncoder {
  const coding = pictureCoding(options.codec, options);
  const context = openEncoder(coding, options);
  const configuration = configurationOf(context, options.codec);
  const parameters = new CodecParameters();
  parameters.alloc();
  checkOurs(parameters.fromContext(context), 'describing the encoded picture');
  if (configuration.length > 0) parameters.extradata = configuration;
  const convert = converterTo(coding.pixelFormat);
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
      const { data } = packet;
      if (data === null) throw fail('INTERNAL', { reason: 'the picture encoder gave an empty packet' });
      const isKey = coding.keyOnly || (packet.flags & AV_PKT_FLAG_KEY) !== 0;
      // Copied: the next packet takes the same place.
      const bytes = options.codec === 'h264' ? toLengthPrefixed(data, 0) : Buffer.from(data);
      yield { index: Number(packet.pts), isKey, data: bytes };
      packet.unref();
    }
  }

  return {
    configuration,
    parameters,
    *encode(frame, isEntry) {
      using picture = (convert?.draw(frame, sent / 1000) ?? frame).clone();
      if (picture === null) throw fail('WORKER_MEMORY', { operation: 'encoding a picture' });
      // Counted, not timed: stamps are the plan's business, and the encoder's rate control sees an even rate.
      picture.pts = BigInt(sent++);
      // The type it was decoded from would be taken as an order.
      picture.pictType = isEntry ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
      picture.format = context.pixelFormat;
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
      convert?.[Symbol.dispose]();
    },
  };
}

function openEncoder(coding: PictureCoding, options: PictureEncoderOptions): CodecContext {
  const codec = Codec.findEncoderByName(coding.encoder as never);
  if (codec === null) throw fail('INTERNAL', { reason: `encoder ${coding.encoder} is missing` });
  const context = new CodecContext();
  context.allocContext3(codec);
  try {
    const { size, frameRate } = options;
    context.width = size.width;
    context.height = size.height;
    context.pixelFormat = avGetPixFmtFromName(coding.pixelFormat);
    context.timeBase = new Rational(frameRate.den, frameRate.num);
    context.framerate = new Rational(frameRate.num, frameRate.den);
    context.sampleAspectRatio = new Rational(1, 1);
    if (!coding.keyOnly) {
      context.gopSize = options.keyFrames;
      context.maxBFrames = options.bFrames;
    }
    context.threadCount = options.threads;
    // Parameter sets in the header only, so that a packet of ours looks like one of the copied stream.
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    setColor(context, options.color);
    for (const [name, value] of Object.entries(coding.options)) checkOurs(context.setOption(name, value), `setting ${name}`);
    checkOurs(context.open2Sync(codec, null), 'opening the picture encoder');
    return context;
  } catch (error) {
    context.freeContext();
    throw error;
  }
}

/** Colours go by name through a context's options, the one place where FFmpeg reads names. */
export function setColor(context: CodecContext, color: ColorNames): void {
  const names: readonly (readonly [string, string])[] = [
    ['color_primaries', color.primaries],
    ['color_trc', color.transfer],
    ['colorspace', color.matrix],
    ['color_range', color.range],
  ];
  for (const [name, value] of names) {
    if (value !== 'unknown' && value !== '') checkOurs(context.setOption(name, value), `setting ${name}`);
  }
}

function configurationOf(context: CodecContext, codec: PictureCodecName): Buffer {
  if (codec !== 'h264') return Buffer.from(context.extraData ?? []);
  const sets = readParameterSets(context.extraData);
  if (sets === undefined) throw fail('INTERNAL', { reason: 'the picture encoder gave no parameter sets' });
  return writeConfiguration([sets]);
}

function converterTo(pixelFormat: string): ReturnType<typeof openDrawing> | undefined {
  if (pixelFormat === 'yuv420p') return undefined;
  return openDrawing(() => [{ filter: 'format', options: { pix_fmts: pixelFormat } }]);
}
