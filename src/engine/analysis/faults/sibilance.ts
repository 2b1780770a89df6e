/** How sharp s-sounds are against the voice. */
import { hissFromHz, createHighPass } from '#engine/sound';
import type { SoundFaults } from '#core/facts';

/** 10 ms at 48 kHz. */
const hop = 480;
/** What is so far under the loud parts is no voice; what is so far over the quiet parts of the band is a sound in it. */
const [voiceRange, overQuiet] = [10 ** 1.5, 30];
/** The sharper fifth tells. */
const telling = 0.8;
/** Hisses a second that speech has at least. */
const leastRate = 0.5;

export type SibilanceListener = { push(samples: Float32Array): void; finish(): SoundFaults['sibilance'] };

/** Mono at 48 kHz. Memory: 16 bytes every 10 ms. */
export function createSibilanceListener(): SibilanceListener {
  const filter = createHighPass(hissFromHz);
  const highs: number[] = [];
  const lows: number[] = [];
  const open = { high: 0, all: 0, count: 0 };
  return {
    push(samples) {
      const filtered = filter.push(samples);
      let high = open.high;
      let all = open.all;
      let count = open.count;
      for (let index = 0; index < samples.length; index++) {
        high += filtered[index]! * filtered[index]!;
        all += samples[index]! * samples[index]!;
        if (++count < hop) continue;
        highs.push(high / hop);
        lows.push(Math.max(0, all - high) / hop);
        high = 0;
        all = 0;
        count = 0;
      }
      Object.assign(open, { high, all, count });
    },
    finish() {
      if (lows.length < 100) return undefined;
      const loud = at(lows, 0.95);
      const voiced = lows.filter((power) => power > loud / voiceRange);
      const voice = voiced.reduce((sum, power) => sum + power, 0) / Math.max(1, voiced.length);
      const quiet = at(highs, 0.2);
      const hisses = highs.filter((power, index) => power > lows[index]! && power > overQuiet * quiet && power > voice / 1e4);
      if (voice < 1e-7 || hisses.length < (leastRate * lows.length) / 100) return undefined;
      const voiceDbfs = 10 * Math.log10(voice);
      const overDb = 10 * Math.log10(at(hisses, telling)) - voiceDbfs;
      return { voiceDbfs: Math.round(voiceDbfs * 10) / 10, overDb: Math.round(overDb * 10) / 10 };
    },
  };
}

function at(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
