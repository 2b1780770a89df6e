/** Composed timelines at 1080p, everything mixed by a seed: what a worker takes at most. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitEdits } from '#editor/commit';
import { createRandom } from '#engine/sample';
import { randomTimeline } from '../test/fixtures/random-timeline.ts';
import { bringIn, openApp, openSession, render } from '../test/e2e/job.ts';
import { makeCameraSource } from './camera-source.ts';
import { watchChildren } from './measure.ts';

const size = { width: 1920, height: 1080 };

export async function composedBench(count = 8): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  const app = await openApp(join(folder, 'data'), { cacheLimitBytes: 0 });
  try {
    const sessionId = await openSession(app);
    const assets = [];
    for (const [index, gop] of [30, 250].entries()) {
      const path = join(folder, `source-${index}.mp4`);
      makeCameraSource(path, { seconds: 5, gop });
      assets.push(await bringIn(app, sessionId, path));
    }
    let highest = 0;
    for (let seed = 1; seed <= count; seed++) {
      const timeline = { ...randomTimeline(createRandom(seed), assets), size };
      const edits = [{ kind: 'restore', timeline }] as const;
      await commitEdits(app.ctx, { sessionId, edits, actor: 'user', reason: 'bench', tool: 'bench' });
      const memory = watchChildren();
      const { row } = await render(app, sessionId);
      const peakMb = memory.stop();
      highest = Math.max(highest, peakMb);
      console.log(
        `seed ${seed}: ${row.figures!.frames} frames in ${(row.figures!.timings.total! / 1000).toFixed(1)} s, largest worker ${peakMb} MB`,
      );
    }
    console.log(`largest worker of all: ${highest} MB, goal 700`);
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
