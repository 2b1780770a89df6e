import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { createPool, warmUpArgument, type Pool, type PoolOptions } from '#engine/pool';
import { workerCommand } from '../../src/engine/pool/sandbox.ts';
import { makers } from '../fixtures/media-files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rushes-pool-'));
const scratchFolder = join(folder, 'scratch');
const file = join(folder, 'sound.wav');
/** A pipe that nobody writes to: whoever opens it hangs, as a decoder might. */
const hanging = join(folder, 'hanging.mp4');
const open: Pool[] = [];
const warnings: { message: string; fields: Readonly<Record<string, unknown>> }[] = [];

beforeAll(() => {
  makers.wav!(file);
  // Part of every Unix, though not on every PATH.
  execFileSync(['/usr/bin/mkfifo', '/bin/mkfifo'].find((path) => existsSync(path)) ?? 'mkfifo', [hanging]);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.close()));
  warnings.length = 0;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makePool(options: Partial<PoolOptions> = {}): Pool {
  const onWarning = (message: string, fields: Readonly<Record<string, unknown>>): void => void warnings.push({ message, fields });
  const pool = createPool({ size: 2, sandbox: 'auto', scratchFolder, onWarning, ...options });
  open.push(pool);
  return pool;
}

function codeOf(error: unknown): string {
  return isEditorError(error) ? error.code : String(error);
}

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'done', codeOf);
}

/** Processes below this one that run a media worker. */
function workers(): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map<number, number>();
  const commands = new Map<number, string>();
  for (const name of all) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      commands.set(Number(name), readFileSync(`/proc/${name}/cmdline`, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && (error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent === process.pid || (parent !== undefined && parent > 1 && isBelow(parent));
  };
  // The one that fills the code cache has no task.
  return [...commands]
    .filter(([pid, command]) => command.includes('worker/main.ts') && !command.includes(warmUpArgument) && isBelow(pid))
    .map(([pid]) => pid);
}

/** The worker itself, not the programs that wrap it. */
function innermostWorker(): number {
  const running = workers().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]!.endsWith('node'));
  return running.at(-1)!;
}

