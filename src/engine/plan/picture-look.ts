/** How a clip's pictures are made to look: its effects without those that change nothing. */
import type { Size, VideoStream } from '#core/asset';
import type { Clip, ClipEffect, ColorEffect, Fit, PlaceEffect } from '#core/timeline';
import { fillsCanvas, placePicture } from './place-picture.ts';
import type { PictureLook } from './render-plan.ts';

/** A zoom here says nothing of its time yet. */
export type ClipLook = Omit<PictureLook, 'zoom'> & { readonly zoom?: Extract<ClipEffect, { name: 'zoom' }> };

export function lookOf({ effects }: Clip, timelineFit: Fit | undefined): ClipLook {
  const find = <Name extends ClipEffect['name']>(name: Name) =>
    effects.find((effect): effect is Extract<ClipEffect, { name: Name }> => effect.name === name);
  const [crop, chromaKey, color, blur] = [find('crop'), find('chroma-key'), find('color'), find('blur')];
  const [place, zoom] = [find('place'), find('zoom')];
  const fit = place?.fit ?? timelineFit ?? 'contain';
  return {
    ...(crop !== undefined && crop.left + crop.top + crop.right + crop.bottom > 0 ? { crop } : {}),
    ...(chromaKey === undefined ? {} : { chromaKey }),
    ...(color !== undefined && changesColor(color) ? { color } : {}),
    ...(blur === undefined ? {} : { blur }),
    ...(place !== undefined && movesPicture(place) ? { place } : {}),
    ...(fit === 'contain' ? {} : { fit }),
    ...(zoom !== undefined && (zoom.from !== 1 || zoom.to !== 1) ? { zoom } : {}),
  };
}

/** Whether the picture is drawn as it is, apart from meeting the canvas. */
export function isPlainLook(look: ClipLook): boolean {
  return Object.keys(look).every((key) => key === 'fit');
}

/** Whether what is drawn differs from moment to moment even where the source's picture stays. */
export function looksMove({ zoom }: ClipLook): boolean {
  return zoom !== undefined && zoom.from !== zoom.to;
}

/** Whether clips of `stream` that look so hide what lies below them. */
export function coversCanvas(stream: VideoStream, look: ClipLook, canvas: Size): boolean {
  if (hasAlpha(stream.pixelFormat) || look.chromaKey !== undefined || (look.place?.opacity ?? 1) < 1) return false;
  const place = placePicture(stream.displaySize, canvas, { ...look, ...stillZoom(look) } as PictureLook);
  return place !== undefined && fillsCanvas(place, canvas);
}

/** As small as a moving zoom gets. */
function stillZoom({ zoom }: ClipLook): { readonly zoom?: ClipLook['zoom'] } {
  if (zoom === undefined) return {};
  const least = Math.min(zoom.from, zoom.to);
  return { zoom: { ...zoom, from: least, to: least } };
}

/** FFmpeg's names of formats with a plane or palette for what is see-through. */
export function hasAlpha(pixelFormat: string): boolean {
  return /^(yuva|rgba|bgra|argb|abgr|gbrap|ya8|ya16|pal8|ayuv|vuya)/.test(pixelFormat);
}

function changesColor({ exposure, contrast, saturation, temperature, look, lutAssetId }: ColorEffect): boolean {
  const isNeutral = (exposure ?? 0) === 0 && (contrast ?? 1) === 1 && (saturation ?? 1) === 1 && (temperature ?? 0) === 0;
  return !isNeutral || look !== undefined || lutAssetId !== undefined;
}

function movesPicture(place: PlaceEffect): boolean {
  const { scale, x, y, rotation, flip, opacity, fit } = place;
  const isHome = scale === 1 && x === 0.5 && y === 0.5 && rotation % 360 === 0 && flip === undefined && opacity === 1;
  // The focus counts only where something is cut away.
  return !isHome || (fit === 'cover' && (place.focusX !== undefined || place.focusY !== undefined));
}
