/**
 * From a decoded picture to the layer it is: upright, cropped, at its size on the canvas, in the output's colours, with the effects
 * that do not depend on time. The same picture always gives the same layer, so that it is made once however long it is shown.
 */
import type { Size, VideoStream } from '#core/asset';
import type { ChromaKeyEffect } from '#core/timeline';
import type { DrawStep, GraphStep, PictureShape } from '#engine/media';
import { hasAlpha, type Box, type PictureColor, type PictureLook, type PicturePlace } from '#engine/plan';
import { blurInto, fillAround } from './blur-steps.ts';
import { colorSteps } from './color-steps.ts';
import { fitSteps, opaqueFormat, rangeOf } from './fit-steps.ts';
import { createStepNet } from './step-net.ts';
import { toPaint } from './waveform.ts';

export type Conforming = {
  readonly stream: VideoStream;
  readonly look: PictureLook;
  readonly place: PicturePlace;
  readonly canvas: Size;
  readonly color: PictureColor;
  /** Fills the canvas around an opaque picture, `#rrggbb`; absent: the layer is only as large as it is. */
  readonly background?: string;
  /** A look-up table of ours that does what `look.color` says, where that takes one. */
  readonly tablePath?: string;
};

/** What a conformed picture is. */
export type ConformedLayer = {
  /** Where it lies on the canvas; may reach beyond it. */
  readonly box: Box;
  readonly hasAlpha: boolean;
  /** Pixels of the picture for one of the canvas: more than 1 where a zoom will want them. */
  readonly detail: number;
};

/** What `conformSteps` will make, known before a picture is decoded. */
export function conformedLayer(conforming: Conforming): ConformedLayer {
  const { place, canvas, background } = conforming;
  const isClear = isSeeThrough(conforming);
  const shown = shownBox(place);
  if (place.zoom !== undefined)
    return { box: place.frame, hasAlpha: isClear || !isSame(shown, place.frame), detail: detailOf(conforming) };
  if (place.rotation !== 0) return { box: turnedBox(shown, place.rotation), hasAlpha: true, detail: 1 };
  if (background !== undefined && !isClear) return { box: { x: 0, y: 0, ...canvas }, hasAlpha: false, detail: 1 };
  return { box: shown, hasAlpha: isClear, detail: 1 };
}

/** No steps: the picture can be encoded as it was decoded. */
export function conformSteps(shape: PictureShape, conforming: Conforming): readonly GraphStep[] {
  const { look, place, color, stream } = conforming;
  const layer = conformedLayer(conforming);
  const { detail } = layer;
  const net = createStepNet(1);
  const size = { width: even(place.target.width * detail), height: even(place.target.height * detail) };
  let at = net.chain(fitSteps(shape, { stream, seen: place.seen, size, color }), 0);
  if (look.chromaKey !== undefined) at = net.chain([keyStep(look.chromaKey, color)], at);
  if (look.color !== undefined) {
    const clear = hasAlpha(shape.format) || look.chromaKey !== undefined;
    at = net.chain(colorSteps(look.color, { color, size, clear, tablePath: conforming.tablePath }), at);
  }
  if (look.blur !== undefined) at = blurInto(net, at, look.blur, { seen: place.seen, size });
  at = net.chain(flips[look.place?.flip ?? 'none'], at);
  if (place.fit === 'blur-fill') at = fillAround(net, at, { target: place.target, frame: place.frame, detail });
  at = net.chain(spreadSteps(conforming, layer), at);
  const opacity = look.place?.opacity ?? 1;
  if (opacity < 1) {
    at = net.add('format', { pix_fmts: 'yuva420p' }, at);
    at = net.add('lutyuv', { a: `val*${opacity.toFixed(4)}` }, at);
  }
  if (layer.hasAlpha) at = net.add('format', { pix_fmts: 'yuva420p' }, at);
  else if (at > 0) net.add('format', { pix_fmts: opaqueFormat(color) }, at);
  return net.steps;
}

