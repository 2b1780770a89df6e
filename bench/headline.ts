/**
 * What people come for, in their own words, from file to proved file: a noisy podcast, a tutorial's voiceover, a vlog.
 *
 * The clock runs from the upload to the finished, proved file. The other two headline jobs are `editor-fixed` and `narration`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringIn, openApp, openSession, render, say, type App } from '../test/e2e/job.ts';
import { makeFootage } from './vlog.ts';

type Job = {
  readonly name: string;
  readonly goalSeconds: number;
  readonly says: readonly string[];
  /** Gives the path of the recording. */
  readonly make: (app: App, folder: string) => Promise<string>;
  readonly output?: Readonly<Record<string, unknown>>;
};

const jobs: readonly Job[] = [
  {
    name: 'podcast, 3 min of sound with noise → MP4',
    goalSeconds: 10,
    says: ['remove the background noise'],
    make: (app, folder) => makeTalk(app, folder, 'wav'),
    output: { format: 'mp4', resolution: '1080p' },
  },
  {
    name: 'podcast, 3 min of 1080p with noise → MP4',
    goalSeconds: 10,
    says: ['edit a 3-minute podcast recording with background noise into a 1080p MP4'],
    make: (app, folder) => makeTalk(app, folder, 'mp4'),
  },
  {
    name: 'tutorial, 3 min: voiceover cleaned, trimmed, synced',
    goalSeconds: 15,
    says: ['remove background noise, trim pauses, and sync the voice to the cuts'],
    make: (app, folder) => makeTalk(app, folder, 'mp4'),
  },
  {
    name: 'vlog, 10 min: dead air, transitions, music on the cuts',
    goalSeconds: 90,
    says: ['trim dead air, add transitions, and put music on the cuts'],
    make: (app, folder) => makeFootage(app, folder, 10),
  },
];

/** `only`: a part of the name of the jobs to run. */
export async function headlineBench(only = ''): Promise<void> {
  for (const job of jobs.filter(({ name }) => name.includes(only))) {
    const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
    const app = await openApp(folder);
    try {
      await measure(app, await job.make(app, folder), job);
    } finally {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function measure(app: App, source: string, job: Job): Promise<void> {
  const started = performance.now();
  const marks: string[] = [];
  const timed = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    const begun = performance.now();
    const value = await work();
    marks.push(`${name} ${Math.round(performance.now() - begun)} ms`);
    return value;
  };
  const sessionId = await openSession(app);
  await timed('upload', () => bringIn(app, sessionId, source));
  const replies: string[] = [];
  for (const sentence of job.says) replies.push((await timed('edit', () => say(app, sessionId, sentence))).text);
  const { row } = await timed('render', () => render(app, sessionId, job.output));
  const seconds = (performance.now() - started) / 1000;
  const { frames, copied, encoded, timings } = row.figures!;
  console.log(`${job.name}: ${seconds.toFixed(1)} s, goal ${job.goalSeconds} s (load ${loadavg()[0]!.toFixed(1)})`);
  console.log(
    `  ${marks.join(', ')}; ${frames} frames, ${copied} copied, ${encoded} encoded; proof ${row.proof!.ok ? 'ok' : 'FAILED'}`,
  );
  const steps = Object.entries(timings).map(([name, ms]) => `${name} ${Math.round(ms)} ms`);
  console.log(`  ${steps.join(', ')}`);
  for (const reply of replies) console.log(reply.replaceAll(/^/gm, '  | '));
}

async function makeTalk(app: App, folder: string, container: 'mp4' | 'wav'): Promise<string> {
  const path = join(folder, `talk.${container}`);
  await app.ctx.pool.run('make-sample', {
    seed: 7,
    seconds: 180,
    size: { width: 1920, height: 1080 },
    frameRate: { num: 30, den: 1 },
    snrDb: 12,
    noise: 'fan',
    gop: 60,
    container,
    outputPath: path,
  });
  return path;
}
