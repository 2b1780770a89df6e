/** What one span is drawn from: readers of its sources, the drawing of each layer, and the one that lays them together. */
import { ticksPerSecond } from '#core/time';
import { openPictureGraph, type NativeFrame, type PictureCursor, type ShownFrame } from '#engine/media';
import { placePicture, streamThrough, type EncodeSpan, type PictureLayer, type PictureOf } from '#engine/plan';
import { composeSteps, isWhole, type Composition, type Element, type PictureElement } from './compose-layers.ts';
import { conformedLayer, type Conforming } from './conform-picture.ts';
import { sourceOf, streamOf, type CursorPool } from './cursor-pool.ts';
import type { DrawerOptions } from './draw-span.ts';
import { rangeOf } from './fit-steps.ts';
import { openMorph } from './morph.ts';
import { clockStart, type PaintBox } from './paint-box.ts';
import { openLayerReader, type FramePlace } from './read-layer.ts';
import { openStabilizer } from './stabilize.ts';
import { openWaveform } from './waveform.ts';

export type SceneContext = {
  readonly options: DrawerOptions;
  readonly cursors: CursorPool;
  readonly paints: PaintBox;
  /** The layer whose pictures are handed to `draw`. */
  readonly given?: PictureOf;
  /** Where those come from. */
  readonly clock?: Pick<PictureCursor, 'timebase' | 'offset'>;
};

export type Scene = Disposable & {
  /** The finished frame; valid until the next call. */
  draw(place: FramePlace, given?: ShownFrame): NativeFrame;
};

/** Where the picture of an input comes from, frame by frame. */
type Input = (place: FramePlace, given: ShownFrame | undefined) => NativeFrame;

/** Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. */
export function openScene(span: EncodeSpan, context: SceneContext): Scene {
  const stack = new DisposableStack();
  context.paints.trim();
  try {
    const { inputs, elements } = gatherElements(span, context, stack);
    const { video } = context.options;
    const seconds = span.record.duration / ticksPerSecond;
    const background = backgroundOf(span.layers);
    const composition: Composition = {
      elements,
      canvas: video.size,
      color: context.paints.color,
      background: inputs.push(() => context.paints.plain(background)) - 1,
      nothing: inputs.push(() => context.paints.nothing()) - 1,
      inputs: inputs.length,
      isBlack: background === black,
      start: clockStart,
      end: clockStart + seconds,
      frames: span.frames,
    };
    const { steps, used } = usedOnly(composeSteps(composition), composition);
    const { matrix } = context.paints.color;
    const color = { matrix, range: rangeOf(context.paints.color) };
    const graph = stack.use(openPictureGraph(() => steps, { color, threads: context.paints.filterThreads }));
    return {
      draw: (place, given) =>
        graph.draw(
          used.map((input) => inputs[input]!(place, given)),
          clockStart + place.middle,
        ),
      [Symbol.dispose]: () => stack.dispose(),
    };
  } catch (error) {
    stack.dispose();
    throw error;
  }
}

const black = '#000000';

function backgroundOf(layers: readonly PictureLayer[]): string {
  const [lowest] = layers;
  return lowest?.kind === 'background' ? lowest.color : black;
}

type Gathered = { readonly inputs: Input[]; readonly elements: readonly Element[] };

function gatherElements(span: EncodeSpan, context: SceneContext, stack: DisposableStack): Gathered {
  const inputs: Input[] = [];
  const elements: Element[] = [];
  const addPicture = (layer: PictureOf, isLowest: boolean): PictureElement[] => {
    const element = openElement(layer, { span, context, stack, inputs, isLowest });
    return element === undefined ? [] : [element];
  };
  const { layers } = span;
  for (let index = 0; index < layers.length; index++) {
    const layer = layers[index]!;
    const isLowest = elements.length === 0;
    switch (layer.kind) {
      case 'background':
        break;
      case 'picture':
        elements.push(...addPicture(layer, isLowest));
        break;
      case 'transition': {
        const [from] = addPicture(layer.from, isLowest);
        const [to] = addPicture(layer.to, isLowest);
        if (from !== undefined && to !== undefined)
          elements.push(openTransition({ ...layer, from, to }, { span, context, stack, inputs }));
        else elements.push(...[from, to].filter((side) => side !== undefined));
        break;
      }
      case 'waveform': {
        const { plan, sources, video } = context.options;
        const output = context.paints.color;
        const wave = stack.use(openWaveform(span.record, { plan, sources, canvas: video.size, color: layer.color, output }));
        elements.push({ kind: 'whole', input: inputs.push(({ middle }) => wave.at(middle)) - 1 });
        break;
      }
      case 'text': {
        // Neighbours are drawn in one go.
        const next = layers.slice(index).findIndex((other) => other.kind !== 'text');
        const texts = layers.slice(index, next < 0 ? undefined : index + next).filter((other) => other.kind === 'text');
        elements.push({ kind: 'text', ...context.paints.text(texts) });
        index += texts.length - 1;
        break;
      }
    }
  }
  return { inputs, elements };
}