/** Onto the frame, the canvas, or turned: whatever the layer is larger by than its picture. */
function spreadSteps({ place, background }: Conforming, { box, detail, hasAlpha: isClear }: ConformedLayer): DrawStep[] {
  const shown = shownBox(place);
  if (place.zoom === undefined && place.rotation !== 0) return turnSteps(shown, place.rotation);
  if (isSame(shown, box)) return [];
  const pad = {
    w: even(box.width * detail),
    h: even(box.height * detail),
    x: even((shown.x - box.x) * detail),
    y: even((shown.y - box.y) * detail),
    color: isClear ? 'black@0' : (background ?? 'black'),
  };
  return [...(isClear ? [{ filter: 'format', options: { pix_fmts: 'yuva420p' } }] : []), { filter: 'pad', options: pad }];
}

const [hflip, vflip]: readonly DrawStep[] = [
  { filter: 'hflip', options: {} },
  { filter: 'vflip', options: {} },
] as const;
const flips: Readonly<Record<'none' | 'horizontal' | 'vertical' | 'both', readonly DrawStep[]>> = {
  none: [],
  horizontal: [hflip!],
  vertical: [vflip!],
  both: [hflip!, vflip!],
};

/** Turns a picture that takes `box` about its middle; around it is nothing. */
export function turnSteps(box: Box, rotation: number): DrawStep[] {
  if (rotation === 0) return [];
  if (rotation === 180) return [...flips.both];
  if (rotation === 90) return [{ filter: 'transpose', options: { dir: 'clock' } }];
  if (rotation === 270) return [{ filter: 'transpose', options: { dir: 'cclock' } }];
  const { width, height } = turnedBox(box, rotation);
  const angle = ((rotation * Math.PI) / 180).toFixed(6);
  return [
    { filter: 'format', options: { pix_fmts: 'yuva420p' } },
    { filter: 'rotate', options: { angle, out_w: width, out_h: height, fillcolor: 'black@0' } },
  ];
}

/** What a box takes when it is turned about its middle. */
export function turnedBox(box: Box, rotation: number): Box {
  const angle = (rotation * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const [width, height] = [evenUp(box.width * cos + box.height * sin), evenUp(box.width * sin + box.height * cos)];
  return { x: even(box.x + (box.width - width) / 2), y: even(box.y + (box.height - height) / 2), width, height };
}

/** The colour goes in the output's own numbers, since the filter would take it for BT.601. */
function keyStep({ color: key, similarity, blend }: ChromaKeyEffect, color: PictureColor): DrawStep {
  const { luma, blue, red } = toPaint(key, { ...color, range: rangeOf(color) });
  const hex = [luma, blue, red].map((value) => Math.min(255, Math.max(0, value)).toString(16).padStart(2, '0')).join('');
  return { filter: 'chromakey', options: { color: `0x${hex}`, yuv: 1, similarity, blend } };
}

/** Whether some of the layer's own pixels may be see-through. */
function isSeeThrough({ stream, look }: Conforming): boolean {
  return hasAlpha(stream.pixelFormat) || look.chromaKey !== undefined || (look.place?.opacity ?? 1) < 1;
}

/** What the picture, with the blurred copy around it, takes of the canvas. */
function shownBox({ fit, frame, target }: PicturePlace): Box {
  return fit === 'blur-fill' ? frame : target;
}

/** As many pixels as the source has for the zoom's nearest look. */
function detailOf({ stream, place }: Conforming): number {
  const turned = stream.rotation === 90 || stream.rotation === 270;
  const width = (turned ? stream.codedSize.height : stream.codedSize.width) * place.seen.width;
  const most = Math.max(place.zoom?.from ?? 1, place.zoom?.to ?? 1);
  const detail = Math.min(most, width / place.target.width);
  return detail < 1.05 ? 1 : detail;
}

function isSame(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}

function evenUp(value: number): number {
  return 2 * Math.ceil((value - 1e-6) / 2);
}
