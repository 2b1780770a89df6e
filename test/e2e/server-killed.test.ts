import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { connect, createSession, readState, sendMessage, uploadFile, type Connection, type StoredIdentity } from '#client';
import { createRandom } from '#engine/sample';
import { openAsBlob } from 'node:fs';
import { history } from '#editor/commit';
import { openApp } from './job.ts';

const kills = 30;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

test(`${kills} kills of the server during edits over HTTP lose no acknowledged edit`, async () => {
  const seed = Number(process.env.SEED ?? 20_261_121);
  process.stdout.write(`seed ${seed}\n`);
  const random = createRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'rushes-server-'));
  const source = join(folder, 'source.wav');
  let server = await start(folder);
  try {
    const app = await openApp(join(folder, 'maker'));
    await app.ctx.pool.run('make-sample', {
      seed,
      seconds: 4,
      size: { width: 320, height: 180 },
      frameRate: { num: 30, den: 1 },
      snrDb: 20,
      noise: 'pink',
      gop: 30,
      container: 'wav',
      outputPath: source,
    });
    await app.close();
    const client = dial(server.url);
    const { sessionId } = await createSession(client.connection);
    await uploadFile(client.connection, { sessionId, file: await openAsBlob(source), name: 'source.wav' });
    const acknowledged: string[] = [];
    let sent = 0;
    for (let done = 0; done < kills; done++) {
      // The server dies somewhere inside one of the next edits.
      const fuse = setTimeout(() => server.child.kill('SIGKILL'), 100 + random() * 1400);
      for (;;) {
        // A level of its own for each message, so that the history tells them apart.
        const text = `set the volume to ${(20 + ++sent / 100).toFixed(2)}%`;
        try {
          const answer = await sendMessage(client.connection, { sessionId, text });
          if (answer.silent || !answer.text.includes('Volume')) break;
          acknowledged.push(text);
        } catch {
          // Killed in the middle: this edit was not acknowledged.
          break;
        }
      }
      clearTimeout(fuse);
      server.child.kill('SIGKILL');
      if (server.child.exitCode === null && server.child.signalCode === null) await once(server.child, 'exit');
      server = await start(folder);
      client.moveTo(server.url);
      await readState(client.connection, sessionId);
    }
    server.child.kill('SIGKILL');
    await once(server.child, 'exit');
    const stored = await openApp(folder);
    const entries = await history(stored.ctx, sessionId);
    await stored.close();
    process.stdout.write(
      `${acknowledged.length} of ${sent} edits acknowledged over ${kills} kills, ${entries.length} revisions stored\n`,
    );
    expect(acknowledged.length).toBeGreaterThanOrEqual(kills / 2);
    const reasons = entries.map(({ reason }) => reason);
    expect(acknowledged.filter((text) => !reasons.includes(text))).toEqual([]);
    expect(reasons.filter((reason, index) => reason.startsWith('set') && reasons.indexOf(reason) !== index)).toEqual([]);
    expect(entries.map(({ revision }) => revision)).toEqual(entries.map((_, index) => entries[0]!.revision + index));
  } finally {
    server.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

type Running = { readonly child: ChildProcess; readonly url: string };

async function start(folder: string): Promise<Running> {
  const child = spawn(process.execPath, [join(root, 'src', 'main.ts'), 'serve'], {
    env: {
      ...process.env,
      RUSHES_DATA: folder,
      RUSHES_PORT: '0',
      RUSHES_LOG_LEVEL: 'error',
      RUSHES_TOKENS_PER_IP: '0',
      RUSHES_RUNS_PER_MINUTE: '0',
      RUSHES_DISK_RESERVE_MB: '0',
      RUSHES_LEASE_SECONDS: '2',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listens on (\S+)/.exec(line)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error('the server ended before it listened');
}

/** One identity over all restarts, as a client on disk has it. */
function dial(url: string): { readonly connection: Connection; moveTo(url: string): void } {
  let base = url;
  let kept: StoredIdentity = { clientId: '7d5d2f9e-0000-4000-8000-000000000001' };
  const connection = connect({
    baseUrl: 'http://127.0.0.1:1',
    identity: { read: () => Promise.resolve(kept), write: (next) => ((kept = next), Promise.resolve()) },
    attribution: { source: 'test', version: '1', platform: 'unknown' },
    newId: () => crypto.randomUUID(),
    fetch: (target, init) => fetch(String(target as string).replace('http://127.0.0.1:1', base), init),
  });
  return { connection, moveTo: (next) => (base = next) };
}
