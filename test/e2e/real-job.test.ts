import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { milliseconds, rangeEnd, toMilliseconds } from '#core/time';
import type { Timeline } from '#core/timeline';
import { hasRealMedia, labelledWords, realMedia, spokenFiles } from '../fixtures/real-media.ts';
import { openApp, runJob, type App } from './job.ts';

describe.skipIf(!hasRealMedia)('the main job on real recordings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-real-'));
  let app: App;
  let [longPauses, shortened] = [0, 0];
  beforeAll(async () => {
    app = await openApp(folder);
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(spokenFiles)('%s: noise and pauses, proved', async (file) => {
    const job = await runJob(app, realMedia(file), 'remove background noise, trim pauses');
    const { row } = job.finished;
    expect(row.proof?.ok).toBe(true);
    const sync = row.proof?.syncMs;
    if (sync !== undefined) {
      const frameMs = (1000 * job.timeline.frameRate.den) / job.timeline.frameRate.num;
      for (const place of [sync.head, sync.middle, sync.tail]) expect(Math.abs(place)).toBeLessThanOrEqual(frameMs);
    }
    for (const word of labelledWords(file)) {
      // Labels are drawn by hand or by a program: 30 ms is their own precision.
      for (const cut of cutsIn(job.timeline))
        expect(
          cut > word.start + 30 && cut < word.end - 30,
          `cut at ${cut} ms inside the word ${word.start}–${word.end} ms`,
        ).toBe(false);
    }
    const long = job.before.speech!.pauses.filter(({ duration }) => duration > milliseconds(700));
    const left = job.after.speech!.pauses.filter(({ duration }) => duration > milliseconds(700));
    longPauses += long.length;
    shortened += Math.max(0, long.length - left.length);
    process.stdout.write(
      `${file}: ${toMilliseconds(job.asset.duration)} → ${toMilliseconds(job.output.duration)} ms, pauses over 700 ms ${long.length} → ${left.length}, floor ${job.before.noise?.floorDbfs.toFixed(1)} → ${job.after.noise?.floorDbfs.toFixed(1)} dBFS, frames ${row.figures?.copied}/${row.figures?.frames} copied\n`,
    );
  });

  test('at least 95 % of the pauses over 700 ms are shortened', () => {
    process.stdout.write(`pauses over 700 ms: ${shortened} of ${longPauses} shortened\n`);
    expect(longPauses).toBeGreaterThan(20);
    expect(shortened / longPauses).toBeGreaterThanOrEqual(0.95);
  });
});

/** Where the material was cut, in ms of the asset. */
function cutsIn(timeline: Timeline): number[] {
  const sound = timeline.tracks.find(({ kind }) => kind === 'audio');
  const clips = sound?.items.flatMap((item) => (item.kind === 'clip' ? [item.sourceRange] : [])) ?? [];
  return clips.flatMap((range) => [toMilliseconds(range.start), toMilliseconds(rangeEnd(range))]).slice(1, -1);
}
