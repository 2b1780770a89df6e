/** Shaky footage held still, from file to file. The table against vid.stab: `npm run bench -- shake`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { MotionFacts } from '#core/facts';
import { milliseconds, timeRange, zero, type Ticks } from '#core/time';
import { analyzePictureTask } from '#engine/analysis';
import { timelineFrameTask } from '#engine/render';
import { partOfPath, steadyPath, type PicturePath } from '#engine/plan';
import { clipOf, renderTimeline, sourceFrom, taskContext, timelineOf, trackOf } from '../fixtures/render-timeline.ts';
import { analyzeDrawn, writeDrawn } from '../fixtures/sight/measure.ts';
import { makeShakyFilm } from '../fixtures/sight/shaky-film.ts';
import { psnr, readFrames } from '../fixtures/counted-video.ts';
import { showPictures, type Shown } from '../fixtures/composed-pictures.ts';

const seed = Number(process.env.SEED ?? 71);
process.stdout.write(`seed ${seed}\n`);
const folder = mkdtempSync(join(tmpdir(), 'rushes-steady-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const size = { width: 320, height: 180 };
const effect = { name: 'stabilize', strength: 1, maxZoom: 1.15 } as const;

/** Light at every other place. */
function lumaOf(picture: Shown): Uint8Array {
  return Uint8Array.from({ length: 160 * 90 }, (_, index) =>
    picture.luma(((index % 160) + 0.5) / 160, (Math.floor(index / 160) + 0.5) / 90),
  );
}

/** How far beyond the picture's edges the corners of any frame reach, in widths; below 0 all of them are inside. */
function overreach(path: PicturePath, aspect: number): number {
  let most = -Infinity;
  for (let index = 0; index < path.at.length; index++) {
    const [x, y, turn, growth] = [path.x[index]!, path.y[index]!, path.turn[index]!, path.growth[index]!].map(
      (value) => value / 1e6,
    ) as [number, number, number, number];
    for (const [cx, cy] of [
      [0.5, 0.5],
      [-0.5, 0.5],
      [0.5, -0.5],
      [-0.5, -0.5],
    ] as const) {
      const [px, py] = [cx / path.zoom - x, (cy * aspect) / path.zoom - y];
      const [ux, uy] = [
        (Math.cos(turn) * px + Math.sin(turn) * py) / (1 + growth),
        (Math.cos(turn) * py - Math.sin(turn) * px) / (1 + growth),
      ];
      const [leanX, leanY] = [(path.leanX?.[index] ?? 0) / 1e6, (path.leanY?.[index] ?? 0) / 1e6];
      const [qx, qy] = [ux + leanX * uy, uy + leanY * uy];
      most = Math.max(most, Math.abs(qx) - 0.5, Math.abs(qy) - 0.5 * aspect);
    }
  }
  return most;
}

async function stabilized(path: string, ms: number) {
  const source = sourceFrom(path, 'ast_shaky');
  const { motion, shake } = await analyzePictureTask({ source, analyses: ['motion', 'shake'] }, taskContext(folder));
  const timeline = timelineOf(source, [trackOf('video', [clipOf(source, 'video', 0, ms, { effects: [effect] })])]);
  const rendered = await renderTimeline(folder, timeline, [source], { motion: { ast_shaky: motion! } });
  const after = await analyzePictureTask(
    { source: sourceFrom(rendered.path, 'ast_steady'), analyses: ['motion', 'shake'] },
    taskContext(folder),
  );
  const [layer] = rendered.plan.video!.spans.flatMap((span) => (span.kind === 'encode' ? span.layers : []));
  const steady = layer?.kind === 'picture' ? layer.stabilize : undefined;
  return {
    before: shake!,
    after: after.shake!,
    path: rendered.path,
    steady: steady!,
    motion: motion!,
    motionAfter: after.motion!,
  };
}

