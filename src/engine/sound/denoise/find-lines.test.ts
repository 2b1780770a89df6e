import { expect, test } from 'vitest';
import { findLines } from './find-lines.ts';
import { createLineCanceller } from './line-canceller.ts';
import { runStage } from './stage.ts';

const rate = 48_000;
const count = 6 * rate;

function noise(seed: number, level: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return level * (state / 2 ** 31 - 1);
  });
}

function tone(hz: number, level: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => level * Math.sin((2 * Math.PI * hz * index) / rate + hz));
}

function sum(...sounds: Float32Array[]): Float32Array {
  return sounds[0]!.map((_, index) => sounds.reduce((total, sound) => total + sound[index]!, 0));
}

function energy(samples: Float32Array): number {
  return samples.reduce((total, value) => total + value * value, 0);
}

/** A buzz that glides and stops and starts, as voices do. */
function voice(): Float32Array {
  let phase = 0;
  return Float32Array.from({ length: count }, (_, index) => {
    const time = index / rate;
    phase += (2 * Math.PI * (140 + 30 * Math.sin(2 * Math.PI * 0.7 * time))) / rate;
    const loud = Math.max(0, Math.sin(2 * Math.PI * 1.3 * time));
    let value = 0;
    for (let order = 1; order <= 12; order++) value += Math.sin(order * phase) / order;
    return 0.1 * loud * value;
  });
}

test('findLines() finds steady tones to a few hundredths of a Hz, and none in noise or a gliding voice', () => {
  const found = findLines(sum(noise(1, 0.01), tone(333.3, 0.01), tone(1047.77, 0.005)));
  expect(found).toHaveLength(2);
  expect(Math.abs(found[0]!.hz - 333.3)).toBeLessThan(0.03);
  expect(Math.abs(found[1]!.hz - 1047.77)).toBeLessThan(0.03);
  expect(Math.abs(found[0]!.levelDbfs - -43)).toBeLessThan(2);
  expect(findLines(noise(2, 0.1))).toEqual([]);
  // Its glide repeats, so that a trace of a line is true; nothing near its own level of −27 dBFS.
  expect(findLines(sum(noise(3, 0.001), voice())).filter(({ levelDbfs }) => levelDbfs > -70)).toEqual([]);
  expect(findLines(new Float32Array(count))).toEqual([]);
});

test('findLines() knows mains hum by three harmonics and then finds the faint ones', () => {
  const mains = 59.98;
  const harmonics = [1, 2, 3, 5, 7].map((order) => tone(order * mains, 0.02 / order));
  const found = findLines(sum(noise(4, 0.01), ...harmonics));
  expect(found.map(({ hz }) => Math.round(hz / mains))).toEqual([1, 2, 3, 5, 7]);
});

test('createLineCanceller() takes hum 30 dB down and leaves the voice over it', () => {
  const hum = sum(tone(50.02, 0.05), tone(100.04, 0.04), tone(150.06, 0.03), tone(250.1, 0.02));
  const mixed = sum(hum, voice());
  const lines = [50.02, 100.04, 150.06, 250.1].map((hz) => ({ hz, levelDbfs: -30 }));
  const left = sum(
    runStage(createLineCanceller(lines, 1), mixed),
    voice().map((value) => -value),
  );
  const inside = (samples: Float32Array) => samples.subarray(rate, count - rate);
  expect(10 * Math.log10(energy(inside(left)) / energy(inside(hum)))).toBeLessThan(-20);
  const alone = runStage(createLineCanceller(lines, 1), hum);
  expect(alone.length).toBe(count);
  expect(10 * Math.log10(energy(inside(alone)) / energy(inside(hum)))).toBeLessThan(-30);
});