type TransitionElement = Extract<Element, { kind: 'transition' }>;

/** A morph of two pictures that fill the canvas is drawn here; all others, and one of pictures that do not, by the net. */
function openTransition(element: TransitionElement, { span, context, stack, inputs }: Omit<Opening, 'isLowest'>): Element {
  const { name, from, to, progress } = element;
  const { size } = context.options.video;
  if (name !== 'morph' || ![from, to].every((side) => isWhole(side, { canvas: size }) && isStill(side))) return element;
  const morph = stack.use(openMorph());
  const [first, second] = [inputs[from.input]!, inputs[to.input]!];
  const seconds = span.record.duration / ticksPerSecond;
  const share = ({ middle }: FramePlace) => progress.from + ((progress.to - progress.from) * middle) / seconds;
  return {
    kind: 'whole',
    input: inputs.push((place, own) => morph.between(first(place, own), second(place, own), share(place))) - 1,
  };
}

function isStill({ zoom, opacity }: PictureElement): boolean {
  return zoom === undefined && opacity === undefined;
}

type Opening = {
  readonly span: EncodeSpan;
  readonly context: SceneContext;
  readonly stack: DisposableStack;
  readonly inputs: Input[];
  readonly isLowest: boolean;
};

/** Undefined for a picture of which nothing is seen. */
function openElement(layer: PictureOf, { span, context, stack, inputs, isLowest }: Opening): PictureElement | undefined {
  const { options, cursors, paints, given } = context;
  const whole = streamOf(sourceOf(options.sources, layer.assetId), layer.streamIndex);
  const stream = streamThrough(whole, layer.follow);
  const place = placePicture(stream.displaySize, options.video.size, layer);
  if (place === undefined) return undefined;
  const background = backgroundOf(span.layers);
  const isGround = isLowest && (layer.opacity === undefined || background === black);
  const tablePath = paints.table(layer.color);
  const conforming: Conforming = {
    stream,
    look: layer,
    place,
    canvas: options.video.size,
    color: paints.color,
    ...(isGround ? { background } : {}),
    ...(tablePath === undefined ? {} : { tablePath }),
  };
  // The slot keeps drawings of one look apart that are needed at the same time.
  const drawing = paints.drawing(`${inputs.length} ${layer.assetId} ${layer.streamIndex}`, conforming);
  let read: (place: FramePlace, own: ShownFrame | undefined) => ShownFrame;
  let clock = context.clock;
  if (layer === given) read = (_place, own) => own!;
  else {
    const near = layer.freeze ?? layer.source.start;
    const cursor = cursors.take(layer.assetId, layer.streamIndex, near);
    stack.defer(() => cursors.giveBack(cursor, layer.freeze ?? layer.source.start + layer.source.duration));
    const reader = stack.use(openLayerReader(layer, cursor));
    read = (at) => reader.at(at);
    clock = cursor;
  }
  const isMoved = layer.stabilize !== undefined || layer.follow !== undefined;
  const steady = isMoved && clock !== undefined ? stack.use(openStabilizer(layer, whole, clock)) : undefined;
  const input = inputs.push((at, own) => drawing.draw(steady === undefined ? read(at, own) : steady.steady(read(at, own)))) - 1;
  return {
    kind: 'picture',
    input,
    layer: conformedLayer(conforming),
    place,
    ...(layer.zoom === undefined || place.zoom === undefined ? {} : { zoom: layer.zoom }),
    ...(layer.opacity === undefined ? {} : { opacity: layer.opacity }),
  };
}

/** Without the pictures and steps that the last step does not need: a filter whose result nobody takes would refuse the net. */
function usedOnly(steps: ReturnType<typeof composeSteps>, { inputs, elements, background }: Composition) {
  if (steps.length === 0) {
    const [first] = elements;
    return { steps, used: [first !== undefined && 'input' in first ? first.input : background] };
  }
  const needed = new Set<number>();
  const need = (number: number): void => {
    if (needed.has(number)) return;
    needed.add(number);
    for (const from of steps[number - inputs]?.from ?? []) need(from);
  };
  need(inputs + steps.length - 1);
  const order = [...needed].sort((a, b) => a - b);
  return {
    steps: steps
      .filter((_step, index) => needed.has(inputs + index))
      .map((step) => ({ ...step, from: step.from.map((number) => order.indexOf(number)) })),
    used: order.filter((number) => number < inputs),
  };
}
