import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { intersect, milliseconds, rangeEnd, toMilliseconds, type TimeRange } from '#core/time';
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
    // Music, applause and the like are no pauses, and a file without a word has none between words.
    const spoken = job.before.speech!.speech.length > 0;
    const long = job.before.speech!.pauses.filter(({ duration, audible }) => spoken && !audible && duration > milliseconds(700));
    const kept = long.filter((pause) => pause.duration - keptOf(job.timeline, pause) < milliseconds(100));
    longPauses += long.length;
    shortened += long.length - kept.length;
    process.stdout.write(
      `${file}: ${toMilliseconds(job.asset.duration)} → ${toMilliseconds(job.output.duration)} ms, ${long.length - kept.length} of ${long.length} pauses over 700 ms shortened, floor ${job.before.noise?.floorDbfs.toFixed(1)} → ${job.after.noise?.floorDbfs.toFixed(1)} dBFS, frames ${row.figures?.copied}/${row.figures?.frames} copied\n`,
    );
  });

  test('at least 95 % of the pauses over 700 ms are shortened', () => {
    process.stdout.write(`pauses over 700 ms: ${shortened} of ${longPauses} shortened\n`);
    expect(longPauses).toBeGreaterThan(20);
    expect(shortened / longPauses).toBeGreaterThanOrEqual(0.95);
  });
});

/** How much of a stretch of the source is still in the timeline. */
function keptOf(timeline: Timeline, pause: TimeRange): number {
  return clipRanges(timeline).reduce((sum, range) => sum + (intersect(range, pause)?.duration ?? 0), 0);
}

/** Where the material was cut, in ms of the asset. */
function cutsIn(timeline: Timeline): number[] {
  return clipRanges(timeline)
    .flatMap((range) => [toMilliseconds(range.start), toMilliseconds(rangeEnd(range))])
    .slice(1, -1);
}

function clipRanges(timeline: Timeline): TimeRange[] {
  const sound = timeline.tracks.find(({ kind }) => kind === 'audio');
  return sound?.items.flatMap((item) => (item.kind === 'clip' ? [item.sourceRange] : [])) ?? [];
}
