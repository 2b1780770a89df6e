/** A cut that is drawn over: what is on both sides goes from its place to its place, and nothing that was cut out is seen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fromFrame } from '#core/time';
import type { Item } from '#core/timeline';
import { measureJoinsTask } from '#engine/analysis';
import { showPictures, type Shown } from '../fixtures/composed-pictures.ts';
import { clipOf, renderTimeline, sourceFrom, taskContext, timelineOf, trackOf } from '../fixtures/render-timeline.ts';
import { rate, writeDrawn } from '../fixtures/sight/measure.ts';
import { drawSpot, drawWorld, emptyFrame, randomFrom, shoot, still } from '../fixtures/sight/scenes.ts';

const folder = mkdtempSync(join(tmpdir(), 'rushes-morph-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const size = { width: 320, height: 180 };

/** A red head at 0.40 of the width; from a second on a blue one flies by; from two seconds on the red one is at 0.46. */
const path = join(folder, 'head.mp4');
const world = drawWorld(Math.floor(randomFrom(5)() * 2 ** 31), size, 0.5);
const shown = emptyFrame(size);
writeDrawn(
  path,
  {
    size,
    frames: 90,
    draw(frame) {
      shoot(world, size, still, shown);
      const x = frame < 60 ? 0.4 : 0.46;
      drawSpot(shown, size, { x, y: 0.27, rx: 0.09, ry: 0.13, level: 130, texture: 30, blue: 95, red: 200 });
      if (frame >= 30 && frame < 60)
        drawSpot(shown, size, { x: 0.8, y: 0.27, rx: 0.06, ry: 0.06, level: 90, blue: 220, red: 90 });
      return shown;
    },
  },
  { crf: 16 },
);
const source = sourceFrom(path, 'ast_head');

async function pictures(name: 'morph' | 'dissolve'): Promise<Shown[]> {
  const half = fromFrame(3, rate);
  const items: Item[] = [
    clipOf(source, 'video', 0, 1000),
    { kind: 'transition', id: 'itm_blend', name, inOffset: half, outOffset: half },
    clipOf(source, 'video', 2000, 3000),
  ];
  const rendered = await renderTimeline(folder, timelineOf(source, [trackOf('video', items)]), [source]);
  return showPictures({ path: rendered.path, container: 'mov' });
}

/** From where to where it is red, and how red it is in the middle, along the row of the head. */
function redIn(picture: Shown): { readonly left: number; readonly right: number } {
  const places = Array.from({ length: 160 }, (_, index) => (index + 0.5) / 160).filter((x) => picture.yuv(x, 0.48)[2] > 160);
  return { left: Math.min(...places), right: Math.max(...places) };
}

function hasBlue(picture: Shown): boolean {
  return Array.from({ length: 160 }, (_, index) => picture.yuv((index + 0.5) / 160, 0.48)[1]).some((blue) => blue > 150);
}

test('a morph moves what is on both sides steadily and shows nothing that was cut out; a dissolve shows it twice', async () => {
  const morphed = await pictures('morph');
  expect(morphed.length).toBe(60);
  expect(morphed.filter(hasBlue).length).toBe(0);
  const middles = morphed.slice(26, 34).map((picture) => {
    const { left, right } = redIn(picture);
    expect(right - left).toBeLessThan(0.2);
    return (left + right) / 2;
  });
  process.stdout.write(`${middles.map((x) => x.toFixed(3)).join(' ')}\n`);
  expect(middles[0]).toBeCloseTo(0.4, 1.5);
  expect(middles.at(-1)).toBeCloseTo(0.46, 1.5);
  // A sixth of the way with each picture.
  for (const [index, x] of middles.slice(1).entries()) {
    expect(x - middles[index]!).toBeGreaterThan(-0.004);
    expect(x - middles[index]!).toBeLessThan(0.022);
  }
  expect((await pictures('dissolve')).filter(hasBlue).length).toBeGreaterThan(0);
});

test('what goes over into each other is told from what does not', async () => {
  const at = (frame: number) => fromFrame(frame, rate);
  const joins = [
    { from: at(29), to: at(60) },
    { from: at(29), to: at(45) },
  ];
  const [moved, appeared] = await measureJoinsTask({ source, joins }, taskContext(folder));
  expect(moved!.ghost).toBeLessThan(0.02);
  expect(moved!.unlike).toBeGreaterThan(2 * moved!.ghost);
  // Frames apart by nothing but somebody who came in: nowhere to go over from.
  expect(appeared!.ghost).toBeGreaterThan(moved!.ghost);
});
