import { describe, expect, test } from 'vitest';
import { createClippingMeter, findClicks, siSdrDb } from '#core/dsp';
import { createRepairProcess, findLines } from '#engine/sound';
import { addClicks, addHum, addRumble, clip, humLevelDbfs } from '../fixtures/ears/damage.ts';
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

  test('a healthy recording is not clipped', () => {
    const meter = createClippingMeter();
    meter.push(clean.map((value) => value * 2));
    expect(meter.finish()).toBeUndefined();
  });
});

describe('hum', () => {
  test.each([50.02, 59.97])('at %f Hz goes by 18 dB and more, and speech is no worse', (hz) => {
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
    expect(before - after).toBeGreaterThan(18);
    expect(siSdrDb(clean, repaired)).toBeGreaterThan(siSdrDb(clean, damaged));
  });
});

test('rumble goes, and speech above it stays', () => {
  const damaged = addRumble(clean, seed);
  const repaired = repair(damaged, { rumble: true });
  const reference = repair(clean, { rumble: true });
  expect(siSdrDb(reference, repaired)).toBeGreaterThan(siSdrDb(clean, damaged) + 6);
});

test('two repairs of two channels: every sample where it was', () => {
  const process = createRepairProcess(2, { name: 'repair', clicks: true, hum: 50 });
  const silence = new Float32Array(48_000);
  const [first, rest] = [process.process([silence, silence]), process.flush()];
  for (const channel of [0, 1]) expect(first[channel]!.length + rest[channel]!.length).toBe(48_000);
});
