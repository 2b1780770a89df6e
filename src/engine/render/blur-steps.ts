/** Blurs: all of a picture, a part of it, or a copy of it that fills the frame around it. */
import type { Size } from '#core/asset';
import type { BlurEffect } from '#core/timeline';
import type { DrawStep } from '#engine/media';
import type { Box } from '#engine/plan';
import type { StepNet } from './step-net.ts';

/** A Gaussian reaches about so many of its sigmas. */
const sigmasPerRadius = 2;

/** Where the picture is `size` pixels for the part `seen` of the upright one. */
export function blurInto(
  net: StepNet,
  at: number,
  blur: BlurEffect,
  { seen, size }: { readonly seen: Box; readonly size: Size },
): number {
  const sigma = Math.max(0.3, (blur.radius * (size.height / seen.height)) / sigmasPerRadius);
  if (blur.region === undefined) return net.chain([gaussian(sigma, size)], at);
  const region = regionIn(blur.region, seen, size);
  if (region === undefined) return at;
  const part = net.add('crop', { w: region.width, h: region.height, x: region.x, y: region.y }, at);
  const blurred = net.add('format', { pix_fmts: 'yuva420p' }, net.chain([gaussian(sigma, region)], part));
  return net.add('overlay', { x: region.x, y: region.y, format: 'yuv420' }, at, blurred);
}

/** In FFmpeg 8.1 `gblur` reads what is not there in narrow, high planes; three box blurs are the same to the eye, and slower. */
function gaussian(sigma: number, { width, height }: Size): DrawStep {
  if (width >= 48) return { filter: 'gblur', options: { sigma: sigma.toFixed(3) } };
  const radius = (share: number) =>
    Math.max(0, Math.min(Math.round(sigma / share), Math.floor(Math.min(width, height) / share / 2) - 1));
  const options = { luma_radius: radius(1), luma_power: 3, chroma_radius: radius(2), chroma_power: 3 };
  return { filter: 'boxblur', options };
}

/** Even pixels, outward, so that nothing of what is to be hidden shows at the edges. */
function regionIn(region: NonNullable<BlurEffect['region']>, seen: Box, size: Size): Box | undefined {
  const along = (value: number, from: number, length: number, pixels: number) => ((value - from) / length) * pixels;
  const left = Math.max(0, evenDown(along(region.x, seen.x, seen.width, size.width)));
  const top = Math.max(0, evenDown(along(region.y, seen.y, seen.height, size.height)));
  const right = Math.min(size.width, evenUp(along(region.x + region.width, seen.x, seen.width, size.width)));
  const bottom = Math.min(size.height, evenUp(along(region.y + region.height, seen.y, seen.height, size.height)));
  return right - left < 2 || bottom - top < 2 ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}

export type Filling = { readonly target: Box; readonly frame: Box; readonly detail: number };

/** How much smaller the copy is blurred than it is shown: nobody sees it, and it costs a sixty-fourth. */
const smaller = 8;
/** Sigma of the copy, as a fraction of the frame's height. */
const fillSigma = 0.03;

/** The picture whole over a blurred copy of it that fills the frame. */
export function fillAround(net: StepNet, at: number, { target, frame, detail }: Filling): number {
  if (target.width === frame.width && target.height === frame.height) return at;
  const cover = Math.max(frame.width / target.width, frame.height / target.height) / smaller;
  const small = { w: Math.max(16, evenUp(frame.width / smaller)), h: Math.max(16, evenUp(frame.height / smaller)) };
  const scaled = { w: Math.max(small.w, evenUp(target.width * cover)), h: Math.max(small.h, evenUp(target.height * cover)) };
  let copy = net.add('scale', { ...scaled, flags: 'area' }, at);
  copy = net.add('crop', small, copy);
  copy = net.chain([gaussian(Math.max(1, small.h * fillSigma), { width: small.w, height: small.h })], copy);
  copy = net.add('scale', { w: evenDown(frame.width * detail), h: evenDown(frame.height * detail), flags: 'bicubic' }, copy);
  const over = net.add('format', { pix_fmts: 'yuva420p' }, at);
  const place = { x: evenDown((target.x - frame.x) * detail), y: evenDown((target.y - frame.y) * detail) };
  return net.add('overlay', { ...place, format: 'yuv420' }, copy, over);
}

function evenDown(value: number): number {
  return 2 * Math.floor(value / 2 + 1e-9);
}

function evenUp(value: number): number {
  return 2 * Math.ceil(value / 2 - 1e-9);
}
