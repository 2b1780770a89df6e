/** Pictures kept losslessly to a GIF or an animated WebP: both are made of the whole, so they come after all pictures are there. */
import { AV_PKT_FLAG_KEY, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import {
  avGetPixFmtFromName,
  Codec,
  CodecContext,
  CodecParameters,
  Filter,
  FilterGraph,
  Frame,
  Packet,
  Rational,
  type FilterContext,
} from 'node-av/lib';
import type { Size } from '#core/asset';
import { fail } from '#core/errors';
import { checkOurs, isFlow } from './averror.ts';
import { openDecoder } from './decoder.ts';
import { openMuxer, type Muxer } from './muxer.ts';
import { openPictureChain } from './picture-filter.ts';
import { pictureCoding } from './picture-codecs.ts';

/** A lossless picture as `openPictureEncoder` gave it with codec `ffv1`, and when it is shown, in 1/timescale s. */
export type KeptPicture = { readonly stamp: number; readonly data: Buffer };

export type AnimationOptions = {
  readonly format: 'gif' | 'webp';
  readonly quality: 'low' | 'medium' | 'high' | 'lossless';
  readonly size: Size;
  /** Of the kept pictures. */
  readonly configuration: Buffer;
  readonly timescale: number;
  /** Stamp at which the last picture goes. */
  readonly end: number;
  /** Called for each picture read; may throw to stop. */
  readonly onPicture: () => Promise<void>;
};

/** Loops for ever. `pictures` is called once for each pass, in order of presentation. Errors: DISK_FULL, INTERNAL. */
export async function writeAnimation(
  path: string,
  pictures: () => Iterable<KeptPicture>,
  options: AnimationOptions,
): Promise<void> {
  if (options.format === 'gif') await writeGif(path, pictures, options);
  else await writeWebp(path, pictures, options);
}

/** One palette for the whole, so that colours do not jump; the picture's own parts that moved weigh more than what stands still. */
async function writeGif(path: string, pictures: () => Iterable<KeptPicture>, options: AnimationOptions): Promise<void> {
  using palette = await findPalette(pictures(), options);
  using graph = openPaletteGraph(palette, options);
  using writer = openWriter(path, options, { encoder: 'gif', pixelFormat: 'pal8', muxer: 'gif', settings: {} });
  await eachFrame(pictures(), options, (frame, stamp) => {
    graph.draw(frame, (mapped) => writer.write(mapped, stamp));
  });
  writer.finish();
}

async function findPalette(pictures: Iterable<KeptPicture>, options: AnimationOptions): Promise<Frame> {
  const statistics = options.quality === 'low' ? 'full' : 'diff';
  using chain = openPictureChain(
    [
      { name: 'format', options: { pix_fmts: 'bgra' } },
      { name: 'palettegen', options: { stats_mode: statistics, max_colors: options.quality === 'low' ? 128 : 256 } },
    ],
    { num: 1, den: options.timescale },
  );
  // Nothing comes out before the end.
  await eachFrame(pictures, options, (frame) => void chain.process(frame).next());
  for (const frame of chain.flush()) {
    const kept = frame.clone();
    if (kept !== null) return kept;
  }
  throw fail('INTERNAL', { reason: 'no palette came out of the pictures' });
}

type PaletteGraph = Disposable & { draw(frame: Frame, use: (mapped: Frame) => void): void };

/** Two inputs: the pictures, and the palette that holds for all of them. */
function openPaletteGraph(palette: Frame, { size, timescale, quality }: AnimationOptions): PaletteGraph {
  const graph = new FilterGraph();
  graph.alloc();
  const add = (name: string, options: string): FilterContext => {
    const filter = Filter.getByName(name);
    const context = filter === null ? null : graph.createFilter(filter, `${name}-${graph.nbFilters}`, options || null);
    if (context === null) throw fail('INTERNAL', { reason: `filter ${name} does not take its options` });
    return context;
  };
  const source = (frame: { readonly width: number; readonly height: number }, format: number, rest: string) =>
    add('buffer', `video_size=${frame.width}x${frame.height}:pix_fmt=${format}:time_base=1/${timescale}:pixel_aspect=1/1${rest}`);
  const from = source(size, avGetPixFmtFromName('yuv420p'), `:colorspace=${AVCOL_SPC_BT709}:range=${AVCOL_RANGE_MPEG}`);
  const colors = source(palette, palette.format, '');
  const dither = quality === 'low' ? 'bayer:bayer_scale=4' : 'sierra2_4a';
  const use = add('paletteuse', `dither=${dither}:diff_mode=rectangle`);
  const sink = add('buffersink', '');
  checkOurs(from.link(0, use, 0), 'linking pictures');
  checkOurs(colors.link(0, use, 1), 'linking the palette');
  checkOurs(use.link(0, sink, 0), 'linking the output');
  checkOurs(graph.configSync(), 'setting up filters');
  palette.pts = 0n;
  checkOurs(colors.buffersrcAddFrameSync(palette, keepReference), 'giving the palette');
  checkOurs(colors.buffersrcAddFrameSync(null), 'ending the palette');
  const mapped = new Frame();
  mapped.alloc();
  return {
    draw(frame, useFrame) {
      checkOurs(from.buffersrcAddFrameSync(frame, keepReference), 'mapping a picture');
      const code = sink.buffersinkGetFrameSync(mapped);
      if (code < 0) throw fail('INTERNAL', { reason: 'a picture did not come out of its palette at once' });
      useFrame(mapped);
      mapped.unref();
    },
    [Symbol.dispose]() {
      mapped.free();
      graph.free();
    },
  };
}

/** AV_BUFFERSRC_FLAG_KEEP_REF: the caller's frame stays the caller's. */
const keepReference = 8 as never;

async function writeWebp(path: string, pictures: () => Iterable<KeptPicture>, options: AnimationOptions): Promise<void> {
  const { quality } = options;
  const level = { low: '50', medium: '75', high: '88', lossless: '100' }[quality];
  const settings = { quality: level, lossless: quality === 'lossless' ? '1' : '0', compression_level: '2' };
  using writer = openWriter(path, options, { encoder: 'libwebp_anim', pixelFormat: 'bgra', muxer: 'webp', settings });
  using chain = openPictureChain([{ name: 'format', options: { pix_fmts: 'bgra' } }], { num: 1, den: options.timescale });
  await eachFrame(pictures(), options, (frame, stamp) => {
    for (const converted of chain.process(frame)) writer.write(converted, stamp);
  });
  writer.finish();
}

type Coding = {
  readonly encoder: string;
  readonly pixelFormat: string;
  readonly muxer: string;
  readonly settings: Readonly<Record<string, string>>;
};

type Writer = Disposable & { write(frame: Frame, stamp: number): void; finish(): void };

/** Stamps are whole milliseconds or hundredths, rounded one by one, so that no error adds up. */
function openWriter(path: string, options: AnimationOptions, coding: Coding): Writer {
  const { size, timescale } = options;
  const unitsPerSecond = options.format === 'gif' ? 100 : 1000;
  const rounded = (stamp: number): bigint => BigInt(Math.round((stamp * unitsPerSecond) / timescale));
  const codec = Codec.findEncoderByName(coding.encoder as never);
  if (codec === null) throw fail('INTERNAL', { reason: `encoder ${coding.encoder} is missing` });
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = avGetPixFmtFromName(coding.pixelFormat);
  context.timeBase = new Rational(1, unitsPerSecond);
  for (const [name, value] of Object.entries(coding.settings)) checkOurs(context.setOption(name, value), `setting ${name}`);
  checkOurs(context.open2Sync(codec, null), `opening the ${coding.encoder} encoder`);
  const muxer: Muxer = openMuxer(path, { format: coding.muxer, settings: { loop: 0 } });
  {
    using parameters = new CodecParameters();
    parameters.alloc();
    checkOurs(parameters.fromContext(context), 'describing the animation');
    muxer.addStream(parameters, { num: 1, den: unitsPerSecond });
  }
  const packet = new Packet();
  packet.alloc();
  /** The one before the last: its length is known when the next begins. */
  let last: { readonly data: Buffer; readonly pts: bigint; readonly flags: number } | undefined;

  function put(until: bigint): void {
    if (last === undefined) return;
    packet.unref();
    packet.data = last.data;
    packet.pts = last.pts;
    packet.dts = last.pts;
    packet.duration = until - last.pts;
    if ((last.flags & AV_PKT_FLAG_KEY) !== 0) packet.setFlags(AV_PKT_FLAG_KEY);
    muxer.write(packet, 0, { num: 1, den: unitsPerSecond });
    last = undefined;
  }

  function receive(): void {
    while (true) {
      const code = context.receivePacketSync(packet);
      if (code < 0) {
        if (!isFlow(code)) checkOurs(code, 'encoding an animation');
        return;
      }
      const next = { data: Buffer.from(packet.data ?? []), pts: packet.pts, flags: packet.flags };
      put(next.pts);
      last = next;
      packet.unref();
    }
  }

  return {
    write(frame, stamp) {
      frame.pts = rounded(stamp);
      checkOurs(context.sendFrameSync(frame), 'encoding an animation');
      receive();
    },
    finish() {
      checkOurs(context.sendFrameSync(null), 'ending the animation');
      receive();
      put(rounded(options.end));
      muxer.finish();
    },
    [Symbol.dispose]() {
      packet.free();
      context.freeContext();
      muxer[Symbol.dispose]();
    },
  };
}

async function eachFrame(
  pictures: Iterable<KeptPicture>,
  { size, configuration, onPicture }: AnimationOptions,
  use: (frame: Frame, stamp: number) => void,
): Promise<void> {
  using parameters = new CodecParameters();
  parameters.alloc();
  parameters.codecType = AVMEDIA_TYPE_VIDEO;
  parameters.codecId = pictureCoding('ffv1', unusedSettings).codecId;
  parameters.width = size.width;
  parameters.height = size.height;
  parameters.extradata = configuration;
  using decoder = openDecoder({ codecpar: parameters, timeBase: new Rational(1, 1000) });
  using packet = new Packet();
  packet.alloc();
  for (const { stamp, data } of pictures) {
    packet.unref();
    packet.data = data;
    for (const frame of decoder.decode(packet)) {
      // The lossless codec does not say which colours they are; the planner does: BT.709.
      frame.colorSpace = AVCOL_SPC_BT709;
      frame.colorRange = AVCOL_RANGE_MPEG;
      frame.pts = BigInt(stamp);
      use(frame, stamp);
    }
    await onPicture();
  }
  if (decoder.damage.count > 0) throw fail('INTERNAL', { reason: `${decoder.damage.count} kept pictures cannot be read` });
}

const unusedSettings = {
  profile: 'high',
  crf: 0,
  preset: 'medium',
  bFrames: 0,
  pyramid: false,
  keyFrames: 1,
  parameterSetId: 0,
  threads: 1,
} as const;
