/** Everything that people drop: taken in, cut once, exported, proved. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mainAudioStream, mainVideoStream } from '#core/asset';
import { toMilliseconds } from '#core/time';
import { decodeSound } from '#engine/media';
import type { OutputRequest } from '#engine/plan';
import { verifyTask } from '#engine/qc';
import type { MediaSource } from '#engine/tasks';
import { readFrames, writeCountedVideo } from '../fixtures/counted-video.ts';
import { chirp, makers, writeMedia } from '../fixtures/media-files.ts';
import { clipOf, renderTimeline, sourceFrom, taskContext, timelineOf, trackOf } from '../fixtures/render-timeline.ts';

/** What the API's documents promise to take. */
const promised = ['mp4', 'mov', 'avi', 'webm', 'mkv', 'jpg', 'png', 'gif', 'webp', 'mp3', 'wav', 'm4a', 'aac'] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-inputs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Exported = {
  readonly path: string;
  readonly frames: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly samples: number;
  readonly plannedMs: number;
};

/** Takes 0.3 s out after half a second, exports, and asks the proof. */
async function cutAndProve(source: MediaSource, output: OutputRequest = { format: 'mp4', quality: 'medium' }): Promise<Exported> {
  const { asset } = source;
  const length = asset.kind === 'image' ? 1500 : toMilliseconds(asset.duration);
  const video = mainVideoStream(asset);
  const audio = mainAudioStream(asset);
  const kinds = [...(video === undefined ? [] : (['video'] as const)), ...(audio === undefined ? [] : (['audio'] as const))];
  const tracks = kinds.map((kind) => trackOf(kind, [clipOf(source, kind, 0, 500), clipOf(source, kind, 800, length)]));
  const timeline = timelineOf(source, tracks);
  const { path, plan } = await renderTimeline(folder, timeline, [source], { output });
  const { proof } = await verifyTask({ plan, timeline, sources: [source], path }, taskContext(folder));
  expect(proof.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(proof.frames).toBe(plan.video?.frames ?? 0);
  const seen = plan.video === undefined ? [] : readFrames(path);
  const blocks =
    plan.sound === undefined
      ? []
      : [
          ...decodeSound(
            { path, container: 'mov' },
            { streamIndex: plan.video === undefined ? 0 : 1, sampleRateHz: 48_000, channels: 1 },
          ),
        ];
  return {
    path,
    frames: seen.length,
    size: seen[0]?.size ?? { width: 0, height: 0 },
    samples: blocks.reduce((sum, [block]) => sum + block!.length, 0),
    plannedMs: toMilliseconds(plan.duration),
  };
}

describe('every promised kind', () => {
  test.each(promised)('%s', async (kind) => {
    const path = join(folder, `made.${kind}`);
    makers[kind]!(path);
    const source = sourceFrom(path, kind, `made.${kind}`);
    const hasSound = mainAudioStream(source.asset) !== undefined;
    expect(hasSound).toBe(!['jpg', 'png', 'gif', 'webp'].includes(kind));
    const exported = await cutAndProve(source);
    // Sound alone gets a picture of itself.
    expect(exported.frames).toBeGreaterThan(5);
    expect(exported.plannedMs).toBeGreaterThan(900);
    if (hasSound) expect(Math.abs(exported.samples - exported.plannedMs * 48)).toBeLessThan(48);
    else expect(exported.samples).toBe(0);
  });

  test.each(['mp3', 'aac'] as const)('%s as sound alone', async (kind) => {
    const path = join(folder, `alone.${kind}`);
    makers[kind]!(path);
    const exported = await cutAndProve(sourceFrom(path, kind, `alone.${kind}`), { format: 'm4a', quality: 'high' });
    expect(exported.frames).toBe(0);
    expect(exported.samples).toBeGreaterThan(48_000);
  });
});

describe('what phones and cameras do', () => {
  const picture = { encoder: 'libx264', frames: 38, settings: { preset: 'ultrafast' } } as const;
  const sound = { codec: 'aac', sampleRateHz: 48_000, planes: chirp(48_000, 72_000, 2) } as const;

  test.each([
    [90, 90, 160],
    [180, 160, 90],
    [270, 90, 160],
  ] as const)('turned by %i degrees', async (rotation, width, height) => {
    const path = join(folder, `turned-${rotation}.mp4`);
    // A dark stripe along the edge that is on top when the picture is turned as asked.
    const edge = { 90: (x: number) => x < 16, 180: (_x: number, y: number) => y >= 74, 270: (x: number) => x >= 144 }[rotation];
    const draw = (x: number, y: number, plane: number) => (plane > 0 ? 128 : edge(x, y) ? 30 : 170);
    writeMedia(path, 'mp4', { picture: { ...picture, rotation, draw }, sounds: [sound] });
    const exported = await cutAndProve(sourceFrom(path, `turned-${rotation}`));
    expect(exported.size).toEqual({ width, height });
    const { luma } = readFrames(exported.path)[5]!;
    const rows = (from: number, to: number) =>
      luma.subarray(from * width, to * width).reduce((sum, value) => sum + value, 0) / ((to - from) * width);
    expect(rows(2, 12)).toBeLessThan(60);
    expect(rows(height - 12, height - 2)).toBeGreaterThan(140);
  });

  test('pixels that are not square', async () => {
    const path = join(folder, 'anamorphic.mp4');
    writeMedia(path, 'mp4', { picture: { ...picture, size: { width: 96, height: 72 }, aspect: { num: 4, den: 3 } } });
    expect((await cutAndProve(sourceFrom(path, 'anamorphic'))).size).toEqual({ width: 128, height: 72 });
  });

  test('a variable frame rate', async () => {
    const path = join(folder, 'uneven.mp4');
    const stampsMs = Array.from({ length: 60 }, (_, index) => index * 33 + (index % 5) * 4 + (index > 30 ? 120 : 0));
    writeCountedVideo(path, { frameRate: { num: 30, den: 1 }, frames: 60, gop: 20, bFrames: 0, stampsMs, soundSeconds: 2 });
    const exported = await cutAndProve(sourceFrom(path, 'uneven'));
    const numbers = readFrames(exported.path).map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(45);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  });

  test('several sounds beside one picture: the first is heard, each can be', async () => {
    const path = join(folder, 'several.mkv');
    const quiet = { ...sound, planes: [new Float32Array(72_000)] };
    writeMedia(path, 'matroska', { picture, sounds: [sound, quiet] });
    const source = sourceFrom(path, 'several', 'several.mkv');
    expect(source.asset.streams.filter(({ kind }) => kind === 'audio').length).toBe(2);
    const loudest = async (streamIndex: number): Promise<number> => {
      const timeline = timelineOf(source, [trackOf('audio', [{ ...clipOf(source, 'audio', 0, 1000), streamIndex }])]);
      const { path: made } = await renderTimeline(folder, timeline, [source], { output: { format: 'wav', quality: 'high' } });
      const blocks = [...decodeSound({ path: made, container: 'wav' }, { streamIndex: 0, sampleRateHz: 48_000, channels: 1 })];
      return Math.max(...blocks.map(([block]) => block!.reduce((most, value) => Math.max(most, Math.abs(value)), 0)));
    };
    expect(await loudest(1)).toBeGreaterThan(0.2);
    expect(await loudest(2)).toBeLessThan(0.001);
    await cutAndProve(source);
  });

  const hasCommand = spawnSync('ffmpeg', ['-version']).status === 0;
  if (!hasCommand) process.stdout.write('skipped: 5.1 sound needs the ffmpeg command to make it\n');
  test.skipIf(!hasCommand)('5.1 sound becomes stereo, with its centre in both sides', async () => {
    const path = join(folder, 'surround.mp4');
    const centre = 'aevalsrc=0|0|0.4*sin(2*PI*500*t)|0|0|0:c=5.1:s=48000:d=1.5';
    const args = ['-v', 'error', '-f', 'lavfi', '-i', centre, '-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=1.5'];
    const made = spawnSync('ffmpeg', [
      ...args,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      '-y',
      path,
    ]);
    expect(made.status).toBe(0);
    const source = sourceFrom(path, 'surround');
    expect(mainAudioStream(source.asset)?.channels).toBe(6);
    const exported = await cutAndProve(source);
    const levels = [0, 0];
    for (const block of decodeSound(
      { path: exported.path, container: 'mov' },
      { streamIndex: 1, sampleRateHz: 48_000, channels: 2 },
    )) {
      block.forEach((values, channel) => (levels[channel] = Math.max(levels[channel]!, ...values.map(Math.abs))));
    }
    expect(Math.min(...levels)).toBeGreaterThan(0.1);
    expect(Math.abs(levels[0]! - levels[1]!)).toBeLessThan(0.02);
  });
});
