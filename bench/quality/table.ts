/** The one table of what hears and sees: every part in a process of its own, one after the other, and its rows below each other. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tableOf, type QualityRow } from './row.ts';

/** In the order of the table. Details of each: `npm run bench -- <part>`. */
const parts: Readonly<Record<string, () => Promise<readonly QualityRow[]>>> = {
  speech: async () => (await import('./speech.ts')).speechQuality(),
  noise: async () => (await import('../noise.ts')).noiseQuality(),
  sync: async () => (await import('./sync.ts')).syncBench(),
  'self-sync': async () => (await import('./self-sync.ts')).selfSyncQuality(),
  shots: async () => (await import('./shots.ts')).shotsBench(),
  'jump-cuts': async () => (await import('./jump-cuts.ts')).jumpCutsBench(),
  looks: async () => (await import('./looks.ts')).looksBench(),
  shake: async () => (await import('./shake.ts')).shakeBench(),
  beats: async () => (await import('./beats.ts')).beatsBench(),
  diagnosis: async () => (await import('./diagnosis.ts')).diagnosisBench(),
  clean: async () => (await import('./clean.ts')).cleanBench(),
};

/** Prints the table of the asked parts, all by default; a part that fails is named under it. True where every goal is met. */
export async function qualityTable(asked: readonly string[] = []): Promise<boolean> {
  const rows: QualityRow[] = [];
  const failed: string[] = [];
  const started = performance.now();
  for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
    const begun = performance.now();
    const found = await measure(name);
    if (found === undefined) failed.push(name);
    else rows.push(...found);
    process.stderr.write(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
  }
  for (const line of tableOf(rows)) console.log(line);
  const met = rows.filter((row) => row.met).length;
  console.log(`\n${met} of ${rows.length} goals met, ${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
  for (const name of failed) console.log(`${name} was not measured: its part failed`);
  return failed.length === 0 && met === rows.length;
}

/** Rows of one part; undefined where it failed. What it prints meanwhile is dropped, what it says on standard error is not. */
function measure(name: string): Promise<readonly QualityRow[] | undefined> {
  const { promise, resolve } = Promise.withResolvers<readonly QualityRow[] | undefined>();
  const child = fork(fileURLToPath(import.meta.url), [name], {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let rows: readonly QualityRow[] | undefined;
  child.on('message', (message) => (rows = message as readonly QualityRow[]));
  child.on('exit', (code) => resolve(code === 0 ? rows : undefined));
  return promise;
}

if (import.meta.main) {
  const part = parts[process.argv[2] ?? ''];
  if (part === undefined) throw new Error(`there is no part "${process.argv[2]}"; there are ${Object.keys(parts).join(', ')}`);
  const rows = await part();
  process.send?.(rows);
  process.disconnect?.();
}
