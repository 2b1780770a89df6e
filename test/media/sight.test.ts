/** What is seen in made films whose truth is known. All tables: `npm run bench -- shots jump-cuts shake`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { mainVideoStream } from '#core/asset';
import type { PictureAnalysis, PictureFacts } from '#core/facts';
import { fromFrame, milliseconds, rangeEnd, toSeconds, type TimeRange } from '#core/time';
import { analyzePictureTask } from '#engine/analysis';
import { hasRealMedia, realMedia } from '../fixtures/real-media.ts';
import { sourceFrom, taskContext } from '../fixtures/render-timeline.ts';
import { makeFilm } from '../fixtures/sight/edited-film.ts';
import {
  addTallies,
  analyzeDrawn,
  cutsOf,
  f1,
  rate,
  scoreDissolves,
  scoreJumps,
  scoreTimes,
  writeDrawn,
  type Drawn,
} from '../fixtures/sight/measure.ts';
import { drawWorld, emptyFrame, expose, randomFrom, shoot, still } from '../fixtures/sight/scenes.ts';
import { makeShakyFilm } from '../fixtures/sight/shaky-film.ts';
import { makeTalkingHead } from '../fixtures/sight/talking-head.ts';

const seed = Number(process.env.SEED ?? 61);
process.stdout.write(`seed ${seed}\n`);
const size = { width: 192, height: 108 };
const folder = mkdtempSync(join(tmpdir(), 'rushes-sight-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function analyzeFile(path: string, analyses: readonly PictureAnalysis[]): Promise<PictureFacts> {
  return analyzePictureTask({ source: sourceFrom(path, 'ast_1', path), analyses }, taskContext(folder));
}

describe('shots', () => {
  test('hard cuts have an F1 of 0.95 and dissolves and fades of 0.85, through flashes, pans, lettering and flicker', () => {
    const films = [seed, seed + 1, seed + 2].map((each) => makeFilm(each, size, 8));
    const found = films.map((film) => ({ film, shots: analyzeDrawn(film, ['shots']).shots! }));
    const cuts = addTallies(found.map(({ film, shots }) => scoreTimes(film.cuts, cutsOf(shots))));
    const dissolves = addTallies(found.map(({ film, shots }) => scoreDissolves(film.dissolves, shots)));
    process.stdout.write(`cuts ${JSON.stringify(cuts)}, dissolves ${JSON.stringify(dissolves)}\n`);
    expect(cuts.truth).toBeGreaterThan(8);
    expect(dissolves.truth).toBeGreaterThan(3);
    expect(f1(cuts)).toBeGreaterThanOrEqual(0.95);
    expect(f1(dissolves)).toBeGreaterThanOrEqual(0.85);
  });

  test('are the same where only what may change is decoded: a long take into which another shot is laid twice', async () => {
    const head = makeTalkingHead(seed + 7, size, 12, 0);
    const other = makeFilm(seed + 8, size, 4);
    const isOther = (frame: number) => (frame >= 135 && frame < 160) || (frame >= 250 && frame < 275);
    const path = join(folder, 'inserts.mp4');
    writeDrawn(path, { size, frames: 360, draw: (frame) => (isOther(frame) ? other.draw(0) : head.draw(frame)) });
    const [{ shots }, whole] = [await analyzeFile(path, ['shots']), await analyzeFile(path, ['shots', 'quality'])];
    expect(scoreTimes([135, 160, 250, 275], cutsOf(shots!)).hits).toBe(4);
    expect(shots).toEqual(whole.shots);
  });

  test('are found to the frame in a coded file of which only referred pictures are decoded, and lie end to end', async () => {
    const film = makeFilm(seed + 5, size, 6);
    const path = join(folder, 'film.mp4');
    writeDrawn(path, film);
    const { shots } = await analyzeFile(path, ['shots']);
    expect(f1(scoreTimes(film.cuts, cutsOf(shots!)))).toBeGreaterThanOrEqual(0.9);
    expect(shots!.shots[0]!.start).toBe(0);
    for (const [index, shot] of shots!.shots.slice(1).entries()) expect(shot.start).toBe(rangeEnd(shots!.shots[index]!));
    expect(Math.abs(toSeconds(rangeEnd(shots!.shots.at(-1)!)) - film.frames / 30)).toBeLessThan(0.05);
  });

  test.skipIf(!hasRealMedia)('of real films are the labelled ones', async () => {
    const google = await analyzeFile(realMedia('shots/nodejs-video-intelligence__googlework_short.mp4'), ['shots']);
    const tally = scoreTimes(
      [
        1.401, 2.035, 2.636, 3.27, 3.937, 4.538, 5.172, 5.806, 6.406, 7.04, 7.641, 8.241, 10.544, 15.248, 18.852, 21.154, 24.524,
        26.493, 28.161, 32.499,
      ],
      cutsOf(google.shots!),
      0.04,
      1,
    );
    process.stdout.write(`googlework ${JSON.stringify(tally)}\n`);
    expect(f1(tally)).toBeGreaterThanOrEqual(0.95);
  });
});

describe('jump cuts', () => {
  test('have an F1 of 0.9 beside gestures, blinks, flicker, grain and a camera held by hand', () => {
    const heads = [seed, seed + 1, seed + 2, seed + 3].map((each) => makeTalkingHead(each, size, 8, 4));
    const tally = addTallies(heads.map((head) => scoreJumps(head.jumps, analyzeDrawn(head, ['jumpCuts']).jumpCuts!.cuts)));
    process.stdout.write(`jump cuts ${JSON.stringify(tally)}\n`);
    expect(tally.truth).toBe(16);
    expect(f1(tally)).toBeGreaterThanOrEqual(0.9);
  });

  test('a take without one has none, and changes of shot are none', () => {
    const head = makeTalkingHead(seed + 9, size, 6, 0);
    expect(analyzeDrawn(head, ['jumpCuts']).jumpCuts!.cuts).toEqual([]);
    const film = makeFilm(seed + 3, size, 4);
    const found = analyzeDrawn(film, ['jumpCuts']).jumpCuts!.cuts;
    expect(
      scoreTimes(
        film.cuts,
        found.map(({ at }) => at),
      ).hits,
    ).toBe(0);
  });
});

/** Drawn from a still world whose camera drifts, with what `change` does to single frames. */
function drifting(frames: number, change: (frame: number) => 'black' | 'white' | 'hold' | undefined): Drawn {
  const world = drawWorld(seed, size);
  const shown = emptyFrame(size);
  const noise = randomFrom(seed);
  let pose = 0;
  return {
    size,
    frames,
    draw(frame) {
      const what = change(frame);
      if (what === 'hold') return shown;
      pose = frame;
      shoot(world, size, { ...still, x: pose * 0.002 }, shown);
      expose(shown, noise, { noise: 1.5, gain: what === 'white' ? 2.2 : 1 });
      if (what === 'black') {
        shown.luma.fill(16);
        shown.blue.fill(128);
        shown.red.fill(128);
      }
      return shown;
    },
  };
}

