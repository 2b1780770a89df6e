/**
 * From beginnings to a beat: what pulse goes through them, and where each beat of it lies.
 *
 * Several periods are tried, each laid through the music by dynamic programming and each also half a beat off; what stands on
 * the beats and between them decides which of these is the pulse.
 */
import { autocorrelation, likelyPeriods, longestLag } from './likely-periods.ts';
import { beatFramesPerSecond, type OnsetStrength } from './onset-strength.ts';
import { pulseScore, type Parts } from './pulse-score.ts';

/** How stiff the pulse is: the cost of a beat that comes early or late, in standard deviations of the beginnings. */
const tightness = 120;
const triedPeriods = 12;
/** Frames; in longer music the period is told from the middle. */
const longestTrial = 120 * beatFramesPerSecond;
/** A pulse that is half a beat off is drawn to within this share of a beat. */
const pull = 0.1;
const slack = 3;

export type BeatTrack = {
  /** Frames, rising, to a fraction of one. */
  readonly beats: readonly number[];
  /** Mean beats per minute. */
  readonly bpm: number;
  /** 0 … 1: how well the music repeats itself after one, two and four beats. */
  readonly confidence: number;
};

/** Undefined where nothing pulses: silence, speech without a metre, a single tone. */
export function trackBeats(strength: OnsetStrength): BeatTrack | undefined {
  const parts = partsOf(strength);
  const { envelope } = parts;
  if (envelope.length < 2 * beatFramesPerSecond) return undefined;
  const chosen = choosePeriod(parts);
  if (chosen === undefined) return undefined;
  const found = onTheBeat(parts, chosen.period);
  const contrast = contrastOf(envelope, found);
  const beats = trimEnds(found, envelope);
  if (beats.length < 4 || contrast <= 0) return undefined;
  const bpm = (60 * beatFramesPerSecond * (beats.length - 1)) / (beats.at(-1)! - beats[0]!);
  return { beats: beats.map((beat) => refine(envelope, beat)), bpm, confidence: chosen.regularity };
}

function partsOf({ all, low, middle, high, loud, pitches }: OnsetStrength): Parts {
  const envelopes = [all, low, middle, high, loud].map(toEnvelope);
  const envelope = envelopes[0]!.map((value, index) => (value + envelopes[4]![index]! + 0.7 * envelopes[1]![index]!) / 2);
  return { envelopes, envelope, pitches };
}

/** Without what is slower than a second, deviation 1. */
function toEnvelope(onsets: Float32Array): Float32Array {
  const sums = new Float64Array(onsets.length + 1);
  for (let index = 0; index < onsets.length; index++) sums[index + 1] = sums[index]! + onsets[index]!;
  const reach = beatFramesPerSecond / 2;
  const smooth = onsets.map((_, index) => {
    const [from, to] = [Math.max(0, index - reach), Math.min(onsets.length, index + reach + 1)];
    const [a, b] = [onsets[Math.max(0, index - 1)]!, onsets[Math.min(onsets.length - 1, index + 1)]!];
    return Math.max(0, (a + 2 * onsets[index]! + b) / 4 - (sums[to]! - sums[from]!) / (to - from));
  });
  let energy = 0;
  for (const value of smooth) energy += value * value;
  const deviation = Math.sqrt(energy / Math.max(1, smooth.length));
  return deviation < 1e-6 ? smooth.fill(0) : smooth.map((value) => Math.min(6, value / deviation));
}

/** The period in frames that the music is felt in; undefined where nothing repeats. */
function choosePeriod(parts: Parts): { readonly period: number; readonly regularity: number } | undefined {
  const same = parts.envelopes.map((envelope) => autocorrelation(envelope, longestLag));
  const trial = middleOf(parts);
  let best: { readonly period: number; readonly score: number } | undefined;
  for (const { frames, metre } of likelyPeriods(same, triedPeriods)) {
    for (const beats of pulsesOf(trial.envelope, frames)) {
      const score = pulseScore(trial, beats, { frames, metre });
      if (best === undefined || score > best.score) best = { period: frames, score };
    }
  }
  if (best === undefined) return undefined;
  const likeness = [1, 2, 4].map((multiple) => same[0]![Math.min(longestLag - 1, Math.round(best.period * multiple))]!);
  const mean = likeness.reduce((sum, value) => sum + value, 0) / likeness.length;
  return { period: best.period, regularity: Math.max(0, Math.min(1, 2 * mean)) };
}

