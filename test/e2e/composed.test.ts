/** Sixty timelines with everything in them, by a seeded generator: each renders and passes its proof. Twenty broken ones are refused by name. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asset } from '#core/asset';
import { isEditorError } from '#core/errors';
import { checkTimeline, parseTimeline, problemError, type Timeline } from '#core/timeline';
import { commitEdits } from '#editor/commit';
import { encodeSound } from '#engine/media';
import { createRandom } from '#engine/sample';
import { writeCountedVideo } from '../fixtures/counted-video.ts';
import { writePng } from '../fixtures/png.ts';
import { brokenTimelines, randomTimeline } from '../fixtures/random-timeline.ts';
import { bringIn, openApp, openSession, render, type App } from './job.ts';
import { temporaryFolder } from './open-context.ts';

const seed = Number(process.env.TEST_SEED ?? 20_261_121);
const count = Number(process.env.TEST_TIMELINES ?? 60);

const folder = temporaryFolder();
let app: App;
let sessionId: string;
let assets: Asset[];

beforeAll(async () => {
  app = await openApp(join(folder.path, 'data'), { cacheLimitBytes: 0 });
  sessionId = await openSession(app);
  const path = (name: string) => join(folder.path, name);
  const frameRate = { num: 30, den: 1 };
  writeCountedVideo(path('wide.mp4'), { frameRate, frames: 120, gop: 60, bFrames: 2, soundSeconds: 4 });
  const tall = { width: 120, height: 214 };
  writeCountedVideo(path('tall.mp4'), {
    frameRate: { num: 25, den: 1 },
    frames: 90,
    gop: 25,
    bFrames: 0,
    soundSeconds: 3.6,
    size: tall,
  });
  const stampsMs = Array.from({ length: 70 }, (_, index) => index * 40 + (index % 3) * 9);
  writeCountedVideo(path('uneven.mp4'), {
    frameRate,
    frames: 70,
    gop: 30,
    bFrames: 0,
    stampsMs,
    size: { width: 202, height: 200 },
  });
  const tone = Float32Array.from({ length: 48_000 * 4 }, (_, index) => 0.3 * Math.sin(index / 20) * Math.sin(index / 9000));
  encodeSound([[tone, tone]], path('tone.wav'), { codec: 'pcm_s16le', container: 'wav', sampleRateHz: 48_000, channels: 2 });
  // A disc with soft edges on nothing.
  writePng(path('logo.png'), 64, 48, (x, y) => {
    const alpha = 3 - (3 * Math.hypot(x - 32, y - 24)) / 24;
    return [230, 120, 40, Math.round(255 * Math.min(1, Math.max(0, alpha)))];
  });
  assets = [];
  for (const name of ['wide.mp4', 'tall.mp4', 'uneven.mp4', 'tone.wav', 'logo.png'])
    assets.push(await bringIn(app, sessionId, path(name)));
});

afterAll(async () => {
  await app.close();
  folder[Symbol.dispose]();
});

function timelineNumber(index: number): Timeline {
  return randomTimeline(createRandom(seed + index), assets);
}

describe(`sixty composed timelines (seed ${seed})`, () => {
  test('are sound by the timeline’s own rules', () => {
    for (let index = 0; index < count; index++) {
      const timeline = timelineNumber(index);
      expect(checkTimeline(parseTimeline(JSON.parse(JSON.stringify(timeline))), assets)).toEqual([]);
    }
  });

  test('each renders and passes its proof', { timeout: 600_000 }, async () => {
    const failures: string[] = [];
    for (let index = 0; index < count; index++) {
      const edit = { kind: 'restore', timeline: timelineNumber(index) } as const;
      try {
        await commitEdits(app.ctx, { sessionId, edits: [edit], actor: 'user', reason: 'test', tool: 'test' });
        const { row } = await render(app, sessionId, { quality: 'low' });
        expect(row.proof!.ok).toBe(true);
      } catch (error) {
        failures.push(`${index}: ${String(error)}`);
      }
    }
    expect(failures).toEqual([]);
  });
});

describe('a broken timeline', () => {
  const good = () => timelineNumber(0);
  test('of each of twenty kinds is refused with the path of its fault', () => {
    const faults = brokenTimelines(good());
    expect(faults).toHaveLength(20);
    for (const { name, path, timeline } of faults) {
      let refusal: unknown;
      try {
        const [problem] = checkTimeline(parseTimeline(timeline), assets);
        if (problem !== undefined) throw problemError(problem);
      } catch (error) {
        refusal = error;
      }
      expect(isEditorError(refusal) ? `${String(refusal.details.path)} ${refusal.message}` : `nothing refused ${name}`).toMatch(
        path,
      );
    }
  });
});
