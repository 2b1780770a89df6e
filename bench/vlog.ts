/**
 * A vlog of ten minutes, as an editor would cut it: 60 cuts, 20 dissolves, a title, music ducked under speech, loudness to
 * −14 LUFS. From timeline to proved file; then one word of the title is changed and it is exported again.
 *
 * `melt` does the same cuts, dissolves, title and mix, without ducking, loudness or proof.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import { milliseconds, rangeBetween, seconds, timeRange, zero, type Ticks } from '#core/time';
import { itemsWithRanges, timelineDuration, type Edit, type Timeline } from '#core/timeline';
import { makeMusic } from '#editor/assets';
import { commitEdits, currentTimeline } from '#editor/commit';
import { createRandom } from '#engine/sample';
import { listAssets } from '#platform/store';
import { bringIn, openApp, openSession, render, userId, type App } from '../test/e2e/job.ts';
import { makeCameraSource } from './camera-source.ts';
import { costOf, inWords, watchChildren } from './measure.ts';

const cutMs = 1000;
const dissolveMs = 500;

export async function vlogBench(minutes = 10): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  const app = await openApp(folder);
  try {
    const cuts = minutes * 6;
    const path = await makeFootage(app, folder, minutes + cuts / 60);
    const { sessionId, kept, music } = await edit(app, path, cuts);
    let figures: Awaited<ReturnType<typeof render>> | undefined;
    const memory = watchChildren();
    const first = await costOf(async () => (figures = await render(app, sessionId)));
    const peakMb = memory.stop();
    console.log(
      `${minutes} min vlog: ${inWords(first)} (load ${loadavg()[0]!.toFixed(1)}), goal ${minutes * 7.5} s; largest worker ${peakMb} MB`,
    );
    tell(figures!);
    await changeTitle(app, sessionId);
    const second = await costOf(async () => (figures = await render(app, sessionId)));
    console.log(`one caption changed: ${inWords(second)}, ${(second.seconds / first.seconds).toFixed(3)} × of that, goal 0.1`);
    tell(figures!);
    const melt = meltArguments({ path, kept, music: music?.path, output: join(folder, 'melt.mp4') });
    if (spawnSync('melt', ['--version']).error !== undefined) console.log('  melt is not installed');
    else {
      const theirs = await costOf(() => {
        const { status, stderr } = spawnSync('melt', melt, { encoding: 'utf8', maxBuffer: 1e8 });
        if (status !== 0) throw new Error(`melt failed: ${stderr.slice(-400)}`);
      });
      console.log(`  ${(first.seconds / theirs.seconds).toFixed(3)} × melt (${inWords(theirs)}), goal 0.25`);
    }
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell({ row }: Awaited<ReturnType<typeof render>>): void {
  const { frames, copied, encoded, reused = 0, timings } = row.figures!;
  console.log(
    `  ${frames} frames: ${copied} copied, ${encoded - reused} encoded, ${reused} used again; proof ${row.proof!.ok ? 'ok' : 'FAILED'}`,
  );
  console.log(
    `  ${Object.entries(timings)
      .map(([name, ms]) => `${name} ${Math.round(ms)} ms`)
      .join(', ')}`,
  );
}

/** A minute of footage again and again: long enough to cut, made in a minute. Gives its path. */
export async function makeFootage(app: App, folder: string, minutes: number): Promise<string> {
  const minute = join(folder, 'minute.mp4');
  makeCameraSource(minute, { seconds: 60, gop: 60, speech: true });
  const sessionId = await openSession(app);
  const asset = await bringIn(app, sessionId, minute);
  const edits: Edit[] = [];
  const timeline = await currentTimeline(app.ctx, sessionId);
  for (let copy = 1; copy < minutes; copy++) edits.push(insertWhole(timeline, asset, seconds(60 * copy)));
  await commit(app, sessionId, edits);
  return (await render(app, sessionId)).path;
}

function insertWhole(timeline: Timeline, asset: Asset, at: Ticks): Edit {
  const [video, audio] = [trackOf(timeline, 'video'), trackOf(timeline, 'audio')];
  const clip = (streamIndex: number) =>
    ({ kind: 'clip', assetId: asset.id, streamIndex, sourceRange: timeRange(zero, seconds(60)), linkId: 'copy' }) as const;
  return {
    kind: 'insert',
    trackId: video.id,
    at,
    item: clip(mainVideoStream(asset)!.index),
    linked: [{ trackId: audio.id, item: clip(mainAudioStream(asset)!.index) }],
  };
}

type Edited = {
  readonly sessionId: string;
  /** Source milliseconds that stay. */
  readonly kept: readonly (readonly [number, number])[];
  readonly music?: { readonly path: string };
};

