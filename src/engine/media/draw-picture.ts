/** Pictures through a chain of FFmpeg filters, one in, one out. Chains are built by calls, never parsed from text. */
import { AV_FRAME_FLAG_INTERLACED, AV_PIX_FMT_YUV420P } from 'node-av/constants';
import type { AVPixelFormat } from 'node-av/constants';
import { avGetPixFmtName, Filter, FilterGraph, Frame, type FilterContext } from 'node-av/lib';
import type { Size } from '#core/asset';
import { fail } from '#core/errors';
import { checkOurs } from './averror.ts';

/** A filter and its options by FFmpeg's names. */
export type DrawStep = { readonly filter: string; readonly options: Readonly<Record<string, string | number>> };

/** What a frame is, as far as the steps depend on it. */
export type PictureShape = {
  readonly width: number;
  readonly height: number;
  /** FFmpeg's pixel format name. */
  readonly format: string;
  readonly isInterlaced: boolean;
  readonly isFullRange: boolean;
};

export type Drawing = Disposable & {
  /**
   * The picture after all steps; `seconds` is the time that steps with a clock see. Valid until the next call; with no
   * steps the given frame itself.
   */
  draw(frame: Frame, seconds: number): Frame;
};

const clockHz = 1_000_000;

/**
 * Draws with the steps that `stepsFor` gives for a frame's shape; the chain is built anew where the shape changes.
 *
 * Errors: INTERNAL where a step is refused or gives no picture at once.
 */
export function openDrawing(stepsFor: (shape: PictureShape) => readonly DrawStep[]): Drawing {
  const drawn = new Frame();
  drawn.alloc();
  let chain: Chain | undefined;

  function chainFor(frame: Frame): Chain {
    const key = `${frame.width} ${frame.height} ${frame.format} ${frame.colorRange} ${frame.colorSpace} ${isInterlaced(frame)}`;
    if (chain?.key === key) return chain;
    chain?.graph?.free();
    const steps = stepsFor(shapeOf(frame));
    chain = steps.length === 0 ? { key } : { key, ...buildChain(frame, steps) };
    return chain;
  }

  return {
    draw(frame, seconds) {
      const { source, sink } = chainFor(frame);
      if (source === undefined || sink === undefined) return frame;
      using picture = frame.clone();
      if (picture === null) throw fail('WORKER_MEMORY', { operation: 'drawing a picture' });
      picture.pts = BigInt(Math.round(seconds * clockHz));
      checkOurs(source.buffersrcAddFrameSync(picture), 'drawing a picture');
      drawn.unref();
      checkOurs(sink.buffersinkGetFrameSync(drawn), 'drawing a picture');
      return drawn;
    },
    [Symbol.dispose]() {
      drawn.free();
      chain?.graph?.free();
    },
  };
}

type Chain = {
  readonly key: string;
  readonly graph?: FilterGraph;
  readonly source?: FilterContext;
  readonly sink?: FilterContext;
};

function isInterlaced(frame: Frame): boolean {
  return frame.hasFlags(AV_FRAME_FLAG_INTERLACED);
}

function shapeOf(frame: Frame): PictureShape {
  const format = avGetPixFmtName(frame.format as AVPixelFormat) ?? '';
  return {
    width: frame.width,
    height: frame.height,
    format,
    isInterlaced: isInterlaced(frame),
    isFullRange: frame.colorRange === fullRange || format.startsWith('yuvj'),
  };
}

/** AVCOL_RANGE_JPEG. */
const fullRange: number = 2;

function buildChain(frame: Frame, steps: readonly DrawStep[]): Required<Omit<Chain, 'key'>> {
  const graph = new FilterGraph();
  graph.alloc();
  try {
    // One thread: pictures are small pieces of work, and parts run side by side.
    graph.nbThreads = 1;
    const source = addFilter(graph, 'buffer', 0, {
      video_size: `${frame.width}x${frame.height}`,
      pix_fmt: frame.format,
      time_base: `1/${clockHz}`,
      pixel_aspect: '1/1',
      colorspace: frame.colorSpace,
      range: frame.colorRange,
    });
    let last = source;
    for (const [index, { filter, options }] of [...steps, { filter: 'buffersink', options: {} }].entries()) {
      const next = addFilter(graph, filter, index + 1, options);
      checkOurs(last.link(0, next, 0), `joining ${filter}`);
      last = next;
    }
    checkOurs(graph.configSync(), 'preparing to draw');
    return { graph, source, sink: last };
  } catch (error) {
    graph.free();
    throw error;
  }
}

function addFilter(graph: FilterGraph, name: string, number: number, options: DrawStep['options']): FilterContext {
  const filter = Filter.getByName(name);
  const context = filter === null ? null : graph.allocFilter(filter, `${name}${number}`);
  if (context === null) throw fail('INTERNAL', { reason: `filter ${name} is missing` });
  for (const [key, value] of Object.entries(options)) checkOurs(context.setOption(key, value), `setting ${name}.${key}`);
  checkOurs(context.init(null), `preparing ${name}`);
  return context;
}

/** An 8-bit colour in the output's own numbers. */
export type PaintColor = { readonly luma: number; readonly blue: number; readonly red: number };

/** Even pixels; parts outside the picture are left out. */
export type PaintBox = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: PaintColor;
};

/** A plain picture in 8-bit 4:2:0; the caller frees it. */
export function plainPicture(size: Size, color: PaintColor): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = size.width;
  frame.height = size.height;
  frame.format = AV_PIX_FMT_YUV420P;
  checkOurs(frame.getBuffer(), 'making a picture');
  paint(frame, [{ x: 0, y: 0, ...size, color }]);
  return frame;
}

/** Fills boxes of a plain picture, in order. */
export function paint(frame: Frame, boxes: readonly PaintBox[]): void {
  checkOurs(frame.makeWritable(), 'painting a picture');
  const planes = frame.data ?? [];
  const strides = frame.linesize;
  for (const { x, y, width, height, color } of boxes) {
    for (const [plane, value] of [color.luma, color.blue, color.red].entries()) {
      const half = plane === 0 ? 1 : 2;
      const [left, right] = [Math.max(0, x) / half, Math.min(frame.width, x + width) / half];
      for (let row = Math.max(0, y) / half; row < Math.min(frame.height, y + height) / half; row++) {
        planes[plane]!.fill(value, row * strides[plane]! + left, row * strides[plane]! + right);
      }
    }
  }
}

/** A native picture, to be handed on and never looked into outside this module. */
export type NativeFrame = Frame;
