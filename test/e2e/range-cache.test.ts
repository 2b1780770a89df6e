/** What was rendered once is not rendered again: after a small change, after a stop, and never when it is damaged. */
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { milliseconds, seconds, type Ticks } from '#core/time';
import type { Edit, TextStyle } from '#core/timeline';
import { commitEdits, currentTimeline } from '#editor/commit';
import { cancelRender, parseOutputRequest, renderEnd, requestRender } from '#editor/jobs';
import { temporaryFolder } from './open-context.ts';
import { bringIn, openApp, openSession, render, userId, type App } from './job.ts';

const folder = temporaryFolder();
let app: App;
let sample: string;

beforeAll(async () => {
  app = await openApp(join(folder.path, 'data'));
  sample = join(folder.path, 'sample.mp4');
  await app.ctx.pool.run('make-sample', {
    seed: 11,
    seconds: 14,
    size: { width: 320, height: 180 },
    frameRate: { num: 30, den: 1 },
    snrDb: 30,
    noise: 'pink',
    gop: 60,
    container: 'mp4',
    outputPath: sample,
  });
});

afterAll(async () => {
  await app.close();
  folder[Symbol.dispose]();
});

const style: TextStyle = {
  preset: 'caption',
  position: 'bottom',
  color: '#ffffff',
  size: 0.08,
  fadeIn: milliseconds(0),
  fadeOut: milliseconds(0),
};

async function commit(sessionId: string, edits: readonly Edit[]): Promise<void> {
  await commitEdits(app.ctx, { sessionId, edits, actor: 'user', reason: 'test', tool: 'test' });
}

async function withCaptions(): Promise<{ sessionId: string; trackId: string }> {
  const sessionId = await openSession(app);
  await bringIn(app, sessionId, sample);
  await commit(sessionId, [{ kind: 'add-track', track: { kind: 'text', name: 'Captions' } }]);
  const trackId = (await currentTimeline(app.ctx, sessionId)).tracks.at(-1)!.id;
  const caption = (at: Ticks, text: string): Edit => ({
    kind: 'overwrite',
    trackId,
    at,
    item: { kind: 'text', duration: seconds(2), text, style },
  });
  await commit(sessionId, [caption(seconds(2), 'first'), caption(seconds(8), 'second')]);
  return { sessionId, trackId };
}

function cachedFiles(): string[] {
  const root = join(folder.path, 'data', 'cache');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile());
}

describe('a render after a small change', () => {
  test('encodes the ranges that the change touches and takes the others', async () => {
    const { sessionId, trackId } = await withCaptions();
    const before = await render(app, sessionId);
    expect(before.row.figures!.reused).toBeUndefined();
    const timeline = await currentTimeline(app.ctx, sessionId);
    const second = timeline.tracks
      .find(({ id }) => id === trackId)!
      .items.find((item) => item.kind === 'text' && item.text === 'second')!;
    await commit(sessionId, [{ kind: 'set-text', itemId: second.id, text: 'another' }]);
    const after = await render(app, sessionId);
    const { encoded, copied, reused } = after.row.figures!;
    expect(encoded).toBe(before.row.figures!.encoded);
    expect(copied).toBe(before.row.figures!.copied);
    // The second caption's 60 frames are new, and nothing else is.
    expect(encoded! - reused!).toBe(60);
    expect(after.row.file!.hash).not.toBe(before.row.file!.hash);
    const again = await render(app, sessionId, { quality: 'high' });
    expect(again.row.figures!.reused).toBe(again.row.figures!.encoded);
    expect(again.row.file!.hash).toBe(after.row.file!.hash);
  });

  test('what was damaged on the disk is made anew, and the export is whole', async () => {
    const { sessionId } = await withCaptions();
    const good = await render(app, sessionId);
    for (const path of cachedFiles()) truncateSync(path, Math.floor(statSync(path).size / 2));
    const { row } = await render(app, sessionId);
    expect(row.proof!.ok).toBe(true);
    expect(row.file!.hash).toBe(good.row.file!.hash);
  });
});

test('what was encoded before a stop is not encoded again', async () => {
  const sessionId = await openSession(app);
  await bringIn(app, sessionId, sample);
  const timeline = await currentTimeline(app.ctx, sessionId);
  const clip = timeline.tracks.find(({ kind }) => kind === 'video')!.items[0]!;
  await commit(sessionId, [{ kind: 'set-speed', itemId: clip.id, speed: { num: 1, den: 4 } }]);
  const output = parseOutputRequest({}, timeline);
  const stopped = 'render_stopped';
  await requestRender(app.ctx, { userId, sessionId, id: stopped, output });
  const row = await renderEnd(app.ctx, {
    userId,
    id: stopped,
    onProgress: () => {
      if (cachedFiles().length > 8) void cancelRender(app.ctx, { userId, id: stopped });
    },
    signal: AbortSignal.timeout(120_000),
  });
  const finished = await render(app, sessionId);
  expect(finished.row.proof!.ok).toBe(true);
  // Where the machine was too fast to be stopped, all of it can be used again.
  expect(['cancelled', 'completed']).toContain(row.status);
  expect(finished.row.figures!.reused).toBeGreaterThan(0);
});
