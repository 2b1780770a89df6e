import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '#engine/sample';
import { bringIn, openApp, openSession, render, say } from './job.ts';

const kills = 12;

test(`${kills} kills of media workers during renders lose nothing: each render ends in a proved file with all its frames`, async () => {
  const seed = Number(process.env.SEED ?? 20_261_121);
  process.stdout.write(`seed ${seed}\n`);
  const random = createRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'rushes-kills-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const app = await openApp(folder);
  stack.defer(() => app.close());
  const source = join(folder, 'source.mp4');
  const truth = await app.ctx.pool.run('make-sample', {
    seed,
    seconds: 8,
    size: { width: 320, height: 180 },
    frameRate: { num: 30, den: 1 },
    snrDb: 20,
    noise: 'pink',
    gop: 30,
    container: 'mp4',
    outputPath: source,
  });
  const sessionId = await openSession(app);
  await bringIn(app, sessionId, source);
  await say(app, sessionId, 'cut from 0:02 to 0:03');
  let killed = 0;
  while (killed < kills) {
    const hunting = new AbortController();
    // At most two of a render's workers, so that its crash budget of three is not what is tested.
    const hunt = killSome(2, random, hunting.signal);
    const { row } = await render(app, sessionId);
    hunting.abort();
    killed += await hunt;
    expect(row.proof?.ok).toBe(true);
    expect(row.proof?.frames).toBe(truth.frames - 30);
  }
  expect(killed).toBeGreaterThanOrEqual(kills);
});

/** Kills up to `most` media workers of this process at random moments; gives how many. */
async function killSome(most: number, random: () => number, signal: AbortSignal): Promise<number> {
  let killed = 0;
  while (killed < most && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 50 + random() * 400));
    const workers = mediaWorkers();
    const victim = workers[Math.floor(random() * workers.length)];
    if (victim === undefined || signal.aborted) continue;
    try {
      process.kill(victim, 'SIGKILL');
      killed++;
    } catch (error) {
      // It ended by itself between the look and the shot.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return killed;
}

/** Processes below this one that run the worker's entry. */
function mediaWorkers(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return line.includes('engine/worker/main.ts') && isBelow(Number(name)) ? [Number(name)] : [];
    } catch {
      // Gone since the folder was listed.
      return [];
    }
  });
}

function isBelow(pid: number): boolean {
  for (let current = pid; current > 1;) {
    const stat = readFileSync(`/proc/${current}/stat`, 'utf8');
    current = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (current === process.pid) return true;
  }
  return false;
}
