/**
 * Everything encoded: sixty seconds of 1080p30 with a colour correction and a title all along. Against the ffmpeg command
 * with the same encoder, preset, quality and filters of its own, and against melt. Ours from timeline to file, and with
 * the proof that the others do not give.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { milliseconds, zero } from '#core/time';
import { timelineDuration, type Edit } from '#core/timeline';
import { commitEdits, currentTimeline } from '#editor/commit';
import { bringIn, openApp, openSession, render } from '../test/e2e/job.ts';
import { makeCameraSource } from './camera-source.ts';
import { costOf, inWords, type Cost } from './measure.ts';

const length = 60;
const rounds = 2;

export async function fullBench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  // Nothing may be used again, or the second round would measure the cache.
  const app = await openApp(join(folder, 'data'), { cacheLimitBytes: 0 });
  try {
    const path = join(folder, 'source.mp4');
    makeCameraSource(path, { seconds: length, gop: 60 });
    const sessionId = await openSession(app);
    await bringIn(app, sessionId, path);
    const before = await currentTimeline(app.ctx, sessionId);
    const clip = before.tracks.find(({ kind }) => kind === 'video')!.items[0]!;
    const duration = timelineDuration(before);
    const commit = (edits: readonly Edit[]) =>
      commitEdits(app.ctx, { sessionId, edits, actor: 'user', reason: 'bench', tool: 'bench' });
    await commit([
      { kind: 'set-effect', itemId: clip.id, effect: { name: 'color', exposure: 0.3, contrast: 1.1, saturation: 1.2 } },
      { kind: 'add-track', track: { kind: 'text', name: 'Title' } },
    ]);
    const trackId = (await currentTimeline(app.ctx, sessionId)).tracks.at(-1)!.id;
    const style = {
      preset: 'title',
      position: 'center',
      color: '#ffffff',
      size: 0.1,
      fadeIn: milliseconds(0),
      fadeOut: milliseconds(0),
    } as const;
    await commit([{ kind: 'overwrite', trackId, at: zero, item: { kind: 'text', duration, text: 'A title', style } }]);
    const ours: (Cost & { readonly fileSeconds: number })[] = [];
    for (let round = 0; round < rounds; round++) {
      let figures: Readonly<Record<string, number>> = {};
      const cost = await costOf(async () => (figures = (await render(app, sessionId)).row.figures!.timings));
      ours.push({ ...cost, fileSeconds: (figures.total! - figures.verify! - figures.publish!) / 1000 });
    }
    const best = ours.toSorted((a, b) => a.seconds - b.seconds)[0]!;
    console.log(
      `rushes: ${best.fileSeconds.toFixed(2)} s to the file, ${best.seconds.toFixed(2)} s to the proved file (load ${loadavg()[0]!.toFixed(1)})`,
    );
    const output = join(folder, 'output.mp4');
    for (const peer of peers(path, output)) {
      if (spawnSync(peer.command, ['--version']).error !== undefined) {
        console.log(`  ${peer.command} is not installed`);
        continue;
      }
      const theirs = await costOf(() => {
        const { status, stderr } = spawnSync(peer.command, peer.args, { encoding: 'utf8', maxBuffer: 1e8 });
        if (status !== 0) throw new Error(`${peer.name} failed: ${stderr.slice(-400)}`);
      });
      console.log(
        `  ${(best.fileSeconds / theirs.seconds).toFixed(3)} × ${peer.name} (${inWords(theirs)}), goal ${peer.goal}; proved ${(best.seconds / theirs.seconds).toFixed(3)} ×`,
      );
    }
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The preset and rate factor are those of `high`. */
function peers(path: string, output: string) {
  const draw = `eq=contrast=1.1:brightness=0.05:saturation=1.2,drawtext=text=A title:fontcolor=white:fontsize=108:borderw=6:x=(w-tw)/2:y=(h-th)/2`;
  const encode = [
    '-c:v',
    'libx264',
    '-preset',
    'superfast',
    '-crf',
    '17',
    '-c:a',
    'aac',
    '-b:a',
    '192k',
    '-movflags',
    '+faststart',
  ];
  return [
    { name: 'ffmpeg', command: 'ffmpeg', goal: 1.05, args: ['-v', 'error', '-y', '-i', path, '-vf', draw, ...encode, output] },
    {
      name: 'melt',
      command: 'melt',
      goal: 0.75,
      args: [
        path,
        '-filter',
        'avfilter.eq',
        'av.contrast=1.1',
        'av.brightness=0.05',
        'av.saturation=1.2',
        '-filter',
        'dynamictext:A title',
        'halign=center',
        'valign=middle',
        '-consumer',
        `avformat:${output}`,
        'vcodec=libx264',
        'preset=superfast',
        'crf=17',
        'acodec=aac',
        'ab=192k',
      ],
    },
  ] as const;
}
