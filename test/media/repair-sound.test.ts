import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createClippingMeter, findClicks, siSdrDb, stoi, whitenedLag } from '#core/dsp';
import type { ClipEffect, Item } from '#core/timeline';
import { decodeSound, encodeSound } from '#engine/media';
import { createRepairProcess, findLines } from '#engine/sound';
import { addClicks, addHum, addRumble, clip, humLevelDbfs } from '../fixtures/ears/damage.ts';
import { reverberate } from '../fixtures/ears/room.ts';
import { createSibilanceListener } from '../../src/engine/analysis/faults/sibilance.ts';
import { clipOf, renderTimeline, sourceFrom, timelineOf, trackOf } from '../fixtures/render-timeline.ts';
import { spokenSentences } from '../fixtures/sounds.ts';

const seed = 20261121;
process.stdout.write(`repairs: seed ${seed}\n`);
const { clean } = spokenSentences({ seed, seconds: 10, voice: 'slt' });

function repair(samples: Float32Array, effect: object): Float32Array {
  const process = createRepairProcess(1, { name: 'repair', ...effect });
  const blocks: Float32Array[] = [];
  for (let at = 0; at < samples.length; at += 5000) blocks.push(process.process([samples.subarray(at, at + 5000)])[0]!);
  blocks.push(process.flush()[0]!);
  const result = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    result.set(block, at);
    at += block.length;
  }
  return result;
}

/** Frame by frame, as the meter and the repair do it. */
function clicksIn(samples: Float32Array) {
  return Array.from({ length: Math.ceil(samples.length / 4096) }, (_, frame) =>
    findClicks(samples, { from: frame * 4096, to: (frame + 1) * 4096 }),
  ).flat();
}

describe('clicks', () => {
  const { damaged, at } = addClicks(clean, seed);

  test('are found where they are, and nowhere in healthy speech', () => {
    const found = clicksIn(damaged);
    const hits = at.filter((place) => found.some(({ start, end }) => place + 12 >= start && place <= end)).length;
    expect(hits / at.length).toBeGreaterThan(0.85);
    expect(found.length).toBeLessThanOrEqual(at.length + 2);
    expect(clicksIn(clean).length).toBeLessThanOrEqual(1);
  });

  test('go, and everything else stays bit by bit', () => {
    const repaired = repair(damaged, { clicks: true });
    expect(repaired).toHaveLength(clean.length);
    expect(siSdrDb(clean, repaired)).toBeGreaterThan(siSdrDb(clean, damaged) + 8);
    let changed = 0;
    for (let index = 0; index < clean.length; index++) if (repaired[index] !== damaged[index]) changed++;
    expect(changed / clean.length).toBeLessThan(0.01);
  });
});

describe('clipping', () => {
  test.each([4, 8])('%i dB: its level is found, and cut peaks come back', (overDb) => {
    const { damaged, truth } = clip(clean, overDb);
    const meter = createClippingMeter();
    meter.push(damaged);
    const found = meter.finish();
    expect(found?.level).toBeCloseTo(0.8, 1);
    const repaired = repair(damaged, { clipping: found!.level });
    const [before, after] = [siSdrDb(truth, damaged), siSdrDb(truth, repaired)];
    process.stdout.write(`clipped by ${overDb} dB: SI-SDR ${before.toFixed(1)} → ${after.toFixed(1)} dB\n`);
    expect(after).toBeGreaterThan(before + 3);
  });

  test.each(['slt', 'rms', 'awb'] as const)('restored peaks of %s do not sound like clicks', (voice) => {
    const { clean: spoken } = spokenSentences({ seed, seconds: 8, voice });
    for (const overDb of [4, 8]) {
      const { damaged } = clip(spoken, overDb);
      const meter = createClippingMeter();
      meter.push(damaged);
      expect(clicksIn(repair(damaged, { clipping: meter.finish()!.level })).length).toBeLessThan(10);
    }
  });

  test('a healthy recording is not clipped', () => {
    const meter = createClippingMeter();
    meter.push(clean.map((value) => value * 2));
    expect(meter.finish()).toBeUndefined();
  });
});