async function edit(app: App, path: string, cuts: number): Promise<Edited> {
  const sessionId = await openSession(app);
  await bringIn(app, sessionId, path);
  const before = await currentTimeline(app.ctx, sessionId);
  const totalMs = (timelineDuration(before) / seconds(1)) * 1000;
  const random = createRandom(60);
  const spacing = totalMs / cuts;
  const holes = Array.from({ length: cuts }, (_, index) => {
    const start = Math.round(index * spacing + 2000 + random() * (spacing - 2000 - 2 * cutMs));
    return [start, start + cutMs] as const;
  });
  const kept = holes.map(([start], index) => [index === 0 ? 0 : holes[index - 1]![1], start] as const);
  kept.push([holes.at(-1)![1], totalMs] as never);
  await commit(
    app,
    sessionId,
    holes
      .toReversed()
      .map(([from, to]): Edit => ({ kind: 'ripple-delete', range: rangeBetween(milliseconds(from), milliseconds(to)) })),
  );
  const cut = await currentTimeline(app.ctx, sessionId);
  const video = trackOf(cut, 'video');
  const clips = itemsWithRanges(video);
  const dissolves = clips
    .slice(1)
    .filter((_, index) => index % 3 === 0)
    .map(({ range }): Edit => ({
      kind: 'add-transition',
      trackId: video.id,
      at: range.start,
      name: 'dissolve',
      duration: milliseconds(dissolveMs),
    }));
  await commit(app, sessionId, [
    ...dissolves,
    { kind: 'add-track', track: { kind: 'text', name: 'Title' } },
    { kind: 'set-master', master: { loudness: { targetLufs: -14, ceilingDbtp: -1 } } },
  ]);
  const titled = await currentTimeline(app.ctx, sessionId);
  await commit(app, sessionId, [
    {
      kind: 'overwrite',
      trackId: titled.tracks.at(-1)!.id,
      at: seconds(1),
      item: {
        kind: 'text',
        duration: seconds(4),
        text: 'Ten minutes',
        style: {
          preset: 'title',
          position: 'center',
          color: '#ffffff',
          size: 0.1,
          fadeIn: milliseconds(300),
          fadeOut: milliseconds(300),
        },
      },
    },
  ]);
  const bed = await makeMusic(app.ctx, { sessionId, userId }, { mood: 'upbeat', seconds: totalMs / 1000 });
  const [asset] = await listAssets(app.ctx.store, [bed.assetId]);
  if (asset === undefined) throw new Error('the music is not there');
  await layMusic(app, sessionId, asset);
  return { sessionId, kept, music: { path: app.ctx.blobs.pathOf(asset.hash) } };
}

async function layMusic(app: App, sessionId: string, asset: Asset): Promise<void> {
  const duration = timelineDuration(await currentTimeline(app.ctx, sessionId));
  await commit(app, sessionId, [{ kind: 'add-track', track: { kind: 'audio', name: 'Music', follows: 'fixed' } }]);
  const track = (await currentTimeline(app.ctx, sessionId)).tracks.find(({ name }) => name === 'Music')!;
  const length = Math.min(duration, asset.duration) as Ticks;
  await commit(app, sessionId, [
    {
      kind: 'overwrite',
      trackId: track.id,
      at: zero,
      item: {
        kind: 'clip',
        assetId: asset.id,
        streamIndex: mainAudioStream(asset)!.index,
        sourceRange: timeRange(zero, length),
        gainDb: -9,
      },
    },
    { kind: 'set-track', trackId: track.id, ducking: { amountDb: -8, attackMs: 300, releaseMs: 600 } },
  ]);
}

async function changeTitle(app: App, sessionId: string): Promise<void> {
  const timeline = await currentTimeline(app.ctx, sessionId);
  const title = timeline.tracks.flatMap(({ items }) => items).find((item) => item.kind === 'text')!;
  await commit(app, sessionId, [{ kind: 'set-text', itemId: title.id, text: 'Ten good minutes' }]);
}

async function commit(app: App, sessionId: string, edits: readonly Edit[]): Promise<void> {
  await commitEdits(app.ctx, { sessionId, edits, actor: 'user', reason: 'bench', tool: 'bench' });
}

function trackOf(timeline: Timeline, kind: 'video' | 'audio') {
  return timeline.tracks.find((track) => track.kind === kind)!;
}

type MeltJob = {
  readonly path: string;
  readonly kept: Edited['kept'];
  readonly music: string | undefined;
  readonly output: string;
};

/** Frames of 30 a second; clips beside a dissolve are longer by its half, as handles are. */
function meltArguments({ path, kept, music, output }: MeltJob): string[] {
  const dissolve = Math.round((dissolveMs * 30) / 1000);
  const [before, after] = [Math.floor(dissolve / 2), Math.ceil(dissolve / 2)];
  const hasDissolve = (cut: number) => cut % 3 === 0;
  const clips = kept.flatMap(([from, to], index) => {
    const first = Math.round(from * 0.03) - (index > 0 && hasDissolve(index - 1) ? before : 0);
    const last = Math.round(to * 0.03) - 1 + (index < kept.length - 1 && hasDissolve(index) ? after : 0);
    const mix = index > 0 && hasDissolve(index - 1) ? ['-mix', String(dissolve), '-mixer', 'luma', '-mixer', 'mix:-1'] : [];
    return [path, `in=${first}`, `out=${last}`, ...mix];
  });
  const sound =
    music === undefined ? [] : ['-track', music, '-transition', 'mix', 'a_track=0', 'b_track=1', 'always_active=1', 'sum=1'];
  const title = ['-filter', 'dynamictext:Ten minutes', 'in=30', 'out=150', 'halign=center', 'valign=middle'];
  return [...clips, ...sound, ...title, '-consumer', `avformat:${output}`, 'vcodec=libx264', 'acodec=aac', 'ab=192k'];
}