/** Beats of a period as they fit best, and the places halfway between those. */
function pulsesOf(envelope: Float32Array, period: number): number[][] {
  const on = bestBeats(envelope, period);
  return on.length < 4 ? [] : [on, on.slice(1).map((beat, index) => (beat + on[index]!) / 2)];
}

function middleOf(parts: Parts): Parts {
  const { length } = parts.envelope;
  if (length <= longestTrial) return parts;
  // Pitches come once every few frames.
  const from = Math.floor((length - longestTrial) / 200) * 100;
  const cut = (values: Float32Array) => values.subarray(from, from + longestTrial);
  const share = parts.pitches.length / length;
  return {
    envelopes: parts.envelopes.map(cut),
    envelope: cut(parts.envelope),
    pitches: parts.pitches.subarray(Math.round((from * share) / 12) * 12),
  };
}

/** All beats of a period, on the side of them that bears the pulse. */
function onTheBeat(parts: Parts, period: number): number[] {
  const [on, off] = pulsesOf(parts.envelope, period);
  if (on === undefined || off === undefined) return [];
  const place = { frames: period, metre: 0 };
  if (pulseScore(parts, on, place) >= pulseScore(parts, off, place)) return on;
  let next = 0;
  const drawn = parts.envelope.map((value, frame) => {
    while (next < off.length - 1 && Math.abs(off[next + 1]! - frame) <= Math.abs(off[next]! - frame)) next++;
    const distance = (off[next]! - frame) / (pull * period);
    return value * Math.exp(-0.5 * distance * distance);
  });
  return bestBeats(drawn, period);
}

/** How far beats stand out of what lies halfway between them, in deviations of the envelope. */
function contrastOf(envelope: Float32Array, beats: readonly number[]): number {
  const near = (place: number) => {
    const middle = Math.round(place);
    let most = 0;
    for (let index = Math.max(0, middle - slack); index <= Math.min(envelope.length - 1, middle + slack); index++)
      most = Math.max(most, envelope[index]!);
    return most;
  };
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const others = envelope.reduce((sum, value) => sum + value, 0) / envelope.length;
  return meanOf(beats.map(near)) - 2 * others;
}

/** Dynamic programming over all places of beats. Source: Ellis, "Beat tracking by dynamic programming", JNMR 2007. */
function bestBeats(envelope: Float32Array, period: number): number[] {
  const count = envelope.length;
  const score = new Float64Array(count);
  const from = new Int32Array(count).fill(-1);
  const [least, most] = [Math.round(period * 0.7), Math.round(period * 1.4)];
  const cost = Float64Array.from({ length: most + 1 }, (_, lag) => tightness * Math.log(Math.max(1, lag) / period) ** 2);
  for (let place = 0; place < count; place++) {
    let best = 0;
    for (let lag = least; lag <= most && lag <= place; lag++) {
      const value = score[place - lag]! - cost[lag]!;
      if (value > best) {
        best = value;
        from[place] = place - lag;
      }
    }
    score[place] = envelope[place]! + best;
  }
  let last = count - 1;
  for (let place = Math.max(0, count - most); place < count; place++) if (score[place]! > score[last]!) last = place;
  const beats: number[] = [];
  for (let place = last; place >= 0; place = from[place]!) beats.push(place);
  return beats.reverse();
}

/** Beats in the silence before the first and after the last sound are guesses. */
function trimEnds(beats: readonly number[], envelope: Float32Array): number[] {
  const heard = (beat: number) => {
    for (let index = Math.max(0, beat - slack); index <= Math.min(envelope.length - 1, beat + slack); index++)
      if (envelope[index]! > 0.5) return true;
    return false;
  };
  const first = beats.findIndex(heard);
  const last = beats.findLastIndex(heard);
  return first < 0 ? [] : beats.slice(first, last + 1);
}

/** The top of the beginning near a beat, by a parabola. */
function refine(envelope: Float32Array, beat: number): number {
  let top = beat;
  for (let index = Math.max(1, beat - 2); index <= Math.min(envelope.length - 2, beat + 2); index++)
    if (envelope[index]! > envelope[top]!) top = index;
  if (top < 1 || top > envelope.length - 2 || envelope[top]! < 0.5) return beat;
  const [a, b, c] = [envelope[top - 1]!, envelope[top]!, envelope[top + 1]!];
  const bend = a - 2 * b + c;
  return bend >= 0 ? top : top + Math.max(-0.5, Math.min(0.5, (a - c) / (2 * bend)));
}