function secondsOf(ranges: readonly TimeRange[]): (readonly [number, number])[] {
  return ranges.map((range) => [Math.round(toSeconds(range.start) * 30), Math.round(toSeconds(rangeEnd(range)) * 30)]);
}

describe('faults', () => {
  test('black, frozen, flashing and repeated pictures are told with their frames', () => {
    const film = drifting(150, (frame) =>
      frame >= 20 && frame < 30
        ? 'black'
        : frame === 50 || frame === 51
          ? 'white'
          : frame >= 71 && frame < 100
            ? 'hold'
            : frame === 120 || frame === 130
              ? 'hold'
              : undefined,
    );
    const faults = analyzeDrawn(film, ['faults']).faults!;
    expect(secondsOf(faults.black)).toEqual([[20, 30]]);
    expect(secondsOf(faults.frozen)).toEqual([[70, 100]]);
    expect(secondsOf(faults.flashes)).toEqual([[50, 52]]);
    expect(secondsOf(faults.duplicates)).toEqual([
      [120, 121],
      [130, 131],
    ]);
  });

  test('a clean take has none', () => {
    const faults = analyzeDrawn(
      drifting(90, () => undefined),
      ['faults'],
    ).faults!;
    expect(faults).toEqual({ black: [], frozen: [], flashes: [], duplicates: [] });
  });

  test('bars at the edges, exposure and sharpness are measured', () => {
    const film = drifting(60, () => undefined);
    const boxed: Drawn = {
      ...film,
      draw(frame) {
        const shown = film.draw(frame);
        for (const y of [0, 1])
          shown.luma.fill(16, y * (size.height - 14) * size.width, (y * (size.height - 14) + 14) * size.width);
        return shown;
      },
    };
    const { framing, quality } = analyzeDrawn(boxed, ['framing', 'quality']);
    expect(framing!.borders.top).toBeCloseTo(14 / 108, 1);
    expect(framing!.borders.bottom).toBeCloseTo(14 / 108, 1);
    expect(framing!.borders.left).toBe(0);
    expect(framing!.interlaced).toBe(false);
    expect(quality!.exposure.length).toBe(2);
    expect(analyzeDrawn(film, ['framing']).framing!.borders).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
  });
});