describe('hum', () => {
  test.each([50.02, 59.97])('at %f Hz goes by 22 dB and more, and speech is better by 12', (hz) => {
    const damaged = addHum(clean, hz);
    const lines = findLines(damaged);
    const mains = lines.find((line) => Math.abs(line.hz - hz) < 0.5);
    expect(mains?.hz).toBeCloseTo(hz, 1);
    const repaired = repair(damaged, { hum: mains!.hz });
    const left = repaired.map((value, index) => value - clean[index]!);
    const [before, after] = [humLevelDbfs(addHum(new Float32Array(clean.length), hz), hz), humLevelDbfs(left, hz)];
    process.stdout.write(
      `hum at ${hz} Hz: ${before.toFixed(1)} → ${after.toFixed(1)} dBFS, SI-SDR ${siSdrDb(clean, damaged).toFixed(1)} → ${siSdrDb(clean, repaired).toFixed(1)} dB\n`,
    );
    expect(before - after).toBeGreaterThan(22);
    expect(siSdrDb(clean, repaired)).toBeGreaterThan(siSdrDb(clean, damaged) + 12);
  });
});

test('rumble goes, and speech above it stays', () => {
  const damaged = addRumble(clean, seed);
  const repaired = repair(damaged, { rumble: true });
  const reference = repair(clean, { rumble: true });
  expect(siSdrDb(reference, repaired)).toBeGreaterThan(siSdrDb(clean, damaged) + 6);
});

describe('echo', () => {
  test.each([
    [0.6, -3],
    [0.8, 0],
    [1.2, 0],
  ])('of a room of %f s goes down, and speech is understood better', (decaySeconds, directDb) => {
    const { wet, early } = reverberate(clean, { decaySeconds, directDb, seed });
    const repaired = repair(wet, { echo: decaySeconds });
    expect(repaired).toHaveLength(wet.length);
    const [before, after] = [siSdrDb(early, wet), siSdrDb(early, repaired)];
    const [understood, better] = [stoi(clean, wet, 48_000), stoi(clean, repaired, 48_000)];
    process.stdout.write(
      `room of ${decaySeconds} s: SI-SDR against its early part ${before.toFixed(1)} → ${after.toFixed(1)} dB, STOI ${understood.toFixed(3)} → ${better.toFixed(3)}\n`,
    );
    expect(after).toBeGreaterThan(before - 0.5);
    expect(better).toBeGreaterThan(understood + 0.015);
    expect(tailDbfs(repaired)).toBeLessThan(tailDbfs(wet) - 4);
  });

  test('half the strength takes half', () => {
    const { wet } = reverberate(clean, { decaySeconds: 0.8, directDb: 0, seed });
    const tails = [0, 0.5, 1].map((strength) => tailDbfs(repair(wet, { echo: 0.8, strength })));
    expect(tails[0]).toBeCloseTo(tailDbfs(wet), 2);
    expect(tails[1]! - tails[2]!).toBeGreaterThan(1.5);
    expect(tails[0]! - tails[1]!).toBeGreaterThan(1.5);
  });
});

describe('sharp s-sounds', () => {
  const sharp = clean.map((value, index) => value + 3 * ((value - (clean[index - 1] ?? 0)) / 2));

  test('are measured, come down, and everything else stays bit by bit', () => {
    const { voiceDbfs, overDb } = sibilanceOf(sharp)!;
    expect(overDb).toBeGreaterThan((sibilanceOf(clean)?.overDb ?? -20) + 4);
    const repaired = repair(sharp, { sibilance: voiceDbfs + overDb - 8 });
    expect(repaired).toHaveLength(sharp.length);
    expect(sibilanceOf(repaired)?.overDb ?? -20).toBeLessThan(overDb - 2);
    let same = 0;
    for (let index = 0; index < sharp.length; index++) if (repaired[index] === sharp[index]) same++;
    expect(same / sharp.length).toBeGreaterThan(0.6);
    expect(same / sharp.length).toBeLessThan(1);
    expect(stoi(sharp, repaired, 48_000)).toBeGreaterThan(0.99);
  });

  test('a threshold that nothing reaches changes nothing', () => {
    const repaired = repair(clean, { sibilance: 0 });
    expect(repaired.every((value, index) => value === clean[index])).toBe(true);
  });
});

function sibilanceOf(samples: Float32Array) {
  const listener = createSibilanceListener();
  listener.push(samples);
  return listener.finish();
}

