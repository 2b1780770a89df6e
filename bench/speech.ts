/**
 * How well speech is found under noises of known level, against a fixed threshold as simple silence cutters have it,
 * and how fast a recording is scanned.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rmsDbfs } from '#core/dsp';
import type { SoundAnalysis } from '#core/facts';
import { milliseconds } from '#core/time';
import { analyzeSoundTask } from '#engine/analysis';
import { encodeSound, probeMedia } from '#engine/media';
import { addScores, findSpeechIn, makeScene, scoreSpeech, type Scene, type SceneNoise } from '../test/fixtures/speech-truth.ts';

const noises: readonly SceneNoise[] = ['room', 'white', 'brown', 'fan', 'rain', 'wind', 'street', 'keys', 'babble'];
const levelsDb = [20, 10, 5, 0];
const seeds = [11, 22];
const fixedThresholdDbfs = -35;

/** Prints the table of F1 per 10 ms frame, then the time and memory of scanning 3 and 60 minutes. */
export function speechBench(): void {
  console.log(
    `F1 per 10 ms, median error of edges in ms; seeds ${seeds.join(', ')}, 30 s each; in brackets a fixed ${fixedThresholdDbfs} dBFS`,
  );
  console.log(`noise    ${levelsDb.map((db) => `${db} dB`.padEnd(26)).join('')}`);
  for (const noise of noises) {
    const cells = levelsDb.map((snrDb) => cell(seeds.map((seed) => makeScene(seed, noise, snrDb, 30))));
    console.log(`${noise.padEnd(9)}${cells.map((text) => text.padEnd(26)).join('')}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  try {
    for (const minutes of [3, 60]) {
      const path = join(folder, `${minutes}.m4a`);
      makeRecording(path, minutes);
      for (const analyses of [['speech'], ['speech', 'loudness', 'noise']] as const) scan(path, minutes, analyses);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cell(scenes: readonly Scene[]): string {
  const ours = addScores(scenes.map(({ sound, sampleRateHz, truth }) => scoreSpeech(findSpeechIn(sound, sampleRateHz), truth)));
  const fixed = addScores(scenes.map((scene) => scoreSpeech(overThreshold(scene), scene.truth)));
  return `${ours.f1.toFixed(4)}  ${ours.edgeMedianMs} ms  (${fixed.f1.toFixed(2)})`;
}

/** Every 10 ms over the threshold is speech; gaps under 400 ms are bridged, as such tools do. */
function overThreshold({ sound, sampleRateHz }: Scene) {
  const step = sampleRateHz / 100;
  const ranges: { start: number; end: number }[] = [];
  for (let frame = 0; frame * step < sound.length; frame++) {
    if (rmsDbfs(sound, frame * step, Math.min(sound.length, (frame + 1) * step)) < fixedThresholdDbfs) continue;
    const last = ranges.at(-1);
    if (last !== undefined && frame - last.end < 40) last.end = frame + 1;
    else ranges.push({ start: frame, end: frame + 1 });
  }
  const speech = ranges.map(({ start, end }) => ({
    start: milliseconds(start * 10),
    duration: milliseconds((end - start) * 10),
  }));
  return { speech, pauses: [], threshold: 0 };
}

/** Stereo AAC of half a minute of sentences in a room, over and over. */
function makeRecording(path: string, minutes: number): void {
  const { sound, sampleRateHz } = makeScene(7, 'room', 15, 30);
  function* blocks(): Generator<Float32Array[]> {
    for (let turn = 0; turn < minutes * 2; turn++) yield [sound, sound];
  }
  encodeSound(blocks(), path, { codec: 'aac', container: 'ipod', sampleRateHz, channels: 2 });
}

type Scan = { readonly seconds: number; readonly cpuSeconds: number; readonly peakMb: number; readonly speech: number };

/** In a process of its own, so that its memory is its own. */
function scan(path: string, minutes: number, analyses: readonly SoundAnalysis[]): void {
  const self = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, ['--no-warnings', self, path, analyses.join()], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`scan failed: ${child.stderr}`);
  const { seconds, cpuSeconds, peakMb, speech } = JSON.parse(child.stdout) as Scan;
  console.log(
    `${minutes} min of stereo AAC, ${analyses.join(' + ')}: ${seconds.toFixed(2)} s (${cpuSeconds.toFixed(2)} s of CPU), peak ${peakMb} MB, ${speech} stretches of speech`,
  );
}

async function scanHere(path: string, analyses: readonly SoundAnalysis[]): Promise<Scan> {
  const started = performance.now();
  const asset = { id: 'ast_bench', hash: '', name: 'bench', bytes: 1, ...probeMedia(path, path) };
  const context = { signal: new AbortController().signal, progress: () => {}, scratch: tmpdir() };
  const { speech } = await analyzeSoundTask({ source: { asset, path }, analyses }, context);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMb: Math.round(maxRSS / 1024),
    speech: speech?.speech.length ?? 0,
  };
}

if (import.meta.main) {
  const [path, analyses] = process.argv.slice(2);
  if (path === undefined || analyses === undefined) speechBench();
  else console.log(JSON.stringify(await scanHere(path, analyses.split(',') as SoundAnalysis[])));
}
