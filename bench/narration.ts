/**
 * A product demo of two minutes, whole: from the raw recording to a script, the built-in narration in its shots, a bed of music under
 * it, and a proved MP4. What was promised is looked for in the file.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { timelineDuration } from '#core/timeline';
import { readNotes } from '#editor/assets';
import { currentTimeline } from '#editor/commit';
import { listSessionAssets } from '#platform/store';
import { makeDemoSource } from '../test/fixtures/demo-source.ts';
import { heardLines, placesOf, soundOf, toneIn } from '../test/fixtures/narration-heard.ts';
import { bringIn, openApp, openSession, render, say, type Finished } from '../test/e2e/job.ts';
import { costOf, inWords, watchChildren } from './measure.ts';

const shots = 8;
const toneHz = 220;
const goalSeconds = 40;

const lines = [
  'Welcome to the new dashboard. In two minutes you will know your way around it.',
  'Every order of the day is on the first page. The newest ones are at the top, and late ones are marked.',
  'Click any row to open the details, and change what you need. Everything is saved as you type.',
  'The search box finds customers, invoices and notes. A few letters are enough.',
  'Drag a card to another column to change its state, and your team sees it at once.',
  'Reports are made from the same data. Pick a month, and the page is ready to share.',
  'It runs on your own machine, so your data stays where it is.',
  'And that is all you need to begin. Try it today, and tell us what you think.',
];

export async function narrationBench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  const app = await openApp(join(folder, 'data'));
  try {
    const path = join(folder, 'demo.mp4');
    makeDemoSource(path, { shots, shotSeconds: 15, toneHz });
    const timings: Record<string, number> = {};
    const timed = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
      const begun = performance.now();
      const value = await work();
      timings[name] = Math.round(performance.now() - begun);
      return value;
    };
    const memory = watchChildren();
    const sessionId = await openSession(app);
    let finished: Finished | undefined;
    const cost = await costOf(async () => {
      await timed('upload', () => bringIn(app, sessionId, path));
      await timed('script', () => say(app, sessionId, 'write a voiceover script for this video, friendly'));
      const script = lines.map((line, index) => `Shot ${index + 1}: ${line}`).join('\n');
      await timed('narration', () => say(app, sessionId, `Narrate this:\n${script}`));
      await timed('music', () => say(app, sessionId, 'add corporate music and normalize the loudness'));
      finished = await timed('export', () => render(app, sessionId, { format: 'mp4', resolution: '1080p' }));
    });
    const { row, path: output } = finished!;
    console.log(
      `2-minute product demo → script, built-in narration, mixed with a bed, proved MP4: ${inWords(cost)}, goal ${goalSeconds} s (load ${loadavg()[0]!.toFixed(1)}); largest worker ${memory.stop()} MB`,
    );
    console.log(
      `  ${Object.entries({ ...timings, ...row.figures!.timings })
        .map(([name, ms]) => `${name} ${Math.round(ms)} ms`)
        .join(', ')}`,
    );
    const timeline = await currentTimeline(app.ctx, sessionId);
    const take = (await readNotes(app.ctx.store, sessionId)).takes.at(-1)!;
    const asset = (await listSessionAssets(app.ctx.store, sessionId)).find((one) => one.asset.id === take.assetId)!.asset;
    const sound = soundOf(output);
    const heard = heardLines(sound, timeline, asset, app.ctx.blobs.pathOf(asset.hash));
    const { under, free } = placesOf(heard, timelineDuration(timeline));
    const drops = under.map((range) => 20 * Math.log10(toneIn(sound, range, toneHz) / toneIn(sound, free[0]!, toneHz)));
    const spread = (values: readonly number[]) => `${Math.min(...values).toFixed(1)} … ${Math.max(...values).toFixed(1)}`;
    const { frames, copied, encoded } = row.figures!;
    console.log(
      `  heard ${heard.length} of ${lines.length} lines at their times: off by ${spread(heard.map(({ offMs }) => offMs))} ms, likeness ${spread(heard.map(({ likeness }) => likeness))}`,
    );
    console.log(`  the original sound under them: ${spread(drops)} dB, asked −12`);
    console.log(
      `  ${frames} frames: ${copied} copied, ${encoded} encoded; proof ${row.proof!.ok ? 'ok' : 'FAILED'}; ${row.proof!.loudness?.integratedLufs.toFixed(1)} LUFS, ${row.proof!.loudness?.truePeakDbtp.toFixed(1)} dBTP`,
    );
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
