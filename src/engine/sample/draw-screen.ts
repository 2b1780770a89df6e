/** A picture like a screen recording: still pages of text that change, a pointer that moves, a caret that blinks. */
import type { Size } from '#core/asset';
import { drawFrameCounter } from './frame-counter.ts';
import { createRandom } from './noises.ts';

/** Planes of one 4:2:0 frame, no padding. */
export type ScreenFrame = { readonly luma: Uint8Array; readonly blue: Uint8Array; readonly red: Uint8Array };

/** Gives the frames one after another; the planes are reused. `pageAt` tells which page is shown at a frame. */
export function createScreen(size: Size, seed: number, pageAt: (frame: number) => number): (frame: number) => ScreenFrame {
  const { width, height } = size;
  const chroma = (width / 2) * (height / 2);
  const page: ScreenFrame = { luma: new Uint8Array(width * height), blue: new Uint8Array(chroma), red: new Uint8Array(chroma) };
  const shown: ScreenFrame = { luma: new Uint8Array(width * height), blue: new Uint8Array(chroma), red: new Uint8Array(chroma) };
  let current = -1;
  return (frame) => {
    const wanted = pageAt(frame);
    if (wanted !== current) drawPage(page, size, seed + wanted);
    current = wanted;
    shown.luma.set(page.luma);
    shown.blue.set(page.blue);
    shown.red.set(page.red);
    drawPointer(shown.luma, size, frame);
    if (Math.floor(frame / 15) % 2 === 0)
      fill(shown.luma, width, { x: width * 0.3, y: height * 0.5, w: width * 0.003, h: height * 0.03 }, 40);
    drawFrameCounter(shown.luma, size, frame);
    return shown;
  };
}

type Box = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

function drawPage({ luma, blue, red }: ScreenFrame, { width, height }: Size, seed: number): void {
  const random = createRandom(seed);
  luma.fill(226);
  blue.fill(128);
  red.fill(128);
  fill(luma, width, { x: 0, y: 0, w: width, h: height * 0.05 }, 70);
  fill(luma, width, { x: 0, y: height * 0.05, w: width * 0.2, h: height * 0.95 }, 190);
  tint(blue, red, width, { x: 0, y: 0, w: width, h: height * 0.05 }, [
    100 + Math.floor(60 * random()),
    100 + Math.floor(60 * random()),
  ]);
  // Lines of words of random length, as a page of code or text looks from afar.
  for (let line = 0; line < 22; line++) {
    let x = width * (0.23 + 0.03 * Math.floor(3 * random()));
    const words = 3 + Math.floor(8 * random());
    for (let word = 0; word < words && x < width * 0.93; word++) {
      const w = width * (0.01 + 0.05 * random());
      fill(luma, width, { x, y: height * (0.1 + 0.037 * line), w, h: height * 0.016 }, 60 + Math.floor(60 * random()));
      x += w + width * 0.008;
    }
  }
}

/** A pointer that wanders over the page on two slow waves. */
function drawPointer(luma: Uint8Array, { width, height }: Size, frame: number): void {
  const x = width * (0.55 + 0.3 * Math.sin(frame / 47));
  const y = height * (0.5 + 0.35 * Math.sin(frame / 31 + 1));
  const side = Math.max(4, Math.round(height * 0.02));
  for (let row = 0; row < side; row++) fill(luma, width, { x, y: y + row, w: row + 1, h: 1 }, 20);
}

function fill(luma: Uint8Array, width: number, { x, y, w, h }: Box, level: number): void {
  const [left, top] = [Math.round(x), Math.round(y)];
  for (let row = 0; row < Math.max(1, Math.round(h)); row++) {
    const start = (top + row) * width + left;
    luma.fill(level, start, start + Math.max(1, Math.round(w)));
  }
}

function tint(blue: Uint8Array, red: Uint8Array, width: number, { x, y, w, h }: Box, [cb, cr]: readonly [number, number]): void {
  for (let row = Math.round(y / 2); row < Math.round((y + h) / 2); row++) {
    const start = row * (width / 2) + Math.round(x / 2);
    blue.fill(cb, start, start + Math.round(w / 2));
    red.fill(cr, start, start + Math.round(w / 2));
  }
}
