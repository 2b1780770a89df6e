/** Conformed layers laid over each other: what changes with time happens here, zooms, fades, transitions and text. */
import type { Size } from '#core/asset';
import type { Easing, TransitionName } from '#core/timeline';
import type { DrawStep, GraphStep } from '#engine/media';
import type { MovingZoom, PictureColor, PicturePlace, Ramp } from '#engine/plan';
import { turnSteps, type ConformedLayer } from './conform-picture.ts';
import { opaqueFormat, rangeOf } from './fit-steps.ts';
import { createStepNet, type StepNet } from './step-net.ts';
import { mirrored, xfadeNames } from './transition-steps.ts';

/** What a layer is drawn from; `input` counts the pictures that go in. */
export type Element =
  | PictureElement
  | {
      readonly kind: 'transition';
      readonly name: TransitionName;
      readonly from: PictureElement;
      readonly to: PictureElement;
      readonly progress: Ramp;
    }
  /** A picture of the canvas that needs nothing. */
  | { readonly kind: 'whole'; readonly input: number }
  | { readonly kind: 'text'; readonly path: string; readonly fontsFolder: string };

export type PictureElement = {
  readonly kind: 'picture';
  readonly input: number;
  readonly layer: ConformedLayer;
  readonly place: PicturePlace;
  readonly zoom?: MovingZoom;
  readonly opacity?: Ramp;
};

export type Composition = {
  readonly elements: readonly Element[];
  readonly canvas: Size;
  readonly color: PictureColor;
  /** How many pictures go in. */
  readonly inputs: number;
  /** The inputs that hold a plain background and a picture of nothing. */
  readonly background: number;
  readonly nothing: number;
  readonly isBlack: boolean;
  /** On the drawing's clock, seconds. */
  readonly start: number;
  readonly end: number;
  readonly frames: number;
};

/** No steps where the first picture is all there is. */
export function composeSteps(composition: Composition): readonly GraphStep[] {
  const net = createStepNet(composition.inputs);
  let at: number | undefined;
  for (const element of composition.elements) at = addElement(net, at, element, composition);
  at ??= composition.background;
  if (at > 0) at = net.add('format', { pix_fmts: opaqueFormat(composition.color) }, at);
  return net.steps;
}

function addElement(net: StepNet, below: number | undefined, element: Element, composition: Composition): number {
  switch (element.kind) {
    case 'whole':
      return element.input;
    case 'text': {
      const options = { filename: element.path, fontsdir: element.fontsFolder };
      return net.add('ass', options, below ?? composition.background);
    }
    case 'picture':
      return addPicture(net, below, element, composition);
    case 'transition': {
      if (isDissolve(element, composition)) {
        const from = addPicture(net, undefined, element.from, composition);
        return addPicture(net, from, { ...element.to, opacity: element.progress }, composition);
      }
      return addTransition(net, below, element, composition);
    }
  }
}

function addPicture(net: StepNet, below: number | undefined, element: PictureElement, composition: Composition): number {
  const { opacity } = element;
  const fade = opacity && fadeStep(opacity, composition);
  const at = moveStep(net, element, composition);
  const onBlack = below === undefined && composition.isBlack;
  if (isWhole(element, composition) && (fade === undefined || onBlack)) {
    return fade === undefined ? at : net.chain([{ ...fade, options: { ...fade.options, color: 'black' } }], at);
  }
  const clear = net.add('format', { pix_fmts: 'yuva420p' }, at);
  const faded = fade === undefined ? clear : net.chain([{ ...fade, options: { ...fade.options, alpha: 1 } }], clear);
  const { x, y } = element.layer.box;
  return net.add('overlay', { x, y, format: 'yuv420' }, below ?? composition.background, faded);
}

/** Fills the canvas and hides what lies below, fades aside. */
export function isWhole({ layer, place }: PictureElement, { canvas }: Pick<Composition, 'canvas'>): boolean {
  const { box, hasAlpha } = layer;
  return (
    !hasAlpha && place.rotation === 0 && box.x === 0 && box.y === 0 && box.width === canvas.width && box.height === canvas.height
  );
}

type TransitionElement = Extract<Element, { kind: 'transition' }>;

/** Between two whole pictures a dissolve needs no other format than theirs. */
function isDissolve({ name, from, to }: TransitionElement, composition: Composition): boolean {
  const sides = [from, to];
  return name === 'dissolve' && sides.every((side) => isWhole(side, composition) && side.opacity === undefined);
}