describe('motion', () => {
  test('follows the camera to a tenth of a pixel while something moves by itself', () => {
    const film = makeShakyFilm(seed, { width: 320, height: 180 }, 2.5);
    const { motion } = analyzeDrawn(film, ['motion']);
    let [squares, signal] = [0, 0];
    for (let frame = 1; frame < film.frames; frame++) {
      const [before, now] = [film.camera(frame - 1), film.camera(frame)];
      // A camera that goes right and turns clockwise sees the world go left and turn the other way.
      const [dx, dy] = [(before.x - now.x) * now.scale * 320, (before.y - now.y) * now.scale * 320];
      const [x, y] = [dx * Math.cos(now.angle) + dy * Math.sin(now.angle), dy * Math.cos(now.angle) - dx * Math.sin(now.angle)];
      squares += ((motion!.x[frame]! / 1e6) * 320 - x) ** 2 + ((motion!.y[frame]! / 1e6) * 320 - y) ** 2;
      signal += x ** 2 + y ** 2;
    }
    const [error, size_] = [squares, signal].map((sum) => Math.sqrt(sum / (film.frames - 1))) as [number, number];
    process.stdout.write(`motion of ${size_.toFixed(2)} px a frame to ${error.toFixed(3)} px\n`);
    expect(error).toBeLessThan(0.15);
    expect(size_).toBeGreaterThan(1);
  });

  test('a steady camera does not shake, a shaking one does, and a pan is no shaking', () => {
    const steady = analyzeDrawn(makeShakyFilm(seed + 1, size, 2, { shake: 0, pan: 0 }), ['shake']).shake!;
    const panning = analyzeDrawn(makeShakyFilm(seed + 1, size, 2, { shake: 0, pan: 0.15 }), ['shake']).shake!;
    const shaking = analyzeDrawn(makeShakyFilm(seed + 1, size, 2, { shake: 0.006, pan: 0 }), ['shake']).shake!;
    process.stdout.write(`shake ${steady.shakePercent}, ${panning.shakePercent}, ${shaking.shakePercent} %\n`);
    expect(steady.shakePercent).toBeLessThan(0.05);
    expect(panning.shakePercent).toBeLessThan(0.1);
    expect(shaking.shakePercent).toBeGreaterThan(0.3);
    expect(panning.ranges[0]!.panPercent).toBeGreaterThan(5);
  });
});

test('a file tells all at once, and times are those of its pictures', async () => {
  const head = makeTalkingHead(seed + 4, size, 5, 2);
  const path = join(folder, 'head.mp4');
  writeDrawn(path, head);
  const source = sourceFrom(path, 'ast_2');
  const facts = await analyzePictureTask(
    { source, analyses: ['shots', 'jumpCuts', 'faults', 'motion', 'shake', 'quality', 'framing'] },
    taskContext(folder),
  );
  expect(facts.motion!.at.length).toBe(head.frames);
  expect(facts.motion!.at[30]).toBe(fromFrame(30, rate));
  expect(facts.shots!.changes).toEqual([]);
  expect(f1(scoreJumps(head.jumps, facts.jumpCuts!.cuts))).toBeGreaterThanOrEqual(0.6);
  expect(facts.quality!.sharpness.length).toBe(5);
  expect(mainVideoStream(source.asset)!.duration).toBeGreaterThan(milliseconds(4900));
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
});
