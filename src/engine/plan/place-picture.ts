/** Where a picture lies on the canvas and which part of it is seen there: crop, fit, place, punch-in. Numbers only. */
import type { Size } from '#core/asset';
import type { Fit } from '#core/timeline';
import { fitInside } from './output-shape.ts';
import type { PictureLook } from './render-plan.ts';

export type Box = Size & { readonly x: number; readonly y: number };

export type PicturePlace = {
  /** Seen part of the upright picture, in fractions of it. */
  readonly seen: Box;
  /** Where that part lies: even pixels of the canvas, before the rotation. */
  readonly target: Box;
  /** The frame that a moving zoom and a blurred copy fill: even pixels, may reach beyond the canvas. */
  readonly frame: Box;
  /** What is drawn on of the canvas in the end: even pixels. */
  readonly shown: Box;
  /** Degrees clockwise; never a whole turn. */
  readonly rotation: number;
  readonly fit: Fit;
  /** What a moving zoom enlarges by, on top of what `target` has already, and about which point of the canvas. */
  readonly zoom?: { readonly from: number; readonly to: number; readonly x: number; readonly y: number };
};

/** Nearer than this to the frame's edge is on it; pixels. */
const snap = 1;

/**
 * Lays a picture of `size` (upright, square pixels) on the canvas; undefined where nothing of it is seen.
 *
 * Shape: without any look the same as `fitInside`.
 */
export function placePicture(size: Size, canvas: Size, look: PictureLook): PicturePlace | undefined {
  const { crop, place, zoom } = look;
  const kept = keptOf(crop);
  const picture = { width: size.width * kept.width, height: size.height * kept.height };
  const frame = frameOf(place, canvas);
  const fit = place?.fit ?? look.fit ?? 'contain';
  const least = Math.min(zoom?.from ?? 1, zoom?.to ?? 1);
  const isMoving = zoom !== undefined && zoom.from !== zoom.to;
  const anchor = { x: frame.x + (zoom?.anchorX ?? 0.5) * frame.width, y: frame.y + (zoom?.anchorY ?? 0.5) * frame.height };
  const whole = enlarge(layIn(picture, frame, { fit, ...focusOf(place) }), anchor, least);
  const rotation = (((place?.rotation ?? 0) % 360) + 360) % 360;
  // What turns or grows may bring back what lies outside the canvas.
  const seesAll = rotation !== 0 || (isMoving && !holds(canvas, anchor));
  const onCanvas = (box: Box) => common(box, { x: 0, y: 0, ...canvas });
  const window = seesAll ? frame : onCanvas(frame);
  const target = window && common(evened(whole), window);
  if (target === undefined) return undefined;
  const shown = onCanvas(turnedBox(isMoving || fit === 'blur-fill' ? window! : target, rotation));
  if (shown === undefined) return undefined;
  return {
    seen: inPicture(target, whole, kept, place?.flip),
    target,
    frame: window!,
    shown,
    rotation,
    fit,
    ...(isMoving ? { zoom: { from: zoom.from / least, to: zoom.to / least, ...anchor } } : {}),
  };
}

/** Whether an opaque picture that lies so hides the whole canvas. */
export function fillsCanvas(place: PicturePlace, canvas: Size): boolean {
  const { target, frame, rotation } = place;
  if (rotation !== 0) return false;
  // A blurred copy fills the frame around the picture.
  const covered = place.fit === 'blur-fill' ? frame : target;
  return (
    covered.x <= 0 && covered.y <= 0 && covered.x + covered.width >= canvas.width && covered.y + covered.height >= canvas.height
  );
}

/** What a box takes when it is turned about its middle. */
export function turnedBox(box: Box, rotation: number): Box {
  const angle = (rotation * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const [width, height] = [evenUp(box.width * cos + box.height * sin), evenUp(box.width * sin + box.height * cos)];
  return { x: even(box.x + (box.width - width) / 2), y: even(box.y + (box.height - height) / 2), width, height };
}

function keptOf(crop: PictureLook['crop']): Box {
  if (crop === undefined) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: crop.left, y: crop.top, width: 1 - crop.left - crop.right, height: 1 - crop.top - crop.bottom };
}

function frameOf(place: PictureLook['place'], canvas: Size): Box {
  if (place === undefined) return { x: 0, y: 0, ...canvas };
  const [width, height] = [even(canvas.width * place.scale), even(canvas.height * place.scale)];
  return { x: even(canvas.width * place.x - width / 2), y: even(canvas.height * place.y - height / 2), width, height };
}

function focusOf(place: PictureLook['place']): { readonly focusX: number; readonly focusY: number } {
  return { focusX: place?.focusX ?? 0.5, focusY: place?.focusY ?? 0.5 };
}

type Laying = { readonly fit: Fit; readonly focusX: number; readonly focusY: number };

/** The whole picture by its frame: inside it, or over its edges. */
function layIn(picture: Size, frame: Box, { fit, focusX, focusY }: Laying): Box {
  if (fit !== 'cover') {
    const inside = fitInside(picture, frame);
    return { ...inside, x: frame.x + inside.x, y: frame.y + inside.y };
  }
  const scale = Math.max(frame.width / picture.width, frame.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { x: frame.x - (width - frame.width) * focusX, y: frame.y - (height - frame.height) * focusY, width, height };
}

function enlarge(box: Box, about: { readonly x: number; readonly y: number }, factor: number): Box {
  if (factor === 1) return box;
  const { x, y } = about;
  return { x: x + (box.x - x) * factor, y: y + (box.y - y) * factor, width: box.width * factor, height: box.height * factor };
}

function holds({ width, height }: Size, { x, y }: { readonly x: number; readonly y: number }): boolean {
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

/** Edges on even pixels, a little outward where that is within the rounding, so that bars of one pixel never show. */
function evened(box: Box): Box {
  const [left, top] = [even(box.x), even(box.y)];
  const [right, bottom] = [even(box.x + box.width + snap / 2), even(box.y + box.height + snap / 2)];
  return { x: left, y: top, width: Math.max(2, right - left), height: Math.max(2, bottom - top) };
}

function common(a: Box, b: Box): Box | undefined {
  const [left, top] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const [right, bottom] = [Math.min(a.x + a.width, b.x + b.width), Math.min(a.y + a.height, b.y + b.height)];
  return right - left < 2 || bottom - top < 2 ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}

type Flip = NonNullable<PictureLook['place']>['flip'];

/** The part of the upright picture that `target` shows, where `whole` shows all that the crop keeps, flipped or not. */
function inPicture(target: Box, whole: Box, kept: Box, flip: Flip): Box {
  const share = (distance: number, length: number) => Math.min(1, Math.max(0, distance / length));
  const mirrored = ([from, to]: readonly [number, number]) => [1 - to, 1 - from] as const;
  const across = [share(target.x - whole.x, whole.width), share(target.x + target.width - whole.x, whole.width)] as const;
  const down = [share(target.y - whole.y, whole.height), share(target.y + target.height - whole.y, whole.height)] as const;
  const [left, right] = flip === 'horizontal' || flip === 'both' ? mirrored(across) : across;
  const [top, bottom] = flip === 'vertical' || flip === 'both' ? mirrored(down) : down;
  return {
    x: kept.x + left * kept.width,
    y: kept.y + top * kept.height,
    width: (right - left) * kept.width,
    height: (bottom - top) * kept.height,
  };
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}

function evenUp(value: number): number {
  return 2 * Math.ceil((value - 1e-6) / 2);
}
