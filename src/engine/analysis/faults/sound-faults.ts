/** Damage and steady faults of a recording, heard while it streams by. Memory: 40 s of sound, and 4 bytes every 10 ms. */
import { createClippingMeter, createHeldSamples, createRealFft, createResampler, findClicks } from '#core/dsp';
import type { SoundFaults } from '#core/facts';
import { fromSample } from '#core/time';
import { findLines, type NoiseLine } from '#engine/sound';
import { createFloatList } from '../float-list.ts';
import { createEchoListener } from './echo.ts';
import { findSteps } from './level-steps.ts';
import { createSibilanceListener } from './sibilance.ts';

const rateHz = 48_000;
/** Lines are looked for in this much. */
const lineSamples = 40 * rateHz;
const mostPlaces = 2000;
/** Fewer clicks than this, and fewer a minute, are events of the recording. */
const [leastClicks, leastPerMinute] = [5, 40];
/** Hum under this is not heard. */
const leastHumDbfs = -62;
const mains = [50, 60] as const;

export type FaultListener = {
  /** `mono` is what `toMono` makes of the same block. */
  push(planar: readonly Float32Array[], mono: Float32Array): void;
  /** `powers` are mean squares every 10 ms of all that was pushed. */
  finish(powers: Float32Array): SoundFaults;
};

export function createFaultListener(sampleRateHz: number): FaultListener {
  const resampler = createResampler(sampleRateHz, rateHz);
  const clipping = createClippingMeter();
  const clicks = createClickListener();
  const rumble = createRumbleListener();
  const echo = createEchoListener();
  const sibilance = createSibilanceListener();
  const head = createFloatList();

  function hear(samples: Float32Array): void {
    clicks.push(samples);
    rumble.push(samples);
    echo.push(samples);
    sibilance.push(samples);
    if (head.length < lineSamples) head.append(samples.subarray(0, lineSamples - head.length));
  }

  return {
    push(planar, mono) {
      clipping.push(planar[0]!);
      hear(resampler.push(mono));
    },
    finish(powers) {
      hear(resampler.flush());
      const hum = humOf(findLines(head.all()));
      const cut = clipping.finish();
      const ringing = echo.finish();
      const hiss = sibilance.finish();
      const low = rumble.finish(hum !== undefined && hum.hz < 75);
      return {
        ...(hum === undefined ? {} : { hum }),
        // Where peaks were cut off, the corners sound like clicks: those go with the clipping.
        clicks: cut === undefined ? clicks.finish() : [],
        ...(cut === undefined
          ? {}
          : {
              clipping: {
                level: Math.round(cut.level * 1000) / 1000,
                count: cut.peaks.length,
                at: cut.peaks.slice(0, mostPlaces).map((sample) => fromSample(sample, sampleRateHz)),
              },
            }),
        ...(low === undefined ? {} : { rumble: { levelDbfs: Math.round(low * 10) / 10 } }),
        ...(ringing === undefined ? {} : { echo: ringing }),
        ...(hiss === undefined ? {} : { sibilance: hiss }),
        steps: findSteps(powers),
      };
    },
  };
}

/** The mains that several lines are multiples of, else nothing: other tones are fans and screens, which noise removal knows. */
function humOf(lines: readonly NoiseLine[]): SoundFaults['hum'] {
  for (const nominal of mains) {
    const orders = lines.filter(({ hz }) => {
      const order = Math.round(hz / nominal);
      return order >= 1 && Math.abs(hz - order * nominal) < 0.3 + 0.003 * hz;
    });
    if (orders.length < 3 || !orders.some(({ hz }) => hz < 2.5 * nominal)) continue;
    const power = orders.reduce((sum, { levelDbfs }) => sum + 10 ** (levelDbfs / 10), 0);
    const levelDbfs = 10 * Math.log10(power);
    if (levelDbfs < leastHumDbfs) continue;
    const upper = orders.map(({ hz }) => hz / Math.round(hz / nominal)).slice(Math.floor(orders.length / 2));
    const hz = upper.sort((a, b) => a - b)[upper.length >> 1]!;
    return { hz: Math.round(hz * 1000) / 1000, levelDbfs: Math.round(levelDbfs * 10) / 10 };
  }
  return undefined;
}

/** Frames with what is around them, as the repair sees them. */
function createClickListener() {
  const [frame, reach] = [4096, 1024];
  const found: number[] = [];
  const held = createHeldSamples();
  let first = 0;
  let next = 0;

  function run(all: Float32Array, last: boolean): void {
    while (first + all.length - next >= (last ? 1 : frame + reach)) {
      const from = next - first;
      const start = Math.max(0, from - reach);
      const part = all.subarray(start, Math.min(all.length, from + frame + reach));
      for (const click of findClicks(part, { from: from - start, to: from - start + frame }))
        found.push(first + start + click.start);
      next += frame;
    }
    const keep = Math.max(0, Math.min(all.length, next - reach - first));
    held.drop(keep);
    first += keep;
  }

  return {
    push: (samples: Float32Array): void => run(held.push(samples), false),
    finish() {
      const rest = held.push(new Float32Array(0));
      const samples = first + rest.length;
      run(rest, true);
      const enough = found.length >= leastClicks && found.length >= (leastPerMinute * samples) / rateHz / 60;
      return enough ? found.slice(0, mostPlaces).map((sample) => fromSample(sample, rateHz)) : [];
    },
  };
}

/** Of the looks, those that are taken for quiet. */
const quietShare = 0.12;

/** How loud it is between 20 and 70 Hz in quiet moments, where that is far louder than what lies above. */
function createRumbleListener() {
  const size = 8192;
  const fft = createRealFft(size);
  const shape = Float64Array.from({ length: size }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size));
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const windowed = new Float64Array(size);
  const lows: number[] = [];
  const highs: number[] = [];
  const held = createHeldSamples();
  const binHz = rateHz / size;
  const band = (from: number, to: number) => {
    let sum = 0;
    for (let bin = Math.ceil(from / binHz); bin <= Math.floor(to / binHz); bin++) sum += re[bin]! ** 2 + im[bin]! ** 2;
    return (sum * 16) / (3 * size * size);
  };
  return {
    push(samples: Float32Array): void {
      const all = held.push(samples);
      let start = 0;
      for (; start + size <= all.length; start += size) {
        for (let index = 0; index < size; index++) windowed[index] = all[start + index]! * shape[index]!;
        fft.forward(windowed, re, im);
        lows.push(band(18, 70));
        highs.push(band(110, 400));
      }
      held.drop(start);
    },
    /** dBFS; nothing where a hum explains it. */
    finish(isHum: boolean): number | undefined {
      if (lows.length < 6 || isHum) return undefined;
      // Where nobody speaks: the looks with the least above, of which a talkative recording has few.
      const quiet = highs.map((high, index) => ({ high, low: lows[index]! })).sort((x, y) => x.high - y.high);
      const few = quiet.slice(0, Math.max(3, Math.floor(quiet.length * quietShare)));
      const middle = (values: readonly number[]) =>
        10 * Math.log10(values.toSorted((x, y) => x - y)[values.length >> 1]! + 1e-12);
      const [low, high] = [middle(few.map((look) => look.low)), middle(few.map((look) => look.high))];
      return low > -48 && low > high + 8 ? low : undefined;
    },
  };
}
