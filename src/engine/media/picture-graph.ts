/** Pictures through a net of FFmpeg filters, several in, one out. Nets are built by calls, never parsed from text. */
import { AV_FRAME_FLAG_INTERLACED } from 'node-av/constants';
import type { AVColorRange, AVColorSpace, AVPixelFormat } from 'node-av/constants';
import { avGetPixFmtName, Filter, FilterGraph, Frame, type FilterContext } from 'node-av/lib';
import { fail } from '#core/errors';
import { checkOurs } from './averror.ts';
import { matrixNumber } from './picture-facts.ts';

/** A filter and its options by FFmpeg's names. */
export type DrawStep = { readonly filter: string; readonly options: Readonly<Record<string, string | number>> };

/**
 * A step and where its pictures come from: inputs count from 0, the first step's result has the number after the last input's.
 * A result may be used more than once.
 */
export type GraphStep = DrawStep & { readonly from: readonly number[] };

/** What a frame is, as far as the steps depend on it. */
export type PictureShape = {
  readonly width: number;
  readonly height: number;
  /** FFmpeg's pixel format name. */
  readonly format: string;
  readonly isInterlaced: boolean;
  readonly isFullRange: boolean;
};

export type GraphOptions = {
  /** Default 1: pictures are small pieces of work, and parts run side by side. */
  readonly threads?: number;
  /** What all inputs are taken for, whatever their frames say; by FFmpeg's names. */
  readonly color?: { readonly matrix: string; readonly range: 'tv' | 'pc' };
};

export type PictureGraph = Disposable & {
  /**
   * The picture after the last step; `seconds` is the time that steps with a clock see, rising. Valid until the next call;
   * with no steps the first frame itself.
   */
  draw(frames: readonly Frame[], seconds: number): Frame;
};

const clockHz = 1_000_000;
/** AVCOL_RANGE_MPEG and _JPEG. */
const ranges = { tv: 1 as AVColorRange, pc: 2 as AVColorRange } as const;

/**
 * Draws with the steps that `stepsFor` gives for the frames' shapes; the net is built anew where a shape changes.
 *
 * Errors: INTERNAL where a step is refused or gives no picture at once.
 */
export function openPictureGraph(
  stepsFor: (shapes: readonly PictureShape[]) => readonly GraphStep[],
  options: GraphOptions = {},
): PictureGraph {
  const drawn = newFrame();
  const given = newFrame();
  const color = options.color && {
    space: matrixNumber(options.color.matrix) as AVColorSpace,
    range: ranges[options.color.range],
  };
  let net: Net | undefined;

  function netFor(frames: readonly Frame[]): Net {
    const key = frames.map(keyOf).join(';');
    if (net?.key === key) return net;
    net?.graph?.free();
    net = undefined;
    const steps = stepsFor(frames.map(shapeOf));
    net =
      steps.length === 0 ? { key, sources: [] } : { key, ...buildNet(frames, steps, { threads: options.threads ?? 1, color }) };
    return net;
  }

  return {
    draw(frames, seconds) {
      const { sources, sink } = netFor(frames);
      if (sink === undefined) return frames[0]!;
      for (const [index, source] of sources.entries()) {
        given.unref();
        checkOurs(given.ref(frames[index]!), 'handing a picture on');
        given.pts = BigInt(Math.round(seconds * clockHz));
        if (color !== undefined) [given.colorSpace, given.colorRange] = [color.space, color.range];
        checkOurs(source.buffersrcAddFrameSync(given), 'drawing a picture');
      }
      drawn.unref();
      checkOurs(sink.buffersinkGetFrameSync(drawn), 'drawing a picture');
      return drawn;
    },
    [Symbol.dispose]() {
      drawn.free();
      given.free();
      net?.graph?.free();
    },
  };
}

export type Drawing = Disposable & {
  /** As `PictureGraph.draw`, of one picture. */
  draw(frame: Frame, seconds: number): Frame;
};