describe('a shaky clip', () => {
  test('keeps at most a quarter of its shaking, all of its pan and every frame, and shows no edge', async () => {
    const film = makeShakyFilm(seed, size, 4, { shake: 0.007, pan: 0.08 });
    const source = join(folder, 'shaky.mp4');
    writeDrawn(source, film);
    const { before, after, path, steady, motion } = await stabilized(source, 4000);
    const ratio = after.shakePercent / before.shakePercent;
    const pans = [before, after].map(({ ranges }) => ranges.reduce((sum, { panPercent }) => sum + panPercent, 0) / ranges.length);
    process.stdout.write(
      `shake ${before.shakePercent} → ${after.shakePercent} % (${ratio.toFixed(3)}), zoom ${steady.zoom}, pan ${pans.join(' → ')}\n`,
    );
    expect(before.shakePercent).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThanOrEqual(0.25);
    expect(steady.zoom).toBeLessThanOrEqual(1.1524);
    expect(overreach(steady, size.height / size.width)).toBeLessThanOrEqual(0);
    // The picture is a little larger, and so is the pan.
    expect(pans[1]! / pans[0]! / steady.zoom).toBeGreaterThan(0.8);
    expect(pans[1]! / pans[0]! / steady.zoom).toBeLessThan(1.2);
    expect(readFrames(path).length).toBe(film.frames);

    // A frame of the timeline is the export's: from what is known of the motion, without a second look at it.
    const from = sourceFrom(source, 'ast_shaky');
    const timeline = timelineOf(from, [trackOf('video', [clipOf(from, 'video', 0, 4000, { effects: [effect] })])]);
    const preview = async (known: boolean): Promise<Uint8Array> => {
      const outputPath = join(folder, `preview-${known}.jpg`);
      const shown = { timeline, sources: [from], at: milliseconds(1500), size, format: 'jpg' as const, outputPath };
      await timelineFrameTask({ ...shown, ...(known ? { motion: { ast_shaky: motion } } : {}) }, taskContext(folder));
      return showPictures({ path: outputPath, container: 'jpeg_pipe' }).map(lumaOf)[0]!;
    };
    // JPEG has the full range of light.
    const exported = lumaOf(showPictures({ path, container: 'mov' })[45]!).map((value) => ((value - 16) * 255) / 219);
    const [held, shaken] = [psnr(await preview(true), exported), psnr(await preview(false), exported)];
    process.stdout.write(`preview against export ${held.toFixed(1)} dB, unheld ${shaken.toFixed(1)} dB\n`);
    expect(held).toBeGreaterThan(shaken + 5);
  });
});

/** How much pictures lean against the one before, root mean square, in millionths. */
function leanOf({ leanX = [], leanY = [] }: MotionFacts): number {
  const squares = [...leanX, ...leanY].map((value) => value * value);
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length);
}

describe('a shutter that rolls', () => {
  test('is told from how pictures lean, and rows are set upright without showing an edge', async () => {
    const film = makeShakyFilm(seed + 5, { width: 480, height: 270 }, 3, { shake: 0.009, readout: 0.7 });
    const source = join(folder, 'rolling.mp4');
    writeDrawn(source, film, { crf: 16 });
    const { before, after, steady, motion, motionAfter } = await stabilized(source, 3000);
    const [leaned, left] = [leanOf(motion), leanOf(motionAfter)];
    process.stdout.write(
      `lean ${leaned.toFixed(0)} → ${left.toFixed(0)}, shake ${before.shakePercent} → ${after.shakePercent} %\n`,
    );
    expect(left).toBeLessThan(0.65 * leaned);
    expect(after.shakePercent / before.shakePercent).toBeLessThanOrEqual(0.25);
    expect(overreach(steady, 270 / 480)).toBeLessThanOrEqual(0.0005);
  });

  test('is not made up where it did not roll', () => {
    const { motion } = analyzeDrawn(makeShakyFilm(seed + 6, { width: 320, height: 180 }, 3, { shake: 0.01 }), ['motion']);
    const path = steadyPath(motion!, timeRange(zero, milliseconds(3000)), 180 / 320, effect);
    expect(path.leanX).toBeUndefined();
  });
});

describe('steadyPath()', () => {
  const film = makeShakyFilm(seed + 1, { width: 160, height: 90 }, 4, { shake: 0.02 });
  const motion = analyzeDrawn(film, ['motion']).motion!;
  const whole = timeRange(zero, milliseconds(4000));
  const aspect = 90 / 160;

  test.each([1.02, 1.05, 1.15, 1.4])('keeps edges out of sight with a zoom of at most %f', (maxZoom) => {
    const path = steadyPath(motion, whole, aspect, { ...effect, maxZoom });
    expect(path.zoom).toBeLessThanOrEqual(maxZoom * 1.002);
    expect(path.zoom).toBeGreaterThan(1);
    expect(overreach(path, aspect)).toBeLessThanOrEqual(0.0002);
  });

  test('with strength 0 moves nothing, with half of it half as far', () => {
    const none = steadyPath(motion, whole, aspect, { ...effect, strength: 0 });
    expect(none.zoom).toBeLessThan(1.002);
    expect(none.x.every((value) => value === 0)).toBe(true);
    const [half, full] = [0.5, 1].map((strength) => steadyPath(motion, whole, aspect, { ...effect, strength }));
    for (const [index, value] of half!.x.entries()) expect(Math.abs(value - full!.x[index]! / 2)).toBeLessThanOrEqual(1);
  });

  test('begins anew with each shot', () => {
    const middle = motion.at[60]!;
    const jumped = { ...motion, starts: [middle], x: motion.x.map((value, index) => (index === 60 ? 400_000 : value)) };
    const path = steadyPath(jumped, whole, aspect, effect);
    expect(Math.max(...path.x.map(Math.abs))).toBeLessThan(80_000);
  });

  test('a part of it says the same for its pictures', () => {
    const path = steadyPath(motion, whole, aspect, effect);
    const part = partOfPath(path, timeRange(milliseconds(1000), milliseconds(500)));
    expect(part.at.length).toBeLessThan(22);
    for (const [index, at] of part.at.entries()) expect(part.x[index]).toBe(path.x[path.at.indexOf(at as Ticks)]);
    expect(part.zoom).toBe(path.zoom);
  });
});
