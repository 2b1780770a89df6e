/** One picture as a PNG or JPEG file. */
import { AV_CODEC_FLAG_QSCALE } from 'node-av/constants';
import { avGetPixFmtFromName, Codec, CodecContext, Packet, Rational, type Frame } from 'node-av/lib';
import { fail } from '#core/errors';
import { checkOurs } from './averror.ts';
import { openPictureChain, type PictureFilter } from './picture-filter.ts';

export type StillFormat = 'png' | 'jpg';

type Coding = { readonly encoder: string; readonly pixelFormat: string; readonly filters: readonly PictureFilter[] };

const codings: Readonly<Record<StillFormat, Coding>> = {
  png: { encoder: 'png', pixelFormat: 'rgb24', filters: [] },
  // JFIF is full range in the colours of BT.601.
  jpg: {
    encoder: 'mjpeg',
    pixelFormat: 'yuvj420p',
    filters: [
      { name: 'scale', options: { out_range: 'full', out_color_matrix: 'bt601', flags: 'accurate_rnd+full_chroma_int' } },
    ],
  },
};
/** Of JPEG, 2 (best) … 31. */
const jpegQuality = 3;
/** FFmpeg's FF_QP2LAMBDA. */
const lambda = 118;

/** Errors: INTERNAL. */
export function encodeStill(frame: Frame, format: StillFormat): Buffer {
  const { encoder, pixelFormat, filters } = codings[format];
  using chain = openPictureChain([...filters, { name: 'format', options: { pix_fmts: pixelFormat } }], { num: 1, den: 25 });
  for (const converted of chain.process(frame)) return encode(converted, encoder, pixelFormat);
  for (const converted of chain.flush()) return encode(converted, encoder, pixelFormat);
  throw fail('INTERNAL', { reason: 'no picture came out of the conversion' });
}

function encode(frame: Frame, encoder: string, pixelFormat: string): Buffer {
  const codec = Codec.findEncoderByName(encoder as never);
  if (codec === null) throw fail('INTERNAL', { reason: `encoder ${encoder} is missing` });
  using context = new CodecContext();
  context.allocContext3(codec);
  context.width = frame.width;
  context.height = frame.height;
  context.pixelFormat = avGetPixFmtFromName(pixelFormat);
  context.timeBase = new Rational(1, 25);
  if (encoder === 'mjpeg') {
    context.setFlags(AV_CODEC_FLAG_QSCALE);
    checkOurs(context.setOption('global_quality', String(jpegQuality * lambda)), 'choosing a quality');
  }
  checkOurs(context.open2Sync(codec, null), `opening the ${encoder} encoder`);
  checkOurs(context.sendFrameSync(frame), 'encoding the picture');
  using packet = new Packet();
  packet.alloc();
  checkOurs(context.receivePacketSync(packet), 'encoding the picture');
  return Buffer.from(packet.data!);
}
