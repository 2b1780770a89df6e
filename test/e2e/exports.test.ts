/**
 * Uploads and exports as durable work, on a real store, disk and queue. The pool is a stand-in that obeys the port (the
 * media tests prove the real one): what is asked here is what happens to rows, files and answers when work is repeated,
 * stopped, killed or fails its proof.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AssetProbe } from '#core/asset';
import { fail, isEditorError, type ErrorCode } from '#core/errors';
import { seconds, zero } from '#core/time';
import { toDraft } from '#core/protocol';
import { timelineDuration } from '#core/timeline';
import { importFile, importStream, importUrl, soundFacts } from '#editor/assets';
import { createSession, currentTimeline, history } from '#editor/commit';
import type { EditorContext } from '#editor/context';
import { cancelRender, handleRenders, renderEnd, renderOutput, renderStatus, requestRender, sweepStorage } from '#editor/jobs';
import type { Pool } from '#engine/pool';
import type { TaskInput, TaskName, TaskOutput } from '#engine/tasks';
import { checkIntegrity, deleteSession, ensureUser, expireRenderFiles, listRenders, type RenderRow } from '#platform/store';
import { openContext, temporaryFolder, type OpenContext } from './open-context.ts';

type Tasks = { [Name in TaskName]?: (input: TaskInput<Name>, signal: AbortSignal | undefined) => Promise<TaskOutput<Name>> };
type FakePool = Pool & { readonly count: (name: TaskName) => number; readonly tasks: Tasks };

const probe: AssetProbe = {
  kind: 'audio',
  container: 'wav',
  duration: seconds(10),
  streams: [
    {
      kind: 'audio',
      index: 0,
      codec: 'pcm_s16le',
      sampleRateHz: 48_000,
      channels: 1,
      timebase: { num: 1, den: 48_000 },
      start: zero,
      duration: seconds(10),
    },
  ],
  warnings: [],
};

const nothing = { pictures: {}, sound: {} };

/** Does every task at once with plain answers, unless a test says otherwise. */
function fakePool(changes: Tasks = {}): FakePool {
  const counts = new Map<TaskName, number>();
  const loudness = { integratedLufs: -16, rangeLu: 3, truePeakDbtp: -1, samplePeakDbfs: -2 };
  const tasks: Tasks = {
    probe: () => Promise.resolve(probe),
    'analyze-sound': () => Promise.resolve({ loudness, noise: { floorDbfs: -60, speechDbfs: -20, snrDb: 40 } }),
    'plan-render': ({ output, timeline }) => {
      const sound = { sampleRateHz: 48_000, channels: 1, tracks: [], master: {}, samples: 480_000 } as const;
      return Promise.resolve({ version: 1, output, sound, duration: timelineDuration(timeline), reasons: ['no picture'] });
    },
    'render-sound': ({ outputPath }) => {
      writeFileSync(outputPath, 'sound');
      return Promise.resolve({ samples: 480_000, before: loudness, after: loudness, denoise: [] }) as never;
    },
    assemble: ({ soundPath, outputPath }) => {
      writeFileSync(outputPath, `file of ${readFileSync(soundPath!, 'utf8')}`);
      return Promise.resolve({ bytes: 13 });
    },
    verify: () =>
      Promise.resolve({ proof: { ok: true, frames: 0, durationMs: 10_000, checks: [], warnings: ['quiet'] }, parts: nothing }),
    ...changes,
  };
  return {
    tasks,
    count: (name) => counts.get(name) ?? 0,
    run(name, input, options) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (options?.signal?.aborted === true) return Promise.reject(fail('JOB_CANCELED'));
      return tasks[name]!(input, options?.signal);
    },
    size: 2,
    sandbox: { kind: 'none', note: 'test' },
    close: () => Promise.resolve(),
  };
}

/** Waits until stopped, like a worker that is killed. */
const untilStopped = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(fail('JOB_CANCELED')), { once: true }));

