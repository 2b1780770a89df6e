/**
 * From a decoded picture to the layer it is: upright, cropped, at its size on the canvas, in the output's colours, with the effects
 * that do not depend on time. The same picture always gives the same layer, so that it is made once however long it is shown.
 */
import type { Size, VideoStream } from '#core/asset';
import type { ChromaKeyEffect } from '#core/timeline';
import type { DrawStep, GraphStep, PictureShape } from '#engine/media';
import { hasAlpha, turnedBox, type Box, type PictureColor, type PictureLook, type PicturePlace } from '#engine/plan';
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
  /** Where it lies on the canvas in the end. */
  readonly box: Box;
  readonly hasAlpha: boolean;
  /** Pixels that are worked on for one of the canvas: more than 1 where a zoom will want them, less where a frame is huge. */
  readonly detail: number;
};

/** What `conformSteps` will make, known before a picture is decoded. */
export function conformedLayer(conforming: Conforming): ConformedLayer {
  const { place, canvas, background } = conforming;
  const isClear = isSeeThrough(conforming);
  const detail = detailOf(conforming);
  if (place.rotation !== 0) return { box: place.shown, hasAlpha: true, detail };
  if (place.zoom !== undefined) return { box: place.shown, hasAlpha: isClear || !isSame(shownBox(place), place.frame), detail };
  if (background !== undefined && !isClear) return { box: { x: 0, y: 0, ...canvas }, hasAlpha: false, detail };
  return { box: place.shown, hasAlpha: isClear, detail };
}

/** No steps: the picture can be encoded as it was decoded. */
export function conformSteps(shape: PictureShape, conforming: Conforming): readonly GraphStep[] {
  const { look, place, color, stream } = conforming;
  const layer = conformedLayer(conforming);
  const { detail } = layer;
  const net = createStepNet(1);
  const size = { width: Math.max(2, even(place.target.width * detail)), height: Math.max(2, even(place.target.height * detail)) };
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
  const from = shownBox(place);
  if (place.zoom === undefined && place.rotation !== 0) return turnSteps(from, place, detail);
  const to = place.zoom === undefined ? box : place.frame;
  if (isSame(from, to)) return [];
  const pad = {
    w: even(to.width * detail),
    h: even(to.height * detail),
    x: even((from.x - to.x) * detail),
    y: even((from.y - to.y) * detail),
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

/** Turns a picture that takes `box` (with `detail`) about its middle, and leaves of it what the canvas shows. */
export function turnSteps(box: Box, { rotation, shown }: PicturePlace, detail: number): DrawStep[] {
  const turned = turnedBox(box, rotation);
  const [w, h] = [even(turned.width * detail), even(turned.height * detail)];
  return [...rotateSteps(rotation, { w, h }), ...trimSteps(turned, shown, { detail, w, h })];
}

function rotateSteps(rotation: number, { w, h }: { readonly w: number; readonly h: number }): DrawStep[] {
  if (rotation === 0) return [];
  if (rotation === 180) return [...flips.both];
  if (rotation === 90) return [{ filter: 'transpose', options: { dir: 'clock' } }];
  if (rotation === 270) return [{ filter: 'transpose', options: { dir: 'cclock' } }];
  const angle = ((rotation * Math.PI) / 180).toFixed(6);
  return [
    { filter: 'format', options: { pix_fmts: 'yuva420p' } },
    // Nothing around it makes its edges smooth: they are mixed with what they are turned into.
    { filter: 'pad', options: { w: 'iw+4', h: 'ih+4', x: 2, y: 2, color: 'black@0' } },
    { filter: 'rotate', options: { angle, out_w: w, out_h: h, fillcolor: 'black@0' } },
  ];
}

/** Only what is seen is brought to its size; cut roughly before, so that little is enlarged, and exactly after. */
function trimSteps(
  from: Box,
  to: Box,
  { detail, w, h }: { readonly detail: number; readonly w: number; readonly h: number },
): DrawStep[] {
  const rough = (start: number, length: number, most: number) => {
    const first = Math.max(0, 2 * Math.floor((start * detail) / 2 - 1));
    return { first, length: Math.min(most, 2 * Math.ceil(((start + length) * detail) / 2 + 1)) - first };
  };
  const [across, down] = [rough(to.x - from.x, to.width, w), rough(to.y - from.y, to.height, h)];
  const scaled = { w: Math.max(to.width, even(across.length / detail)), h: Math.max(to.height, even(down.length / detail)) };
  const rest = (start: number, first: number, most: number) => Math.min(most, Math.max(0, even(start - first / detail)));
  const cut = {
    w: to.width,
    h: to.height,
    x: rest(to.x - from.x, across.first, scaled.w - to.width),
    y: rest(to.y - from.y, down.first, scaled.h - to.height),
  };
  return [
    ...(across.length < w || down.length < h
      ? [{ filter: 'crop', options: { w: across.length, h: down.length, x: across.first, y: down.first } }]
      : []),
    ...(detail === 1 ? [] : [{ filter: 'scale', options: { ...scaled, flags: 'bicubic+accurate_rnd' } }]),
    ...(scaled.w > to.width || scaled.h > to.height ? [{ filter: 'crop', options: cut }] : []),
  ];
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

/** A frame is worked on with so many times the canvas's pixels at most. */
const mostCanvases = 2;

/** As many pixels as the source has for the zoom's nearest look; fewer where the frame is far larger than the canvas. */
function detailOf({ stream, place, canvas }: Conforming): number {
  if (place.zoom === undefined && place.rotation === 0) return 1;
  const turned = stream.rotation === 90 || stream.rotation === 270;
  const width = (turned ? stream.codedSize.height : stream.codedSize.width) * place.seen.width;
  const most = Math.max(place.zoom?.from ?? 1, place.zoom?.to ?? 1);
  const wanted = Math.max(1, Math.min(most, width / place.target.width));
  const { width: w, height: h } = place.zoom === undefined ? shownBox(place) : place.frame;
  const detail = Math.min(wanted, Math.sqrt((mostCanvases * canvas.width * canvas.height) / (w * h)));
  return Math.abs(detail - 1) < 0.05 ? 1 : detail;
}

function isSame(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}