/** Waits until `check` holds; the caller's test fails by its own time limit where it never does. */
async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe.each(['auto', 'off'] as const)('a pool with sandbox %s', (sandbox) => {
  test('gives what the task gives, and its own errors as they were thrown', async () => {
    const pool = makePool({ sandbox });
    const probe = await pool.run('probe', { path: file, name: 'sound.wav' });
    expect(probe).toMatchObject({ kind: 'audio', container: 'wav' });
    const failure = await pool
      .run('probe', { path: join(root, 'package.json'), name: 'talk.mp4' })
      .catch((error: unknown) => error);
    expect(codeOf(failure)).toBe('UPLOAD_UNSUPPORTED');
    expect(String(failure)).toContain('talk.mp4');
    expect(warnings).toEqual([]);
  });

  test('goes on after a worker is killed in the middle of its task', async () => {
    const pool = makePool({ sandbox });
    const struck = outcome(pool.run('probe', { path: hanging, name: 'a.mp4' }));
    await until(() => workers().length > 0 && innermostWorker() !== undefined);
    process.kill(innermostWorker(), 'SIGKILL');
    expect(await struck).toBe('WORKER_CRASHED');
    expect(await outcome(pool.run('probe', { path: file, name: 'b.wav' }))).toBe('done');
    expect(warnings.map(({ message }) => message)).toEqual(['media worker ended abruptly']);
  });

  test('ends a task within a second of being told, waiting or running', async () => {
    const pool = makePool({ sandbox, size: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = outcome(pool.run('probe', { path: hanging, name: 'a.mp4' }, { signal: first.signal }));
    const waiting = outcome(pool.run('probe', { path: hanging, name: 'b.mp4' }, { signal: second.signal }));
    await until(() => workers().length > 0);
    const from = performance.now();
    second.abort();
    expect(await waiting).toBe('JOB_CANCELED');
    first.abort();
    expect(await running).toBe('JOB_CANCELED');
    await until(() => workers().length === 0);
    expect(performance.now() - from).toBeLessThan(1000);
    const early = new AbortController();
    early.abort();
    expect(await outcome(pool.run('probe', { path: file, name: 'c' }, { signal: early.signal }))).toBe('JOB_CANCELED');
  });

  test('ends what takes too long or too much, and names the limit', async () => {
    const pool = makePool({ sandbox });
    expect(await outcome(pool.run('probe', { path: hanging, name: 'a' }, { timeoutSeconds: 0.6 }))).toBe('WORKER_TIMEOUT');
    const small = makePool({ sandbox, memoryLimitBytes: 40e6 });
    expect(await outcome(small.run('probe', { path: hanging, name: 'a' }))).toBe('WORKER_MEMORY');
  });

  test('runs no more tasks at once than it has places', async () => {
    const pool = makePool({ sandbox, size: 2 });
    const held = new AbortController();
    const stuck = [1, 2, 3, 4].map(() => outcome(pool.run('probe', { path: hanging, name: 'a' }, { signal: held.signal })));
    await until(() => readdirSync(scratchFolder).filter((name) => name.startsWith('task-')).length === 2);
    expect(readdirSync(scratchFolder).filter((name) => name.startsWith('task-')).length).toBe(2);
    held.abort();
    expect(await Promise.all(stuck)).toEqual(Array(4).fill('JOB_CANCELED'));
    const quick = Array.from({ length: 5 }, () => outcome(pool.run('probe', { path: file, name: 'a' })));
    expect(await Promise.all(quick)).toEqual(Array(5).fill('done'));
  });

  test('leaves nothing behind when it closes', async () => {
    const pool = makePool({ sandbox });
    const work = [1, 2, 3].map(() => outcome(pool.run('probe', { path: hanging, name: 'a' })));
    await until(() => workers().length > 0);
    await pool.close();
    expect(await Promise.all(work)).toEqual(Array(3).fill('JOB_CANCELED'));
    expect(await outcome(pool.run('probe', { path: file, name: 'a' }))).toBe('JOB_CANCELED');
    await until(() => workers().length === 0);
    expect(readdirSync(scratchFolder).filter((name) => name.startsWith('task-'))).toEqual([]);
  });

  test('takes its workers along when the process dies', async () => {
    const script = `
      import { createPool } from '#engine/pool';
      const pool = createPool({ size: 1, sandbox: '${sandbox}', scratchFolder: ${JSON.stringify(scratchFolder)}, onWarning() {} });
      void pool.run('probe', { path: ${JSON.stringify(hanging)}, name: 'a' });
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: 'ignore' });
    try {
      await until(() => workers().length > 0);
      const orphans = workers();
      parent.kill('SIGKILL');
      await until(() => orphans.every((pid) => !existsSync(`/proc/${pid}`)));
    } finally {
      parent.kill('SIGKILL');
    }
    for (const name of readdirSync(scratchFolder)) rmSync(join(scratchFolder, name), { recursive: true });
  });
});

test('the process that owns a pool does not load the media library', () => {
  const script = `
    import { createPool } from '#engine/pool';
    const pool = createPool({ size: 1, sandbox: 'auto', scratchFolder: ${JSON.stringify(scratchFolder)}, onWarning() {} });
    const probe = await pool.run('probe', { path: ${JSON.stringify(file)}, name: 'a' });
    await pool.close();
    const loaded = process.report.getReport().sharedObjects.filter((path) => path.includes('node-av'));
    console.log(JSON.stringify({ kind: probe.kind, loaded }));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual({ kind: 'audio', loaded: [] });
});

test('doctor can ask what the library is', async () => {
  const versions = await makePool().run('media-versions', {});
  expect(versions.ffmpeg).toMatch(/^[78]\./);
  expect(versions.hardwareEncoders.length).toBeGreaterThan(0);
});

test('a sandboxed worker reaches its input, its output folder and nothing else', async (context) => {
  const sandbox = makePool().sandbox;
  if (sandbox.kind === 'none') {
    process.stdout.write(`sandbox: ${sandbox.note}, its test is skipped\n`);
    context.skip();
  }
  const outputs = join(folder, 'outputs');
  mkdirSync(outputs);
  const secret = join(folder, 'secret.txt');
  writeFileSync(secret, 'of another user');
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { program, args } = workerCommand(sandbox, {
    readPaths: [file],
    writeFolders: [outputs],
    memoryLimitBytes: 2 ** 30,
    cpuLimitSeconds: 20,
    environment: { TZ: 'UTC' },
  });
  const script = `
    const fs = require('node:fs'), net = require('node:net');
    const attempt = (act) => { try { act(); return 'yes'; } catch (error) { return error.code; } };
    const answers = {
      input: attempt(() => fs.readFileSync(${JSON.stringify(file)})),
      output: attempt(() => fs.writeFileSync(${JSON.stringify(join(outputs, 'made'))}, 'x')),
      overwrite: attempt(() => fs.writeFileSync(${JSON.stringify(file)}, 'x')),
      secret: attempt(() => fs.readFileSync(${JSON.stringify(secret)})),
      password: attempt(() => fs.readFileSync('/etc/passwd')),
      processes: fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length < 4,
      environment: Object.keys(process.env).filter((name) => !['TZ', 'PWD'].includes(name)),
    };
    net.connect(${port}, '127.0.0.1').on('connect', () => finish('yes')).on('error', (error) => finish(error.code));
    function finish(network) { console.log(JSON.stringify({ ...answers, network })); process.exit(); }`;
  const worker = args.findIndex((argument) => argument.endsWith('worker/main.ts'));
  const child = spawn(program, [...args.slice(0, worker), '-e', script], {
    env: { SECRET_KEY: 'k' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = await text(child.stdout);
  server.close();
  expect(JSON.parse(printed)).toEqual({
    input: 'yes',
    output: 'yes',
    overwrite: 'EROFS',
    secret: 'ENOENT',
    password: 'ENOENT',
    processes: true,
    environment: [],
    network: 'ECONNREFUSED',
  });
});