/** Steps one after the other, each with one picture in and one out. Errors: those of `openPictureGraph`. */
export function openDrawing(stepsFor: (shape: PictureShape) => readonly DrawStep[], options: GraphOptions = {}): Drawing {
  const graph = openPictureGraph(([shape]) => stepsFor(shape!).map((step, index) => ({ ...step, from: [index] })), options);
  return { draw: (frame, seconds) => graph.draw([frame], seconds), [Symbol.dispose]: () => graph[Symbol.dispose]() };
}

type Net = {
  readonly key: string;
  readonly graph?: FilterGraph;
  readonly sources: readonly FilterContext[];
  readonly sink?: FilterContext;
};

function newFrame(): Frame {
  const frame = new Frame();
  frame.alloc();
  return frame;
}

function keyOf(frame: Frame): string {
  return `${frame.width} ${frame.height} ${frame.format} ${frame.colorRange} ${frame.colorSpace} ${isInterlaced(frame)}`;
}

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
    isFullRange: frame.colorRange === ranges.pc || format.startsWith('yuvj'),
  };
}

type Building = {
  readonly threads: number;
  readonly color: { readonly space: AVColorSpace; readonly range: AVColorRange } | undefined;
};

function buildNet(frames: readonly Frame[], steps: readonly GraphStep[], building: Building): Required<Omit<Net, 'key'>> {
  const graph = new FilterGraph();
  graph.alloc();
  try {
    graph.nbThreads = building.threads;
    const sources = frames.map((frame, index) => addSource(graph, frame, index, building.color));
    const outlets = [
      ...sources,
      ...steps.map((step, index) => addFilter(graph, step.filter, frames.length + index, step.options)),
    ];
    const sink = addFilter(graph, 'buffersink', outlets.length, {});
    const inner = steps.map((step, index) => ({ from: step.from, into: outlets[frames.length + index]! }));
    const used = [...inner, { from: [outlets.length - 1], into: sink }];
    const taps = tapsOf(
      graph,
      outlets,
      used.flatMap(({ from }) => from),
    );
    for (const { from, into } of used)
      for (const [pad, number] of from.entries()) checkOurs(taps(number).link(into, pad), 'joining filters');
    checkOurs(graph.configSync(), 'preparing to draw');
    return { graph, sources, sink };
  } catch (error) {
    graph.free();
    throw error;
  }
}

function addSource(graph: FilterGraph, frame: Frame, number: number, color: Building['color']): FilterContext {
  return addFilter(graph, 'buffer', number, {
    video_size: `${frame.width}x${frame.height}`,
    pix_fmt: frame.format,
    time_base: `1/${clockHz}`,
    pixel_aspect: '1/1',
    // Nothing goes by it; some filters want to know that there is one.
    frame_rate: '25/1',
    colorspace: color?.space ?? frame.colorSpace,
    range: color?.range ?? frame.colorRange,
  });
}

type Tap = { readonly link: (into: FilterContext, pad: number) => number };

/** Gives each use of a result an end of its own: a split where there are several. */
function tapsOf(graph: FilterGraph, outlets: readonly FilterContext[], uses: readonly number[]): (number: number) => Tap {
  const ends = outlets.map((outlet, number) => {
    const count = uses.filter((use) => use === number).length;
    if (count < 2) return { context: outlet, next: 0 };
    const split = addFilter(graph, 'split', outlets.length + 1 + number, { outputs: count });
    checkOurs(outlet.link(0, split, 0), 'splitting pictures');
    return { context: split, next: 0 };
  });
  return (number) => {
    const end = ends[number]!;
    return { link: (into, pad) => end.context.link(end.next++, into, pad) };
  };
}

function addFilter(graph: FilterGraph, name: string, number: number, options: DrawStep['options']): FilterContext {
  const filter = Filter.getByName(name);
  const context = filter === null ? null : graph.allocFilter(filter, `${name}${number}`);
  if (context === null) throw fail('INTERNAL', { reason: `filter ${name} is missing` });
  for (const [key, value] of Object.entries(options)) checkOurs(context.setOption(key, value), `setting ${name}.${key}`);
  checkOurs(context.init(null), `preparing ${name}`);
  return context;
}
