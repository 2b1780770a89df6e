/**
 * `npm run bench [-- name…]`: figures and ratios, each measured in one run on this machine; never a test.
 * `npm run bench -- --quality [name…]`: the one table of what hears and sees, every figure beside its goal.
 *
 * Peers (the ffmpeg command, melt, auto-editor) are measured where they are installed and named as missing where not.
 */
import { cpus } from 'node:os';

const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  job: async () => {
    const { jobBench } = await import('./job.ts');
    for (const gop of [30, 60, 250]) {
      const figures = await jobBench(180, gop);
      console.log(
        `3 minutes of 1080p30, GOP ${gop}, denoised and trimmed: ${(figures.totalMs / 1000).toFixed(1)} s, ${figures.copied} of ${figures.frames} frames copied, largest worker ${figures.peakWorkerMb} MB`,
      );
      console.log(
        `  ${Object.entries(figures.timings)
          .map(([name, ms]) => `${name} ${ms} ms`)
          .join(', ')}`,
      );
    }
  },
  render: async () => (await import('./render.ts')).renderBench(),
  full: async () => (await import('./full.ts')).fullBench(),
  composed: async () => (await import('./composed.ts')).composedBench(),
  vlog: async () => (await import('./vlog.ts')).vlogBench(),
  narration: async () => (await import('./narration.ts')).narrationBench(),
  sound: async () => (await import('./sound.ts')).soundBench(),
  speech: async () => {
    await (await import('./quality/speech.ts')).speechQuality();
    (await import('./speech.ts')).speechBench();
  },
  looks: async () => (await import('./quality/looks.ts')).looksBench(),
  clean: async () => (await import('./quality/clean.ts')).cleanBench(),
  sync: async () => (await import('./quality/sync.ts')).syncBench(),
  'self-sync': async () => {
    (await import('./quality/self-sync.ts')).selfSyncBench();
  },
  diagnosis: async () => (await import('./quality/diagnosis.ts')).diagnosisBench(),
  beats: async () => (await import('./quality/beats.ts')).beatsBench(),
  shots: async () => (await import('./quality/shots.ts')).shotsBench(),
  'jump-cuts': async () => (await import('./quality/jump-cuts.ts')).jumpCutsBench(),
  'editor-fixed': async () => (await import('./editor-fixed.ts')).editorFixedBench(Number(process.env.BENCH_SHARE ?? 1)),
  shake: async () => (await import('./quality/shake.ts')).shakeBench(),
  words: async () => (await import('./words.ts')).wordsBench(),
  noise: async () => (await import('./noise.ts')).noiseBench(),
  headline: async () => (await import('./headline.ts')).headlineBench(),
};

const asked = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const wantsTable = process.argv.includes('--quality');
if (wantsTable && !(await (await import('./quality/table.ts')).qualityTable(asked))) process.exitCode = 1;
for (const name of wantsTable ? [] : asked.length > 0 ? asked : Object.keys(parts)) {
  const part = parts[name];
  if (part === undefined) {
    console.error(`There is no bench "${name}"; there are ${Object.keys(parts).join(', ')}`);
    process.exitCode = 2;
    continue;
  }
  console.log(`\n== ${name} (${cpus().length} cores, Node.js ${process.version})`);
  await part();
}
