/** kill -9 in the middle of edits: what was acknowledged is there, what was repeated is there once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { commitEdits, createSession } from '#editor/commit';
import { checkIntegrity, getRevision, latestRevision, listRevisions } from '#platform/store';
import { openContext, temporaryFolder } from './open-context.ts';

const sessions = ['1', '2', '3', '4', '5', '6'];
const kills = 30;
const child = join(import.meta.dirname, 'durability-child.ts');

/** Numbers from a seed (mulberry32), so that a failing run can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test(`${kills} kills -9 during edits lose no acknowledged edit, repeat none, and leave versions without gaps`, async () => {
  const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
  const random = randomFrom(seed);
  using folder = temporaryFolder();
  await prepare(folder.path);
  const acknowledged: { readonly session: string; readonly key: string; readonly revision: number }[] = [];
  const open = new Map<string, string>();
  let repeated = 0;
  const startedMs = performance.now();
  const startMs: number[] = [];
  for (let life = 1; life <= kills; life++) {
    const repeats = [...open];
    repeated += repeats.length;
    open.clear();
    const wanted = 1 + Math.floor(random() * 120);
    let answers = 0;
    const bornMs = performance.now();
    const env = { ...process.env, NODE_COMPILE_CACHE: join(folder.path, 'code') };
    const process_ = spawn(process.execPath, [child, folder.path, String(life), JSON.stringify(repeats)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    });
    const exited = once(process_, 'exit');
    for await (const line of createInterface({ input: process_.stdout })) {
      const [word, session, key, revision] = line.split(' ');
      if (word === 'ready') startMs.push(performance.now() - bornMs);
      if (word === 'try') open.set(session!, key!);
      if (word !== 'ack') continue;
      open.delete(session!);
      acknowledged.push({ session: session!, key: key!, revision: Number(revision) });
      // It goes on writing while the signal is on its way: the lines that still come were written before it died.
      if (++answers === wanted) process_.kill('SIGKILL');
    }
    const [, signal] = (await exited) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
  }
  await using after = await openContext({ folder: folder.path });
  const { store } = after.ctx;
  expect(await checkIntegrity(store)).toEqual([]);
  let revisions = 0;
  for (const sessionId of sessions) {
    const rows = await listRevisions(store, { sessionId });
    revisions += rows.length;
    expect(rows.map((row) => row.revision)).toEqual(rows.map((_, index) => index));
    const keys = rows.flatMap((row) => (row.idempotencyKey === undefined ? [] : [row.idempotencyKey]));
    expect(new Set(keys).size).toBe(keys.length);
    const byRevision = new Map(rows.map((row) => [row.revision, row.idempotencyKey]));
    const own = acknowledged.filter((entry) => entry.session === sessionId);
    expect(own.filter((entry) => byRevision.get(entry.revision) !== entry.key)).toEqual([]);
    // What was never answered may be there or not, but nothing else is.
    const known = new Set([...own.map((entry) => entry.key), open.get(sessionId)]);
    expect(keys.filter((key) => !known.has(key))).toEqual([]);
    // Each stored timeline is what its row says: the name of an edit is its key, an undo brings back the one before.
    const latest = await latestRevision(store, sessionId);
    const head = await getRevision(store, { sessionId, revision: latest.head });
    expect(latest.timeline).toEqual({ ...head.timeline, revision: latest.revision });
    if (head.tool === 'test') expect(head.timeline.tracks[0]?.name).toBe(head.reason);
  }
  startMs.sort((a, b) => a - b);
  process.stdout.write(
    `durability: seed ${seed}, ${kills} kills, ${acknowledged.length} acknowledged, ${repeated} repeated under their keys, ` +
      `${revisions} revisions, 0 lost, start of a process ${Math.round(startMs[startMs.length >> 1]!)} ms (median), ` +
      `${Math.round(startMs.at(-1)!)} ms (longest), ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`,
  );
});

async function prepare(folder: string): Promise<void> {
  await using open = await openContext({ folder });
  for (const sessionId of sessions) {
    await createSession(open.ctx, { userId: 'user', appName: 'a', taskName: 't', sessionId });
    const edits = [{ kind: 'add-track', track: { kind: 'text', name: 'Title' } }] as const;
    await commitEdits(open.ctx, { sessionId, edits, actor: 'user', reason: 'first', tool: 'test-first' });
  }
}
