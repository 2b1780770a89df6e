import { describe, expect, test } from 'vitest';
import { createLoudnessMeter, createTruePeakMeter } from './index.ts';

const rate = 48000;

function noise(count: number, seed: number, amplitude = 0.3): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return amplitude * (state / 2 ** 31 - 1);
  });
}

describe('createLoudnessMeter()', () => {
  test('gives the same result whatever the blocks are', () => {
    const sound = noise(2 * rate, 7);
    const readings = [1, 37, 4800, 5000, sound.length].map((size) => {
      const meter = createLoudnessMeter(rate, 1);
      for (let position = 0; position < sound.length; position += size) meter.push([sound.subarray(position, position + size)]);
      return meter.result();
    });
    for (const reading of readings) {
      expect(reading.integratedLufs).toBeCloseTo(readings[0]!.integratedLufs, 9);
      expect(reading.truePeakDbtp).toBe(readings[0]!.truePeakDbtp);
    }
  });

  test('two equal channels are 3 dB louder than one, and a gain of 6 dB shows as 6 dB', () => {
    const sound = noise(rate, 11);
    const [one, two, loud] = [createLoudnessMeter(rate, 1), createLoudnessMeter(rate, 2), createLoudnessMeter(rate, 1)];
    one.push([sound]);
    two.push([sound, sound]);
    loud.push([sound.map((value) => value * 2)]);
    expect(two.result().integratedLufs - one.result().integratedLufs).toBeCloseTo(3.0103, 3);
    expect(loud.result().integratedLufs - one.result().integratedLufs).toBeCloseTo(6.0206, 3);
    expect(loud.result().truePeakDbtp - one.result().truePeakDbtp).toBeCloseTo(6.0206, 3);
  });

  test.each([0, 1, 480, 4800, 10 * rate])('says −120, not −Infinity or NaN, of %i samples of silence', (count) => {
    const meter = createLoudnessMeter(rate, 2);
    meter.push([new Float32Array(count), new Float32Array(count)]);
    expect(meter.result()).toEqual({ integratedLufs: -120, rangeLu: 0, truePeakDbtp: -120, samplePeakDbfs: -120 });
  });

  test('measures a tenth of a second whole, since no gating block fits', () => {
    const meter = createLoudnessMeter(rate, 1);
    meter.push([Float32Array.from({ length: rate / 10 }, (_, index) => 0.1 * Math.sin((2 * Math.PI * 1000 * index) / rate))]);
    expect(meter.result().integratedLufs).toBeCloseTo(-23, 0);
  });

  test('samples that are not numbers count as silence and spoil nothing after them', () => {
    const [clean, spoiled] = [createLoudnessMeter(rate, 1), createLoudnessMeter(rate, 1)];
    const sound = noise(5 * rate, 3);
    clean.push([sound]);
    spoiled.push([Float32Array.of(Number.NaN, Infinity, -Infinity)]);
    spoiled.push([sound]);
    expect(spoiled.result().integratedLufs).toBeCloseTo(clean.result().integratedLufs, 1);
    expect(spoiled.result().truePeakDbtp).toBeCloseTo(clean.result().truePeakDbtp, 6);
  });

  test.each([
    [0, 2],
    [48000, 0],
    [48000, 1.5],
  ])('refuses %f Hz with %f channels', (sampleRateHz, channels) => {
    expect(() => createLoudnessMeter(sampleRateHz, channels)).toThrow(/no sample rate|no number/);
  });
});

test('createTruePeakMeter() finds what interpolating every point finds', () => {
  // Peaks of many heights, so that the test for "cannot matter" is wrong often if it is wrong at all.
  for (let seed = 1; seed <= 20; seed++) {
    const sound = noise(3000, seed, 0.2).map((value, index) => value * (1 + Math.sin(index / (40 + seed)) ** 2));
    const meter = createTruePeakMeter(1);
    meter.push([sound]);
    expect(meter.truePeak(), `seed ${seed}`).toBeCloseTo(everyPoint(sound), 6);
  }
});

/** The annex read plainly: impulse responses of the meter's own taps are not used, they are printed here again. */
function everyPoint(sound: Float32Array): number {
  const first = [
    0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625, 0.97216796875,
    -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125,
  ];
  const second = [
    -0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625, 0.77978515625, -0.2003173828125,
    0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375,
  ];
  let peak = 0;
  for (const phase of [first, second, second.toReversed(), first.toReversed()]) {
    for (let index = 0; index < sound.length + 11; index++) {
      let value = 0;
      for (let tap = 0; tap < 12; tap++) value += (sound[index - tap] ?? 0) * phase[tap]!;
      peak = Math.max(peak, Math.abs(value));
    }
  }
  return sound.reduce((highest, value) => Math.max(highest, Math.abs(value)), peak);
}
