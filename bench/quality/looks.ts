/** How fast ten minutes are looked through and listened to: 1080p30 as cameras and screens make it, with stereo sound. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PictureAnalysis, SoundAnalysis } from '#core/facts';
import { encodeSound, probeMedia } from '#engine/media';
import { createPool, type Pool } from '#engine/pool';
import type { MediaSource } from '#engine/tasks';
import { writeDrawn } from '../../test/fixtures/sight/measure.ts';
import { makeTalkingHead } from '../../test/fixtures/sight/talking-head.ts';
import { makeScene } from '../../test/fixtures/speech-truth.ts';
import { atMost, type QualityRow } from './row.ts';

const minutes = 10;
const pictureSets: readonly (readonly PictureAnalysis[])[] = [
  ['shots'],
  ['shots', 'quality', 'framing'],
  ['shots', 'jumpCuts', 'faults'],
];
const soundSets: readonly (readonly SoundAnalysis[])[] = [
  ['speech', 'loudness', 'noise'],
  ['speech', 'loudness', 'noise', 'faults', 'beats'],
];
const goalSeconds = { picture: 40, sound: 4 } as const;

export async function looksBench(): Promise<QualityRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  const pool = createPool({ size: 2, sandbox: 'off', scratchFolder: folder, onWarning: () => {} });
  try {
    return [...(await soundRows(folder, pool)), ...(await pictureRows(folder, pool))];
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soundRows(folder: string, pool: Pool): Promise<QualityRow[]> {
  const path = join(folder, 'ten.m4a');
  const { sound, sampleRateHz } = makeScene(7, 'room', 15, 30);
  const blocks = Array.from({ length: minutes * 2 }, () => [sound, sound]);
  encodeSound(blocks, path, { codec: 'aac', container: 'ipod', sampleRateHz, channels: 2 });
  const source = sourceAt(path);
  const rows: QualityRow[] = [];
  for (const analyses of soundSets) {
    const seconds = await timed(() => pool.run('analyze-sound', { source, analyses }));
    rows.push(rowOf(`${minutes} min of stereo AAC`, analyses, seconds, goalSeconds.sound));
  }
  return rows;
}

/** A talking head of ten seconds, sixty times, coded by x264 as uploads are: with three B-frames and a key frame every two seconds. */
async function pictureRows(folder: string, pool: Pool): Promise<QualityRow[]> {
  if (!existsSync('/usr/bin/ffmpeg')) {
    console.log('ten minutes of 1080p: not measured, the ffmpeg command is not installed');
    return [];
  }
  const one = join(folder, 'one.mp4');
  const path = join(folder, 'ten.mp4');
  writeDrawn(one, makeTalkingHead(9, { width: 1920, height: 1080 }, 10, 2), { crf: 18 });
  spawnSync('ffmpeg', ['-v', 'error', '-stream_loop', String(minutes * 6 - 1), '-i', one, '-c', 'copy', path]);
  const megabits = (statSync(path).size * 8) / 1e6 / (minutes * 60);
  const source = sourceAt(path);
  const rows: QualityRow[] = [];
  for (const analyses of pictureSets) {
    const seconds = await timed(() => pool.run('analyze-picture', { source, analyses }));
    rows.push(rowOf(`${minutes} min of 1080p30, ${megabits.toFixed(1)} Mbit/s`, analyses, seconds, goalSeconds.picture));
  }
  return rows;
}

function rowOf(set: string, analyses: readonly string[], figure: number, goal: number): QualityRow {
  console.log(`${set}, ${analyses.join(' + ')}: ${figure.toFixed(1)} s`);
  return atMost(goal, { what: `speed: ${analyses.join(', ')}`, set, figure, unit: 's', digits: 1 });
}

function sourceAt(path: string): MediaSource {
  return { asset: { id: 'ast_bench', hash: '', name: 'bench', bytes: 1, ...probeMedia(path, path) }, path };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