const codeOf = async (work: Promise<unknown>): Promise<ErrorCode | 'none'> => {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (isEditorError(error)) return error.code;
    throw error;
  }
};

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

type Ready = OpenContext & { readonly sessionId: string; readonly pool: FakePool };

/** A session with one sound on its timeline, and the queue at work. */
async function ready(pool: FakePool, options: { readonly folder?: string; readonly sessionId?: string } = {}): Promise<Ready> {
  const open = await openContext({ pool, ...(options.folder === undefined ? {} : { folder: options.folder }) });
  const { ctx } = open;
  handleRenders(ctx);
  const sessionId =
    options.sessionId ?? (await createSession(ctx, { userId: 'user', appName: 'nemo_agent', taskName: 'project' })).id;
  if (options.sessionId === undefined)
    await importStream(ctx, { sessionId, userId: 'user', name: 'talk.wav', stream: bytesOf('talk') });
  await ctx.queue.start();
  return { ...open, sessionId, pool };
}

const ask = (ctx: EditorContext, sessionId: string, id: string, more: object = {}): Promise<RenderRow> =>
  requestRender(ctx, { userId: 'user', sessionId, id, output: { format: 'wav', quality: 'high' }, ...more });

describe('uploads', () => {
  test('bytes are probed once, kept once, placed once, and named for display', async () => {
    await using open = await ready(fakePool());
    const { ctx, pool, sessionId } = open;
    const again = await importStream(ctx, { sessionId, userId: 'user', name: 'talk.wav', stream: bytesOf('talk') });
    expect(again).toMatchObject({ placed: false, revision: 1, notes: ['talk.wav is here already and was not placed again'] });
    const other = await importStream(ctx, { sessionId, userId: 'user', name: '../../other.wav', stream: bytesOf('talk') });
    expect(other).toMatchObject({ placed: true, revision: 2, asset: { name: 'other.wav' } });
    expect(other.asset.id).not.toBe(again.asset.id);
    expect(pool.count('probe')).toBe(1);
    expect(timelineDuration(await currentTimeline(ctx, sessionId))).toBe(seconds(20));
    expect((await history(ctx, sessionId)).map((entry) => entry.reason)).toEqual(['Upload talk.wav', 'Upload other.wav']);
    expect(readdirSync(ctx.blobs.temporaryFolder)).toEqual([]);
  });

  test('what cannot be used leaves nothing behind', async () => {
    await using open = await ready(fakePool());
    const { ctx, sessionId, pool } = open;
    pool.tasks.probe = () => Promise.reject(fail('UPLOAD_UNSUPPORTED', { name: 'x' }));
    const before = await currentTimeline(ctx, sessionId);
    const send = (text: string) => importStream(ctx, { sessionId, userId: 'user', name: 'x.mp4', stream: bytesOf(text) });
    expect(await codeOf(send('not media'))).toBe('UPLOAD_UNSUPPORTED');
    expect(await codeOf(send(''))).toBe('UPLOAD_EMPTY');
    const url = 'http://127.0.0.1/x.mp4';
    expect(await codeOf(importUrl(ctx, { sessionId, userId: 'user', url }))).toBe('URL_REFUSED');
    await ensureUser(ctx.store, { id: 'other', now: 1 });
    const file = ctx.blobs.temporaryFile();
    writeFileSync(file.path, 'stolen');
    const foreign = importFile(ctx, { sessionId, userId: 'other', name: 'x.wav', path: file.path });
    expect(await codeOf(foreign)).toBe('SESSION_NOT_FOUND');
    expect(await currentTimeline(ctx, sessionId)).toEqual(before);
    expect(readdirSync(ctx.blobs.temporaryFolder)).toEqual([]);
  });

  test('uploads at the same time are all placed, one after another', async () => {
    await using open = await ready(fakePool());
    const { ctx, sessionId } = open;
    const sent = Array.from({ length: 8 }, (_, index) =>
      importStream(ctx, { sessionId, userId: 'user', name: `${index}.wav`, stream: bytesOf(`sound ${index}`) }),
    );
    const revisions = (await Promise.all(sent)).map((imported) => imported.revision);
    expect(revisions.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(timelineDuration(await currentTimeline(ctx, sessionId))).toBe(seconds(90));
  });

  test('facts about the same bytes are found once, however many ask, and survive a caller that leaves', async () => {
    const gate = Promise.withResolvers<void>();
    const pool = fakePool();
    const answer = pool.tasks['analyze-sound']!;
    pool.tasks['analyze-sound'] = async (input, signal) => {
      await Promise.race([gate.promise, untilStopped(signal)]);
      return answer(input, signal);
    };
    await using open = await ready(pool);
    const { ctx, sessionId } = open;
    const { asset } = await importStream(ctx, { sessionId, userId: 'user', name: 'talk.wav', stream: bytesOf('talk') });
    const leaver = new AbortController();
    const left = codeOf(soundFacts(ctx, asset, ['loudness', 'noise'], { signal: leaver.signal }));
    const stayed = Array.from({ length: 5 }, () => soundFacts(ctx, asset, ['noise', 'loudness']));
    // All six have asked before anything is answered.
    while (pool.count('analyze-sound') === 0) await new Promise((resolve) => setImmediate(resolve));
    leaver.abort(fail('JOB_CANCELED'));
    expect(await left).toBe('JOB_CANCELED');
    gate.resolve();
    for (const facts of await Promise.all(stayed)) expect(facts.loudness.integratedLufs).toBe(-16);
    expect((await soundFacts(ctx, asset, ['loudness'])).loudness.truePeakDbtp).toBe(-1);
    expect(pool.count('analyze-sound')).toBe(1);
  });
});

describe('renders', () => {
  test('a render ends with a file, its proof, its figures, and nothing temporary', async () => {
    await using open = await ready(fakePool());
    const { ctx, sessionId } = open;
    expect(await ask(ctx, sessionId, 'r1')).toMatchObject({ status: 'pending', progress: 0 });
    const seen: number[] = [];
    const row = await renderEnd(ctx, { userId: 'user', id: 'r1', onProgress: ({ progress }) => void seen.push(progress) });
    expect(row).toMatchObject({ status: 'completed', progress: 1, attempt: 1, step: 'ended', notes: ['no picture', 'quiet'] });
    expect(row.proof?.ok).toBe(true);
    expect(row.figures?.timings.total).toBeGreaterThanOrEqual(0);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    const output = await renderOutput(ctx, { userId: 'user', id: 'r1' });
    expect(output).toMatchObject({ fileName: 'r1.wav', mimeType: 'audio/wav', bytes: 13 });
    expect(readFileSync(output.path, 'utf8')).toBe('file of sound');
    expect(readdirSync(ctx.blobs.temporaryFolder)).toEqual([]);
  });

  test('one id is one render: fifty at once, another body, another user', async () => {
    await using open = await ready(fakePool());
    const { ctx, sessionId, pool } = open;
    const rows = await Promise.all(Array.from({ length: 50 }, () => ask(ctx, sessionId, 'r1')));
    expect(new Set(rows.map((row) => row.jobId)).size).toBe(1);
    await renderEnd(ctx, { userId: 'user', id: 'r1' });
    expect(pool.count('plan-render')).toBe(1);
    expect((await ask(ctx, sessionId, 'r1')).status).toBe('completed');
    expect(await codeOf(ask(ctx, sessionId, 'r1', { output: { format: 'mp3', quality: 'high' } }))).toBe('RENDER_CONFLICT');
    await ensureUser(ctx.store, { id: 'other', now: 1 });
    expect(await codeOf(renderStatus(ctx, { userId: 'other', id: 'r1' }))).toBe('RESOURCE_NOT_FOUND');
    expect(await codeOf(ask(ctx, sessionId, 'r1', { userId: 'other' }))).toBe('SESSION_NOT_FOUND');
  });

  test('a draft is what it says: its own timeline, refused where it is wrong', async () => {
    await using open = await ready(fakePool());
    const { ctx, sessionId } = open;
    const { asset } = await importStream(ctx, { sessionId, userId: 'user', name: 'talk.wav', stream: bytesOf('talk') });
    const timeline = await currentTimeline(ctx, sessionId);
    const row = await ask(ctx, sessionId, 'same', { draft: JSON.parse(JSON.stringify(toDraft(timeline, [asset]))) as unknown });
    expect(row.timeline.tracks).toEqual(timeline.tracks);
    for (const draft of [{ t: 'x' }, [], 7, { t: [{ tt: 1, sg: [{ id: 'ast_foreign' }] }] }])
      expect([draft, await codeOf(ask(ctx, sessionId, 'bad', { draft }))]).toEqual([draft, 'TIMELINE_INVALID']);
    const empty = await createSession(ctx, { userId: 'user', appName: 'a', taskName: 't' });
    expect(await codeOf(ask(ctx, empty.id, 'empty'))).toBe('RENDER_EMPTY');
    expect(await codeOf(ask(ctx, sessionId, 'blocked', { attributed: false }))).toBe('EXPORT_BLOCKED');
    expect(await codeOf(ask(ctx, sessionId, 'free', { attributed: true }))).toBe('none');
  });

  test('a failed proof publishes nothing and says what was measured', async () => {
    const pool = fakePool({
      verify: () =>
        Promise.resolve({
          proof: {
            ok: false,
            frames: 0,
            durationMs: 9000,
            warnings: [],
            checks: [{ name: 'duration', ok: false, expected: '10 s', measured: '9 s' }],
          },
          parts: nothing,
        }),
    });
    await using open = await ready(pool);
    const { ctx, sessionId } = open;
    await ask(ctx, sessionId, 'r1');
    const row = await renderEnd(ctx, { userId: 'user', id: 'r1' });
    expect(row).toMatchObject({ status: 'failed', error: { code: 'PROOF_FAILED' }, proof: { ok: false } });
    expect(row.error?.message).toContain('duration: expected 10 s, measured 9 s');
    expect(row.file).toBeUndefined();
    expect(await codeOf(renderOutput(ctx, { userId: 'user', id: 'r1' }))).toBe('RESOURCE_NOT_FOUND');
    expect(readdirSync(ctx.blobs.temporaryFolder)).toEqual([]);
  });

  test('a running render is canceled within a second, a waiting one at once, and the next one runs', async () => {
    const pool = fakePool();
    const plain = pool.tasks['render-sound']!;
    const entered = Promise.withResolvers<void>();
    let first = true;
    pool.tasks['render-sound'] = (input, signal) => {
      if (!first) return plain(input, signal);
      first = false;
      entered.resolve();
      return untilStopped(signal);
    };
    await using open = await ready(pool);
    const { ctx, sessionId } = open;
    for (const id of ['r1', 'r2', 'r3']) await ask(ctx, sessionId, id);
    await entered.promise;
    const startedMs = performance.now();
    expect((await cancelRender(ctx, { userId: 'user', id: 'r2' })).status).toBe('cancelled');
    expect((await cancelRender(ctx, { userId: 'user', id: 'r1' })).status).toBe('cancelled');
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect((await renderEnd(ctx, { userId: 'user', id: 'r3' })).status).toBe('completed');
    expect((await cancelRender(ctx, { userId: 'user', id: 'r3' })).status).toBe('completed');
    expect(readdirSync(ctx.blobs.temporaryFolder)).toEqual([]);
  });

  test('a worker that dies costs time, three times the media is to blame', async () => {
    const pool = fakePool();
    const plain = pool.tasks.assemble!;
    let deaths = 2;
    pool.tasks.assemble = (input, signal) => (deaths-- > 0 ? Promise.reject(fail('WORKER_CRASHED')) : plain(input, signal));
    await using open = await ready(pool);
    const { ctx, sessionId } = open;
    await ask(ctx, sessionId, 'r1');
    expect((await renderEnd(ctx, { userId: 'user', id: 'r1' })).status).toBe('completed');
    deaths = 3;
    await ask(ctx, sessionId, 'r2');
    expect(await renderEnd(ctx, { userId: 'user', id: 'r2' })).toMatchObject({
      status: 'failed',
      error: { code: 'WORKER_CRASHED' },
    });
  });

  test('a restart goes on with what was running and what was waiting', async () => {
    using folder = temporaryFolder();
    const entered = Promise.withResolvers<void>();
    const stuck = fakePool({
      'render-sound': (_input, signal) => {
        entered.resolve();
        return untilStopped(signal);
      },
    });
    await using before = await ready(stuck, { folder: folder.path });
    const { sessionId } = before;
    for (const id of ['r1', 'r2']) await ask(before.ctx, sessionId, id);
    await entered.promise;
    await before.close();
    await using after = await ready(fakePool(), { folder: folder.path, sessionId });
    const rows = await Promise.all(['r1', 'r2'].map((id) => renderEnd(after.ctx, { userId: 'user', id })));
    expect(rows.map((row) => [row.status, row.attempt])).toEqual([
      ['completed', 2],
      ['completed', 1],
    ]);
    expect(await checkIntegrity(after.ctx.store)).toEqual([]);
  });

  test('a long look answers when something happens, and after its time where nothing does', async () => {
    const gate = Promise.withResolvers<void>();
    const pool = fakePool();
    const plain = pool.tasks['plan-render']!;
    pool.tasks['plan-render'] = async (input, signal) => {
      await gate.promise;
      return plain(input, signal);
    };
    await using open = await ready(pool);
    const { ctx, sessionId } = open;
    await ask(ctx, sessionId, 'r1');
    while ((await renderStatus(ctx, { userId: 'user', id: 'r1', waitSeconds: 25 })).status !== 'processing');
    const startedMs = performance.now();
    expect((await renderStatus(ctx, { userId: 'user', id: 'r1', waitSeconds: 0.3 })).status).toBe('processing');
    expect(performance.now() - startedMs).toBeGreaterThan(250);
    const looking = renderStatus(ctx, { userId: 'user', id: 'r1', waitSeconds: 25 });
    gate.resolve();
    expect((await looking).step).not.toBe('plan');
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });

  test('what is past its time is swept, what is in use is not', async () => {
    let now = 1_800_000_000_000;
    const pool = fakePool();
    await using open = await openContext({ pool, now: () => now });
    const { ctx } = open;
    handleRenders(ctx);
    await ctx.queue.start();
    const { id: sessionId } = await createSession(ctx, { userId: 'user', appName: 'a', taskName: 't' });
    const { asset } = await importStream(ctx, { sessionId, userId: 'user', name: 'a.wav', stream: bytesOf('kept') });
    await ask(ctx, sessionId, 'r1');
    const { file } = await renderEnd(ctx, { userId: 'user', id: 'r1' });
    await sweepStorage(ctx);
    expect([await ctx.blobs.has(asset.hash), await ctx.blobs.has(file!.hash)]).toEqual([true, true]);
    now += 8 * 24 * 60 * 60 * 1000;
    expect(await expireRenderFiles(ctx.store, { now })).toBe(1);
    expect(await codeOf(renderOutput(ctx, { userId: 'user', id: 'r1' }))).toBe('RESOURCE_NOT_FOUND');
    const [row] = await listRenders(ctx.store, { userId: 'user', sessionId });
    expect(row).toMatchObject({ status: 'completed', proof: { ok: true } });
    await deleteSession(ctx.store, { userId: 'user', sessionId });
    await sweepStorage(ctx);
    // Young bytes stay for an hour, whoever they belong to: a row may be about to be written.
    expect(await ctx.blobs.has(asset.hash)).toBe(true);
    expect(await checkIntegrity(ctx.store)).toEqual([]);
  });
});
