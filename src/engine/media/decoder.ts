/** Packets to frames, one stream at a time. Damaged packets are skipped and counted, never fatal by themselves. */
import {
  AV_FRAME_DATA_DISPLAYMATRIX,
  AVDISCARD_ALL,
  AVDISCARD_NONREF,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { CodecContext, Frame, type Packet, type Stream } from 'node-av/lib';
import { fail } from '#core/errors';
import { check } from './averror.ts';
import { codecName, permittedDecoder } from './codecs.ts';
import { maxPixels } from './demuxer.ts';

export type DecoderOptions = {
  /** Default 1: sound gains nothing, pictures only where latency does not matter. 0 = one per core. */
  readonly threads?: number;
  readonly maxPixels?: number;
  /** Leaves the display matrix on the frames; by default it is taken off, since encoders would write it once more. */
  readonly keepOrientation?: boolean;
  /** For measuring, not for showing: pictures are not deblocked, and `referred` leaves out those that no other is coded from. */
  readonly glance?: 'all' | 'referred';
};

export type Decoder = Disposable & {
  readonly context: CodecContext;
  /** Frames that `packet` completes; `undefined` drains what is inside. One frame object is used for all. */
  decode(packet: Packet | undefined): Generator<Frame>;
  /** Packets the decoder refused so far. */
  readonly damage: { count: number };
};

/** Errors: MEDIA_UNREADABLE where the codec is unknown, encrypted or not permitted. The caller disposes. */
export function openDecoder(stream: Pick<Stream, 'codecpar' | 'timeBase'>, options: DecoderOptions = {}): Decoder {
  const parameters = stream.codecpar;
  const codec = permittedDecoder(parameters.codecId);
  if (codec === undefined) throw fail('MEDIA_UNREADABLE', { reason: `codec ${codecName(parameters.codecId)} is not supported` });
  const context = new CodecContext();
  context.allocContext3(codec);
  try {
    check(context.parametersToContext(parameters), 'reading codec parameters');
    context.pktTimebase = stream.timeBase;
    context.threadCount = options.threads ?? 1;
    // Options set one by one: handing a dictionary to open2Sync frees it twice in node-av 6.1.1.
    check(context.setOption('max_pixels', BigInt(options.maxPixels ?? maxPixels)), 'limiting the picture size');
    check(context.open2Sync(codec, null), `opening the ${codec.name} decoder`);
    if (options.glance !== undefined) {
      context.setOption('skip_loop_filter', AVDISCARD_ALL);
      if (options.glance === 'referred') context.setOption('skip_frame', AVDISCARD_NONREF);
    }
  } catch (error) {
    context.freeContext();
    throw error;
  }
  const frame = new Frame();
  frame.alloc();
  const damage = { count: 0 };
  const turnsFrames = parameters.codecType === AVMEDIA_TYPE_VIDEO && options.keepOrientation !== true;

  function* decode(packet: Packet | undefined): Generator<Frame> {
    const sent = context.sendPacketSync(packet ?? null);
    // The decoder is always emptied below, so EAGAIN cannot come back from sending.
    if (sent < 0 && sent !== AVERROR_EOF) damage.count++;
    while (true) {
      const code = context.receiveFrameSync(frame);
      if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
      if (code < 0) {
        damage.count++;
        return;
      }
      if (turnsFrames) frame.removeSideData(AV_FRAME_DATA_DISPLAYMATRIX);
      yield frame;
      frame.unref();
    }
  }

  return {
    context,
    decode,
    damage,
    [Symbol.dispose]() {
      frame.free();
      context.freeContext();
    },
  };
}
