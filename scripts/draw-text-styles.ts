/** Draws docs/reference/text-styles/: every named style of text as the engine itself draws it, over a plain landscape. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { milliseconds, zero } from '#core/time';
import { textPresets, type TextPosition, type TextPreset } from '#core/timeline';
import { drawTextPicture, toPalettePng, type Backdrop } from '../test/fixtures/text-pictures.ts';

const canvas = { width: 640, height: 360 };
const spoken = 'We started with a camera, a van and no plan at all.';

const samples: Readonly<Record<TextPreset, readonly [text: string, size: number, position: TextPosition]>> = {
  title: ['How we built it', 0.14, 'center'],
  'title-bold': ['Zero to launch', 0.17, 'center'],
  'title-elegant': ['Letters from Lisbon\nA week by the sea', 0.13, 'center'],
  'title-neon': ['Night Shift', 0.17, 'center'],
  'lower-third': ['Amara Okafor\nHead of Design', 0.085, 'lower-third'],
  'lower-third-bar': ['Amara Okafor\nHead of Design', 0.08, 'lower-third'],
  'lower-third-news': ['City opens its first floating park\nMore than 4,000 visitors on the first day', 0.075, 'lower-third'],
  'end-card': ['Thanks for watching\nSubscribe\nNew videos every Friday', 0.12, 'center'],
  quote: ['Make it work, make it right, make it fast.\nKent Beck', 0.09, 'center'],
  chapter: ['Chapter 2\nFinding the light', 0.15, 'center'],
  label: ['Lisbon, 2026', 0.065, 'top'],
  caption: [spoken, 0.07, 'bottom'],
  'caption-box': [spoken, 0.07, 'bottom'],
  'caption-outline': [spoken, 0.07, 'bottom'],
  'caption-karaoke': [spoken, 0.075, 'bottom'],
  'caption-pop': [spoken, 0.075, 'bottom'],
};

/** Every style as a PNG file in `folder`. */
export function drawTextStyles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const preset of textPresets) {
    const [text, size, position] = samples[preset];
    const words = text.split(' ').map((word, index) => ({
      text: word,
      start: milliseconds(index * 200),
      end: milliseconds(index * 200 + 190),
    }));
    const style = { preset, position, size, color: '#ffffff', fadeIn: zero, fadeOut: zero };
    const picture = drawTextPicture({ text, style, canvas, backdrop: landscape, words }, 900);
    writeFileSync(join(folder, `${preset}.png`), toPalettePng(picture));
  }
}

/** Evening over hills, in flat colours so that the files stay small. */
const landscape: Backdrop = (x, y) => {
  const [u, v] = [x / canvas.width, y / canvas.height];
  const hill = (height: number, ...waves: readonly (readonly [number, number, number])[]) =>
    v > height + waves.reduce((sum, [size, rate, shift]) => sum + size * Math.sin(u * rate + shift), 0);
  if (hill(0.86, [0.04, 5, 0.4], [0.012, 17, 1])) return [26, 42, 58];
  if (hill(0.72, [0.06, 6.5, 2.2], [0.015, 21, 0])) return [44, 70, 88];
  if (hill(0.58, [0.07, 4.2, 4.4], [0.02, 13, 2])) return [86, 112, 128];
  if ((u - 0.87) ** 2 * 3.16 + (v - 0.24) ** 2 < 0.0085) return [255, 222, 160];
  const band = Math.floor(v * 14) / 14;
  return [Math.round(96 + 150 * band), Math.round(140 + 50 * band), Math.round(186 - 30 * band)];
};

if (import.meta.main) {
  drawTextStyles(join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'reference', 'text-styles'));
}
