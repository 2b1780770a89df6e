/** The picture of sound: what moves on from picture to picture is what would be painted anew. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { seconds, ticks, timeRange } from '#core/time';
import { encodeSound, probeMedia, type NativeFrame } from '#engine/media';
import type { RenderPlan } from '#engine/plan';
import { openWaveform } from '../../src/engine/render/waveform.ts';

const rate = 48_000;
const length = 6;
const canvas = { width: 320, height: 180 };

/** All three planes without what lies behind the ends of rows. */
function seen(frame: NativeFrame): string {
  const planes = [0, 1, 2].map((plane) => {
    const [width, height] = [canvas.width, canvas.height].map((side) => (plane === 0 ? side : side / 2));
    const stride = frame.linesize[plane]!;
    return Array.from({ length: height! }, (_, row) =>
      frame.data![plane]!.toString('latin1', row * stride, row * stride + width!),
    );
  });
  return planes.flat().join('');
}

test('a picture of sound is the same however it was come to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-waveform-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'sound.wav');
  const swell = Float32Array.from({ length: length * rate }, (_, index) => Math.sin(index / 18) * Math.sin(index / 30_000) ** 2);
  encodeSound([[swell]], path, { codec: 'pcm_s16le', container: 'wav', sampleRateHz: rate, channels: 1 });
  const asset = { id: 'ast_1', hash: '', name: 'sound', bytes: 1, ...probeMedia(path, path) };
  const whole = timeRange(ticks(0), seconds(length));
  const clip = {
    assetId: asset.id,
    streamIndex: 0,
    source: whole,
    firstSample: 0,
    samples: length * rate,
    speed: { num: 1, den: 1 },
    gainDb: 0,
    fadeIn: 0,
    fadeOut: 0,
  };
  const plan: RenderPlan = {
    version: 1,
    output: { format: 'mp4', quality: 'high' },
    sound: { sampleRateHz: rate, channels: 1, tracks: [{ gainDb: 0, clips: [clip] }], master: {}, samples: clip.samples },
    duration: whole.duration,
    reasons: [],
  };
  const open = () =>
    openWaveform(whole, {
      plan,
      sources: [{ asset, path }],
      canvas,
      color: '#7aa2f7',
      output: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' },
    });
  using moving = open();
  // In steps, standing still, ahead and back.
  const pictures = [0, 0.1, 0.2, 0.2, 0.3, 1, 1.1, 1.2, 3, 0.5, 0.6].map((time) => {
    using anew = open();
    const moved = seen(moving.at(time));
    expect(moved === seen(anew.at(time)), `${time} s`).toBe(true);
    return moved;
  });
  expect(new Set(pictures).size).toBe(10);
});
