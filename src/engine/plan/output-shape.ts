/** Size, rate and clock of the output. */
import type { Size } from '#core/asset';
import type { FrameRate, Timebase } from '#core/time';

const landscape: Size = { width: 1920, height: 1080 };

/** The canvas in the asked box (1920×1080 by default, turned upright for an upright canvas): smaller where it must be, never larger, even. */
export function outputSize(canvas: Size, asked: Size | undefined): Size {
  const box = asked ?? landscape;
  const upright = canvas.height > canvas.width !== box.height > box.width && canvas.height !== canvas.width;
  const [width, height] = upright ? [box.height, box.width] : [box.width, box.height];
  const scale = Math.min(1, width / canvas.width, height / canvas.height);
  return { width: even(canvas.width * scale), height: even(canvas.height * scale) };
}

/** Where a picture of `size` lies in the canvas when it is fitted whole and centred; even numbers. */
export function fitInside(size: Size, canvas: Size): Size & { readonly x: number; readonly y: number } {
  const scale = Math.min(canvas.width / size.width, canvas.height / size.height);
  const width = Math.min(canvas.width, even(size.width * scale));
  const height = Math.min(canvas.height, even(size.height * scale));
  return { width, height, x: evenDown((canvas.width - width) / 2), y: evenDown((canvas.height - height) / 2) };
}

function even(value: number): number {
  return Math.max(2, Math.round(value / 2) * 2);
}

function evenDown(value: number): number {
  return Math.floor(value / 2) * 2;
}

/** Units per second in which every frame of an even rate begins on a whole unit; over 10 000, as MP4 writers like it. */
export function gridTimescale(rate: FrameRate): number {
  let timescale = rate.num;
  while (timescale < 10_000) timescale *= 2;
  return timescale;
}

/** Units per second in which stamps of `base` stay exact, and others lose little. */
export function keptTimescale(base: Timebase): number {
  if (base.den > 1_000_000 || 90_000 % base.den === 0) return 90_000;
  let timescale = base.den;
  while (timescale < 10_000) timescale *= 2;
  return timescale;
}
