/** kill -9 in the middle of renders, of the whole server and of its media workers: every one ends, none is ever partial. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { seconds, timeRange } from '#core/time';
import { buildApp } from '#app';
import { importFile } from '#editor/assets';
import { commitEdits, createSession } from '#editor/commit';
import { renderEnd, requestRender } from '#editor/jobs';
import { loadConfig } from '#platform/config';
import { checkIntegrity, ensureUser, findRender } from '#platform/store';
import { temporaryFolder } from './open-context.ts';

const child = join(import.meta.dirname, 'render-crash-child.ts');
const steps = ['plan', 'render', 'assemble', 'verify'] as const;
const settings = { RUSHES_DISK_RESERVE_MB: '0', RUSHES_LOG_LEVEL: 'error', RUSHES_WORKERS: '2' };

/** A session with eight seconds of sample and two cuts, so that a render copies and encodes. */
async function prepare(folder: string): Promise<string[]> {
  const app = await buildApp(loadConfig({ ...settings, RUSHES_DATA: folder }));
  try {
    const { ctx } = app;
    await ensureUser(ctx.store, { id: 'user', now: 1 });
    const sessions: string[] = [];
    const { path } = ctx.blobs.temporaryFile('mp4');
    const size = { width: 320, height: 180 };
    const frameRate = { num: 30, den: 1 };
    await ctx.pool.run('make-sample', {
      seed: 7,
      seconds: 8,
      size,
      frameRate,
      snrDb: 15,
      noise: 'pink',
      gop: 60,
      container: 'mp4',
      outputPath: path,
    });
    const bytes = readFileSync(path);
    for (const name of ['one.mp4', 'two.mp4']) {
      const { id: sessionId } = await createSession(ctx, { userId: 'user', appName: 'a', taskName: 't' });
      await using file = await ctx.blobs.receive([bytes] as unknown as AsyncIterable<Uint8Array>, { limitBytes: 1e9, name });
      await importFile(ctx, { sessionId, userId: 'user', name, path: file.path });
      const edits = [1, 4].map((at) => ({ kind: 'ripple-delete', range: timeRange(seconds(at), seconds(0.7)) }) as const);
      await commitEdits(ctx, { sessionId, edits, actor: 'user', reason: 'cut', tool: 'test' });
      sessions.push(sessionId);
    }
    return sessions;
  } finally {
    await app.close();
  }
}

test('kill -9 of the server once in each step of a render: all complete, whole, proved, and once', async () => {
  using folder = temporaryFolder();
  const sessions = await prepare(folder.path);
  const ids = steps.map((step) => `render_${step}`);
  const killed = new Set<string>();
  const partial: string[] = [];
  for (let life = 0; life <= steps.length; life++) {
    const server = spawn(process.execPath, [child, folder.path, sessions.join(','), ids.join(',')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder.path, 'code') },
    });
    const exited = once(server, 'exit');
    for await (const line of createInterface({ input: server.stdout })) {
      const [id, status, step] = line.split(' ');
      // Each render dies once, in the step of its name, or in a later one where that one was over before it was seen.
      const reached = steps.findIndex((name) => name === step) >= steps.findIndex((name) => id === `render_${name}`);
      if (status !== 'processing' || !reached || killed.has(id!)) continue;
      killed.add(id!);
      server.kill('SIGKILL');
    }
    await exited;
    partial.push(...brokenBlobs(folder.path));
  }
  expect(killed.size).toBeGreaterThanOrEqual(3);
  expect(partial).toEqual([]);
  const app = await buildApp(loadConfig({ ...settings, RUSHES_DATA: folder.path }));
  try {
    for (const id of ids) {
      const row = await findRender(app.ctx.store, { userId: 'user', id });
      expect(row).toMatchObject({ status: 'completed', proof: { ok: true } });
      if (killed.has(id)) expect(row!.attempt).toBeGreaterThanOrEqual(2);
      expect(existsSync(app.ctx.blobs.pathOf(row!.file!.hash))).toBe(true);
    }
    expect(await checkIntegrity(app.ctx.store)).toEqual([]);
    // What the dead left behind is gone; only this process has a folder.
    expect(readdirSync(join(folder.path, 'tmp'))).toHaveLength(1);
  } finally {
    await app.close();
  }
});

test.skipIf(!existsSync('/proc/self/task'))('kill -9 of media workers during renders fails none of them', async () => {
  using folder = temporaryFolder();
  const [sessionId] = await prepare(folder.path);
  const app = await buildApp(loadConfig({ ...settings, RUSHES_DATA: folder.path }));
  try {
    let kills = 0;
    for (const step of ['plan', 'render', 'verify'] as const) {
      const id = `worker_${step}`;
      const before = kills;
      await requestRender(app.ctx, { userId: 'user', sessionId: sessionId!, id, output: { format: 'mp4', quality: 'low' } });
      const row = await renderEnd(app.ctx, {
        userId: 'user',
        id,
        onProgress: (now) => {
          if (now.step === step && kills === before) kills += killChildren();
        },
      });
      expect(row).toMatchObject({ status: 'completed', proof: { ok: true }, attempt: 1 });
    }
    expect(kills).toBeGreaterThan(0);
    process.stdout.write(`${kills} media workers killed, 3 renders complete\n`);
  } finally {
    await app.close();
  }
});

/** Blobs whose bytes are not what their name says. */
function brokenBlobs(folder: string): string[] {
  const root = join(folder, 'sha256');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /[0-9a-f]{64}$/.test(name))
    .filter(
      (name) =>
        createHash('sha256')
          .update(readFileSync(join(root, name)))
          .digest('hex') !== name.slice(-64),
    );
}

/** Kills the media workers of this process: the children that run the worker's entry, or the sandbox around it. */
function killChildren(): number {
  let count = 0;
  for (const pid of readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ')) {
    if (pid === '' || !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine/worker')) continue;
    process.kill(Number(pid), 'SIGKILL');
    count++;
  }
  return count;
}