function addTransition(net: StepNet, below: number | undefined, element: TransitionElement, composition: Composition): number {
  const { name, from, to, progress } = element;
  const isOpaque = below === undefined || [from, to].every((side) => isWhole(side, composition) && side.opacity === undefined);
  const under = isOpaque ? undefined : composition.nothing;
  const format = isOpaque ? 'yuv444p' : 'yuva444p';
  const mirror: DrawStep[] = mirrored.has(name) ? [{ filter: 'hflip', options: {} }] : [];
  const sides = [from, to].map((side) => widen(net, net.chain(mirror, addPicture(net, under, side, composition)), format));
  // Its clock begins with the first picture that it sees: in the middle of it, where the span does.
  const duration = (composition.end - composition.start) / (progress.to - progress.from);
  const first = (composition.end - composition.start) / composition.frames / 2;
  const options = {
    transition: xfadeNames[name],
    duration: duration.toFixed(6),
    offset: (-(progress.from * duration) - first).toFixed(6),
  };
  const mixed = net.chain(mirror, net.add('xfade', options, ...sides));
  const range = rangeOf(composition.color);
  const narrowed = net.add('scale', { in_range: 'pc', out_range: range, flags: 'bicubic+accurate_rnd' }, mixed);
  if (isOpaque) return net.add('format', { pix_fmts: opaqueFormat(composition.color) }, narrowed);
  const over = net.add('format', { pix_fmts: 'yuva420p' }, narrowed);
  return net.add('overlay', { x: 0, y: 0, format: 'yuv420' }, below!, over);
}

/** To full range, since `xfade` takes 0 for black and 255 for white; and to as many samples of colour as of light. */
function widen(net: StepNet, at: number, format: string): number {
  return net.add('format', { pix_fmts: format }, net.add('scale', { out_range: 'pc', flags: 'bicubic+accurate_rnd' }, at));
}

/** The zoom as it goes on, and the turn that had to wait for it. */
function moveStep(net: StepNet, { input, layer, place, zoom }: PictureElement, { frames }: Composition): number {
  if (zoom === undefined || place.zoom === undefined) return input;
  const moved = net.add('perspective', zoomOptions(place.zoom, zoom, { box: place.frame, detail: layer.detail }, frames), input);
  return net.chain(turnSteps(place.frame, place, layer.detail), moved);
}

const eased: Readonly<Record<Easing, string>> = {
  // A straight line goes on in the handles of a transition; the others stand still there.
  linear: 'ld(0)',
  'ease-in': 'st(0,clip(ld(0),0,1))*ld(0)',
  'ease-out': '1-pow(1-clip(ld(0),0,1),2)',
  'ease-in-out': 'st(0,clip(ld(0),0,1))*ld(0)*(3-2*ld(0))',
};

/** Corners of what is seen, frame by frame, between pixels: the picture neither jumps nor trembles. */
function zoomOptions(
  { from, to, x, y }: NonNullable<PicturePlace['zoom']>,
  { easing, progress }: MovingZoom,
  { box, detail }: Pick<ConformedLayer, 'box' | 'detail'>,
  frames: number,
): DrawStep['options'] {
  const share = `${progress.from}+${progress.to - progress.from}*(in-0.5)/${frames}`;
  // 0: share of the time, then 1: what is left of each side.
  const left = `st(0,${share});st(1,1/max(1,${from}+${to - from}*(${eased[easing]})))`;
  const edge = (anchor: number, length: string) => `${left};${anchor.toFixed(4)}+(${length}-${anchor.toFixed(4)})*ld(1)`;
  // The filter counts from the middle of the first pixel.
  const [anchorX, anchorY] = [(x - box.x) * detail - 0.5, (y - box.y) * detail - 0.5];
  const [near, far] = [
    { x: edge(anchorX, '0'), y: edge(anchorY, '0') },
    { x: edge(anchorX, 'W'), y: edge(anchorY, 'H') },
  ];
  return {
    x0: near.x,
    y0: near.y,
    x1: far.x,
    y1: near.y,
    x2: near.x,
    y2: far.y,
    x3: far.x,
    y3: far.y,
    interpolation: 'linear',
    eval: 'frame',
  };
}

/** The `fade` filter knows whole fades only: the line through both ends is drawn out to 0 and 1. */
function fadeStep({ from, to }: Ramp, { start, end }: Composition): DrawStep {
  // A fade that stands still has a line without an end; so long a one does not move.
  const rise = to === from ? 1e-9 : to - from;
  const perUnit = (end - start) / rise;
  const isIn = rise > 0;
  const first = isIn ? start - from * perUnit : start - (from - 1) * perUnit;
  return {
    filter: 'fade',
    options: { type: isIn ? 'in' : 'out', start_time: first.toFixed(6), duration: Math.abs(perUnit).toFixed(6) },
  };
}
