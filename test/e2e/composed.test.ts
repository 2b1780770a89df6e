/** Sixty timelines with everything in them, by a seeded generator: each renders and passes its proof. Twenty broken ones are refused by name. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asset } from '#core/asset';
import { isEditorError } from '#core/errors';
import { checkTimeline, parseTimeline, problemError, type Timeline } from '#core/timeline';
import { commitEdits } from '#editor/commit';
import { encodeSound } from '#engine/media';
import { createRandom } from '#engine/sample';
import { writeCountedVideo } from '../fixtures/counted-video.ts';
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
  writePng(path('logo.png'), 64, 48);
  assets = [];
  for (const name of ['wide.mp4', 'tall.mp4', 'uneven.mp4', 'tone.wav', 'logo.png'])
    assets.push(await bringIn(app, sessionId, path(name)));
});

afterAll(async () => {
  await app.close();
  folder[Symbol.dispose]();
});

/** A disc with soft edges on nothing. */
function writePng(path: string, width: number, height: number): void {
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const distance = Math.hypot(x - width / 2, y - height / 2) / (height / 2);
      rows.set([230, 120, 40, Math.round(255 * Math.min(1, Math.max(0, 3 - 3 * distance)))], y * (1 + width * 4) + 1 + x * 4);
    }
  }
  const chunk = (kind: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  writeFileSync(path, Buffer.concat(parts));
}

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
