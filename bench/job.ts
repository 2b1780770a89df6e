/** The main job, whole: three minutes of 1080p from file to proved file, and the memory its workers took. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soundFacts } from '#editor/assets';
import { watchChildren } from './measure.ts';
import { bringIn, openApp, openSession, render, say, type App } from '../test/e2e/job.ts';

export type JobFigures = {
  readonly seconds: number;
  readonly gop: number;
  /** Milliseconds. */
  readonly timings: Readonly<Record<string, number>>;
  readonly totalMs: number;
  readonly frames: number;
  readonly copied: number;
  readonly peakWorkerMb: number;
};

/** Denoised and trimmed; `gop` in frames of 30 a second. */
export async function jobBench(seconds = 180, gop = 60): Promise<JobFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  const app = await openApp(folder);
  try {
    const source = join(folder, 'source.mp4');
    await app.ctx.pool.run('make-sample', {
      seed: 7,
      seconds,
      size: { width: 1920, height: 1080 },
      frameRate: { num: 30, den: 1 },
      snrDb: 12,
      noise: 'fan',
      gop,
      container: 'mp4',
      outputPath: source,
    });
    return await measureJob(app, source, seconds, gop);
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureJob(app: App, source: string, seconds: number, gop: number): Promise<JobFigures> {
  const memory = watchChildren();
  const timings: Record<string, number> = {};
  const started = performance.now();
  const timed = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    const begun = performance.now();
    const value = await work();
    timings[name] = Math.round(performance.now() - begun);
    return value;
  };
  const sessionId = await openSession(app);
  const asset = await timed('upload', () => bringIn(app, sessionId, source));
  await timed('analyse', () => soundFacts(app.ctx, asset, ['speech', 'noise']));
  await timed('edit', () => say(app, sessionId, 'remove background noise, trim pauses'));
  const { row } = await timed('render', () => render(app, sessionId));
  const totalMs = Math.round(performance.now() - started);
  for (const [step, ms] of Object.entries(row.figures?.timings ?? {})) timings[`render.${step}`] = Math.round(ms);
  return {
    seconds,
    gop,
    timings,
    totalMs,
    frames: row.figures?.frames ?? 0,
    copied: row.figures?.copied ?? 0,
    peakWorkerMb: memory.stop(),
  };
}
