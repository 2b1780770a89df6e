/**
 * A chain of FFmpeg filters over pictures. Filters and their options are given one by one and never come from user
 * text, so there is no graph string into which anything could be slipped.
 */
import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { Filter, FilterGraph, Frame, type FilterContext } from 'node-av/lib';
import { fail } from '#core/errors';
import type { Timebase } from '#core/time';
import { checkOurs } from './averror.ts';

/** One filter: its name and its options, e.g. `{ name: 'scale', options: { w: 640, h: 360 } }`. */
export type PictureFilter = {
  readonly name: string;
  readonly options?: Readonly<Record<string, string | number>>;
};

export type PictureChain = Disposable & {
  /** Frames that come out when `frame` goes in; one frame object is used for all. */
  process(frame: Frame): Generator<Frame>;
  flush(): Generator<Frame>;
};

/** Set up by the first frame, and again where a frame of another shape comes. Errors: INTERNAL for options a filter refuses. */
export function openPictureChain(filters: readonly PictureFilter[], timebase: Timebase): PictureChain {
  let chain: Graph | undefined;
  let shape = '';

  function close(): void {
    chain?.graph.free();
    chain = undefined;
  }

  return {
    *process(frame) {
      const wanted = describeInput(frame, timebase);
      if (chain === undefined || wanted !== shape) {
        if (chain !== undefined) yield* drain(chain, undefined);
        close();
        chain = buildGraph(filters, wanted);
        shape = wanted;
      }
      yield* drain(chain, frame);
    },
    *flush() {
      if (chain !== undefined) yield* drain(chain, undefined);
    },
    [Symbol.dispose]: close,
  };
}

type Graph = { readonly graph: FilterGraph; readonly source: FilterContext; readonly sink: FilterContext };

function describeInput(frame: Frame, timebase: Timebase): string {
  const { num, den } = frame.sampleAspectRatio;
  const aspect = num > 0 && den > 0 ? `${num}/${den}` : '1/1';
  return [
    `video_size=${frame.width}x${frame.height}`,
    `pix_fmt=${frame.format}`,
    `time_base=${timebase.num}/${timebase.den}`,
    `pixel_aspect=${aspect}`,
    `colorspace=${frame.colorSpace}`,
    `range=${frame.colorRange}`,
  ].join(':');
}

function buildGraph(filters: readonly PictureFilter[], input: string): Graph {
  const graph = new FilterGraph();
  graph.alloc();
  try {
    const source = addFilter(graph, 'buffer', input);
    let last = source;
    for (const { name, options } of filters) {
      const next = addFilter(graph, name, optionText(options ?? {}));
      checkOurs(last.link(0, next, 0), `linking ${name}`);
      last = next;
    }
    const sink = addFilter(graph, 'buffersink', '');
    checkOurs(last.link(0, sink, 0), 'linking the output');
    checkOurs(graph.configSync(), 'setting up filters');
    return { graph, source, sink };
  } catch (error) {
    graph.free();
    throw error;
  }
}

function addFilter(graph: FilterGraph, name: string, options: string): FilterContext {
  const filter = Filter.getByName(name);
  const context =
    filter === null ? null : graph.createFilter(filter, `${name}-${graph.nbFilters}`, options === '' ? null : options);
  if (context === null) throw fail('INTERNAL', { reason: `filter ${name} does not take its options` });
  return context;
}

/** Options are ours, yet a value with a separator in it must stay one value. */
function optionText(options: Readonly<Record<string, string | number>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${String(value).replace(/[\\':]/g, (character) => `\\${character}`)}`)
    .join(':');
}

function* drain(chain: Graph, frame: Frame | undefined): Generator<Frame> {
  checkOurs(chain.source.buffersrcAddFrameSync(frame ?? null, keepReference), 'filtering a picture');
  using output = new Frame();
  output.alloc();
  while (true) {
    const code = chain.sink.buffersinkGetFrameSync(output);
    if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
    checkOurs(code, 'filtering a picture');
    yield output;
    output.unref();
  }
}

/** AV_BUFFERSRC_FLAG_KEEP_REF: the caller's frame stays the caller's. */
const keepReference = 8 as never;