/** RMS of the quieter half of the moments of 20 ms that are not silent. */
function tailDbfs(samples: Float32Array): number {
  const powers: number[] = [];
  for (let at = 0; at + 960 <= samples.length; at += 960) {
    const power = samples.subarray(at, at + 960).reduce((sum, value) => sum + value * value, 0) / 960;
    if (power > 1e-10) powers.push(power);
  }
  const quiet = powers.toSorted((a, b) => a - b).slice(0, powers.length >> 1);
  return 10 * Math.log10(quiet.reduce((sum, power) => sum + power, 0) / quiet.length);
}

test('two repairs of two channels: every sample where it was', () => {
  const process = createRepairProcess(2, { name: 'repair', clicks: true, hum: 50 });
  const silence = new Float32Array(48_000);
  const [first, rest] = [process.process([silence, silence]), process.flush()];
  for (const channel of [0, 1]) expect(first[channel]!.length + rest[channel]!.length).toBe(48_000);
});

describe('in an export', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-repair-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'damaged.wav');
  const { damaged } = addClicks(clean, seed);
  encodeSound([[damaged]], path, { codec: 'pcm_s24le', container: 'wav', sampleRateHz: 48_000, channels: 1 });
  const source = sourceFrom(path, 'ast_1', 'damaged.wav');

  async function exported(effects: readonly ClipEffect[], speed = { num: 1, den: 1 }): Promise<Float32Array> {
    return exportedClips([clipOf(source, 'audio', 0, 10_000, { effects, speed })]);
  }

  async function exportedClips(clips: readonly Item[]): Promise<Float32Array> {
    const rendered = await renderTimeline(folder, timelineOf(source, [trackOf('audio', clips)]), [source], {
      output: { format: 'wav', quality: 'high' },
    });
    const blocks = [
      ...decodeSound({ path: rendered.path, container: 'wav' }, { streamIndex: 0, sampleRateHz: 48_000, channels: 1 }),
    ];
    const all = new Float32Array(blocks.reduce((sum, [block]) => sum + block!.length, 0));
    let at = 0;
    for (const [block] of blocks) {
      all.set(block!, at);
      at += block!.length;
    }
    return all;
  }

  test('the repair is heard, and what was not damaged is as without it', async () => {
    const [plain, mended] = [await exported([]), await exported([{ name: 'repair', clicks: true }])];
    expect(mended).toHaveLength(plain.length);
    expect(siSdrDb(clean.subarray(0, mended.length), mended)).toBeGreaterThan(
      siSdrDb(clean.subarray(0, plain.length), plain) + 8,
    );
    let changed = 0;
    for (let index = 0; index < plain.length; index++) if (plain[index] !== mended[index]) changed++;
    expect(changed / plain.length).toBeLessThan(0.01);
  });

  test.each([
    ['noise removal', { name: 'denoise', strength: 1, engine: 'auto' }],
    ['every repair', { name: 'repair', clicks: true, hum: 50, rumble: true, echo: 0.8, sibilance: -40, clipping: 0.9 }],
  ] as const)('%s of one clip leaves the clips beside it as they are, bit by bit', async (_name, effect) => {
    const cut = (effects: readonly ClipEffect[]) =>
      exportedClips([
        clipOf(source, 'audio', 0, 3000),
        clipOf(source, 'audio', 3000, 6000, { effects }),
        clipOf(source, 'audio', 6000, 9000),
      ]);
    const [plain, worked] = [await cut([]), await cut([effect])];
    expect(worked).toHaveLength(plain.length);
    const differing = (from: number, to: number) => {
      let count = 0;
      for (let index = from * 48_000; index < to * 48_000; index++) if (plain[index] !== worked[index]) count++;
      return count;
    };
    // Where they meet, one goes over into the other within 30 ms.
    expect(differing(0, 2.95)).toBe(0);
    expect(differing(6.05, 9)).toBe(0);
    expect(differing(3, 6)).toBeGreaterThan(1000);
  });

  test('a clock 120 ppm fast is retimed: the export ends where it should', async () => {
    const retimed = await exported([], { num: 1_000_120, den: 1_000_000 });
    expect(Math.abs(retimed.length - (10 * 48_000) / 1.00012)).toBeLessThan(2);
    const last = clean.length - 60_000;
    const shift = ((last + 16_000) * 0.00012) / 1.00012;
    const { lag } = whitenedLag(damaged.slice(last, last + 32_000), retimed.slice(last, last + 32_000), {
      sampleRateHz: 48_000,
      reach: 200,
      lowHz: 150,
      highHz: 5000,
    });
    expect(lag).toBeCloseTo(-shift, 0);
  });
});
