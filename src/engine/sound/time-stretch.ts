/**
 * Speed without a change of pitch: overlapping windows taken from the source where they fit the running sound best.
 *
 * Every window may move by up to `searchMs` from its ideal place, so time stays within that everywhere and errors do
 * not add up; the length is exact because output positions are counted, not summed. Source: Verhelst and Roelands,
 * "An overlap-add technique based on waveform similarity (WSOLA)", ICASSP 1993.
 */
import type { Ratio } from '#core/time';

/** 40 ms windows hold two periods of a low voice; 10 ms of search holds one of 100 Hz. */
const windowMs = 40;
const searchMs = 10;
/** The coarse search looks at every fourth sample of a four times thinned signal. */
const thinning = 4;

export type TimeStretch = {
  /** The next `count` output samples. Shape: one array per channel. */
  next(count: number): Float32Array[];
};

/**
 * Plays what `read` gives at `speed`; output sample 0 is source sample `firstSource`.
 *
 * Units: positions and counts in samples of one rate. `read` is asked for ascending, overlapping stretches.
 */
export function createTimeStretch(options: {
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly speed: Ratio;
  readonly firstSource: number;
  readonly read: (first: number, count: number) => Float32Array[];
}): TimeStretch {
  const hop = Math.round((options.sampleRateHz * windowMs) / 2000);
  const search = Math.round((options.sampleRateHz * searchMs) / 1000);
  const length = hop * 2;
  const shape = Float32Array.from({ length }, (_, index) => 0.5 - 0.5 * Math.cos((Math.PI * (index + 0.5)) / hop));
  const silence = (count: number): Float32Array[] => Array.from({ length: options.channels }, () => new Float32Array(count));
  // The first window starts one hop early, so that output sample 0 has its full weight.
  let step = -1;
  let follow: Float32Array | undefined;
  const tail = silence(hop);
  let ready = silence(0);
  let used = 0;

  /** Lays the next window over the tail of the last one; gives one hop of finished samples. */
  function advance(): Float32Array[] {
    // The middle of a window is where it sounds fully: that is what lies in its place, not its start.
    const ideal = options.firstSource + Math.round(((step + 1) * hop * options.speed.num) / options.speed.den) - hop;
    const stretch = options.read(ideal - search, length + 2 * search);
    const sum = mono(stretch);
    const offset = follow === undefined ? search : bestOffset(sum, follow, search);
    follow = sum.subarray(offset + hop, offset + length);
    step++;
    return stretch.map((samples, channel) => {
      const done = new Float32Array(hop);
      const rest = new Float32Array(hop);
      for (let index = 0; index < hop; index++) {
        done[index] = tail[channel]![index]! + samples[offset + index]! * shape[index]!;
        rest[index] = samples[offset + hop + index]! * shape[hop + index]!;
      }
      tail[channel] = rest;
      return done;
    });
  }

  function next(count: number): Float32Array[] {
    const result = silence(count);
    let filled = 0;
    if (step < 0) advance();
    while (filled < count) {
      if (used >= (ready[0]?.length ?? 0)) {
        ready = advance();
        used = 0;
      }
      const part = Math.min(count - filled, ready[0]!.length - used);
      for (let channel = 0; channel < result.length; channel++) {
        result[channel]!.set(ready[channel]!.subarray(used, used + part), filled);
      }
      filled += part;
      used += part;
    }
    return result;
  }

  return { next };
}

/** Where in `stretch`, 0 … 2 × search, a copy of `follow` starts best; the middle where all is equal. */
function bestOffset(stretch: Float32Array, follow: Float32Array, search: number): number {
  const coarse = bestLag(thin(stretch), thin(follow), {
    from: 0,
    to: Math.floor((2 * search) / thinning),
    prefer: Math.round(search / thinning),
    step: 1,
  });
  const middle = coarse * thinning;
  return bestLag(stretch, follow, {
    from: Math.max(0, middle - thinning),
    to: Math.min(2 * search, middle + thinning),
    prefer: search,
    step: 2,
  });
}

/** Normalised correlation over every `step`-th sample; ties go to the lag nearest to `prefer`. */
function bestLag(
  stretch: Float32Array,
  follow: Float32Array,
  range: { readonly from: number; readonly to: number; readonly prefer: number; readonly step: number },
): number {
  let best = range.prefer;
  let bestScore = 0;
  for (let lag = range.from; lag <= range.to; lag++) {
    let dot = 0;
    let energy = 1e-9;
    for (let index = 0; index < follow.length; index += range.step) {
      const value = stretch[lag + index]!;
      dot += value * follow[index]!;
      energy += value * value;
    }
    const score = dot / Math.sqrt(energy);
    const nearer = Math.abs(lag - range.prefer) < Math.abs(best - range.prefer);
    if (score > bestScore + 1e-9 || (nearer && Math.abs(score - bestScore) <= 1e-9)) {
      best = lag;
      bestScore = score;
    }
  }
  return best;
}

function mono(channels: readonly Float32Array[]): Float32Array {
  const [left, right] = channels;
  if (right === undefined) return left!;
  return left!.map((value, index) => value + right[index]!);
}

function thin(samples: Float32Array): Float32Array {
  const result = new Float32Array(Math.floor(samples.length / thinning));
  for (let index = 0; index < result.length; index++) {
    let sum = 0;
    for (let part = 0; part < thinning; part++) sum += samples[index * thinning + part]!;
    result[index] = sum;
  }
  return result;
}
