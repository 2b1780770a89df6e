/**
 * The meters against the published minimum requirements, with the signals made as their documents describe them.
 *
 * Sources: EBU Tech 3341 (2016) table 1, signals 1–6 and 15–19; EBU Tech 3342 (2016) table 1, signals 1–4;
 * ITU-R BS.1770-4 tables 1 and 2 for the filter coefficients. The EBU's signals 7 and 8 and 3342's 5 and 6 are
 * recordings that are not ours to ship. Numbers and descriptions only, no files: nothing here is under their licence.
 */
import { expect, test } from 'vitest';
import { createLoudnessMeter, highPassSection, shelfSection, type LoudnessReading } from '#core/dsp';

type Part = { readonly seconds: number; readonly dbfs: readonly number[] };

const stereo = (dbfs: number, seconds: number): Part => ({ seconds, dbfs: [dbfs, dbfs] });

/** A 1 kHz sine whose level per channel changes from part to part without a break in phase, pushed in odd blocks. */
function measureTone(parts: readonly Part[], sampleRateHz = 48000): LoudnessReading {
  const channels = parts[0]!.dbfs.length;
  const meter = createLoudnessMeter(sampleRateHz, channels);
  let time = 0;
  for (const { seconds, dbfs } of parts) {
    const gains = dbfs.map((level) => 10 ** (level / 20));
    for (let left = Math.round(seconds * sampleRateHz); left > 0;) {
      const count = Math.min(left, 7919);
      const tone = Float64Array.from({ length: count }, (_, index) =>
        Math.sin((2 * Math.PI * 1000 * (time + index)) / sampleRateHz),
      );
      meter.push(gains.map((gain) => Float32Array.from(tone, (value) => value * gain)));
      time += count;
      left -= count;
    }
  }
  return meter.result();
}

test.each<{ readonly signal: string; readonly parts: readonly Part[]; readonly lufs: number }>([
  { signal: '1', parts: [stereo(-23, 20)], lufs: -23 },
  { signal: '2', parts: [stereo(-33, 20)], lufs: -33 },
  { signal: '3', parts: [stereo(-36, 10), stereo(-23, 60), stereo(-36, 10)], lufs: -23 },
  { signal: '4', parts: [stereo(-72, 10), stereo(-36, 10), stereo(-23, 60), stereo(-36, 10), stereo(-72, 10)], lufs: -23 },
  { signal: '5', parts: [stereo(-26, 20), stereo(-20, 20.1), stereo(-26, 20)], lufs: -23 },
  { signal: '6', parts: [{ seconds: 20, dbfs: [-28, -28, -24, -30, -30] }], lufs: -23 },
])('Tech 3341 signal $signal measures $lufs LUFS within 0.1', ({ parts, lufs }) => {
  expect(Math.abs(measureTone(parts).integratedLufs - lufs)).toBeLessThanOrEqual(0.1);
});

test.each([8000, 16000, 22050, 44100, 96000])('a −23 dBFS tone measures −23 LUFS at %i Hz too', (sampleRateHz) => {
  expect(Math.abs(measureTone([stereo(-23, 5)], sampleRateHz).integratedLufs + 23)).toBeLessThanOrEqual(0.1);
});

test.each<{ readonly signal: number; readonly parts: readonly Part[]; readonly lu: number }>([
  { signal: 1, parts: [stereo(-20, 20), stereo(-30, 20)], lu: 10 },
  { signal: 2, parts: [stereo(-20, 20), stereo(-15, 20)], lu: 5 },
  { signal: 3, parts: [stereo(-40, 20), stereo(-20, 20)], lu: 20 },
  { signal: 4, parts: [stereo(-50, 20), stereo(-35, 20), stereo(-20, 20), stereo(-35, 20), stereo(-50, 20)], lu: 15 },
])('Tech 3342 signal $signal has a range of $lu LU within 1', ({ parts, lu }) => {
  expect(Math.abs(measureTone(parts).rangeLu - lu)).toBeLessThanOrEqual(1);
});

test.each([
  { signal: 15, divisor: 4, amplitude: 0.5, degrees: 0, dbtp: -6 },
  { signal: 16, divisor: 4, amplitude: 0.5, degrees: 45, dbtp: -6 },
  { signal: 17, divisor: 6, amplitude: 0.5, degrees: 60, dbtp: -6 },
  { signal: 18, divisor: 8, amplitude: 0.5, degrees: 67.5, dbtp: -6 },
  { signal: 19, divisor: 4, amplitude: 1.41, degrees: 45, dbtp: 3 },
])('Tech 3341 signal $signal peaks at $dbtp dBTP within +0.2 and −0.4', ({ divisor, amplitude, degrees, dbtp }) => {
  const count = 48000;
  const tone = Float32Array.from({ length: count }, (_, index) => {
    // Faded, so that the steady tone is measured and not what a hard start does to any interpolator.
    const fade = Math.min(1, index / 480, (count - index) / 480);
    return fade * amplitude * Math.sin((2 * Math.PI * index) / divisor + (degrees * Math.PI) / 180);
  });
  const meter = createLoudnessMeter(48000, 2);
  for (let position = 0; position < count; position += 1000) {
    const block = tone.subarray(position, position + 1000);
    meter.push([block, block]);
  }
  const { truePeakDbtp } = meter.result();
  expect(truePeakDbtp).toBeLessThanOrEqual(dbtp + 0.2);
  expect(truePeakDbtp).toBeGreaterThanOrEqual(dbtp - 0.4);
});

test('the weighting at 48 kHz has the coefficients that BS.1770-4 prints', () => {
  const shelf = shelfSection(48000);
  const highPass = highPassSection(48000);
  const printed: readonly (readonly [number, number])[] = [
    [shelf.b0, 1.53512485958697],
    [shelf.b1, -2.69169618940638],
    [shelf.b2, 1.19839281085285],
    [shelf.a1, -1.69065929318241],
    [shelf.a2, 0.73248077421585],
    [highPass.a1, -1.99004745483398],
    [highPass.a2, 0.99007225036621],
  ];
  for (const [derived, table] of printed) expect(Math.abs(derived - table)).toBeLessThan(1e-8);
});
