/**
 * Noise removal frame by frame: each frame waits until the noise after it is known as well as the noise before it.
 *
 *     frames  ┆ done ┆ ready (one batch) ┆ ahead ┆ to come
 *     noise     ────────────▶ forward ─────────▶
 *                      ◀──────── backward ───────
 */
import { createRealFft } from '#core/dsp';
import { createAlignedEnhancer } from './aligned-enhancer.ts';
import { createAlignedRnnoise } from './aligned-rnnoise.ts';
import { applyGains, bandsToCells, cellCount, cellPowers, frameBins, frameSamples, frameWindow, hopSamples } from './cells.ts';
import { createGainRule, smoothCells } from './gain-rule.ts';
import { createLevelTally, type LevelTally } from './level-tally.ts';
import { createDirectedTracker } from './noise-tracker.ts';
import type { NoiseProfile } from './profile-type.ts';
import { createSampleQueue } from './sample-queue.ts';
import { joinBlocks, type Stage } from './stage.ts';
import type { Trust } from './trust.ts';
import { createVoiceBlend, type Voice } from './voice-blend.ts';

/** Frames finished at once, and frames that are seen beyond them: 0.5 s and 0.26 s. */
const batchFrames = 24;
const aheadFrames = 12;
/** Bounds on how probable speech is before looking. */
const [leastPrior, mostPrior] = [0.02, 0.99];
/** Deepest cut at full strength, dB: what is left is a floor, not a hole. */
const deepestDb = 24;

type Frame = {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly powers: Float64Array;
  readonly ratio: Float64Array;
  readonly prior: Float64Array;
  readonly noise: Float64Array;
  /** What the enhancer made of it. */
  readonly voice: Voice | undefined;
  /** Reaches beyond the recording: its power says nothing about the noise. */
  partial: boolean;
};

export type GuidedOptions = {
  readonly profile: NoiseProfile;
  readonly trust: Trust;
  /** 0 … 1, applied to all gains as an exponent. */
  readonly depth: number;
  /** Input gain of the network, or nothing to work without it. */
  readonly networkGain: number | undefined;
  /** Path of the enhancer's model, or nothing to work without it. */
  readonly enhancerPath?: string | undefined;
};

export function createGuidedStage({
  profile,
  trust,
  depth,
  networkGain,
  enhancerPath,
}: GuidedOptions): Stage & { readonly levels: LevelTally } {
  const network = networkGain === undefined ? undefined : createAlignedRnnoise(networkGain);
  const enhancer = enhancerPath === undefined ? undefined : createAlignedEnhancer(enhancerPath, networkGain ?? 1);
  const heard = createSampleQueue();
  const cleaned = createSampleQueue();
  const enhanced = createSampleQueue();
  const analysis = createFrameAnalysis();
  const frames = Array.from({ length: batchFrames + aheadFrames + 2 }, () => createFrame(enhancer !== undefined));
  const frameAt = (index: number): Frame => frames[(index + frames.length) % frames.length]!;
  const start = bandsToCells(profile.noiseDb);
  const forward = createDirectedTracker(start);
  const backward = createDirectedTracker(start);
  const lowest = 10 ** ((-deepestDb * depth) / 20);
  const rule = createGainRule({ ...trust, depth }, lowest);
  const blend = createVoiceBlend({ trust, snrDb: profile.snrDb, lowest });
  const synthesis = createSynthesis();
  const levels = createLevelTally();
  const local = new Float64Array(cellCount);
  const [sum, gains] = [new Float64Array(cellCount), new Float64Array(cellCount)];
  let analysed = 0;
  let finished = 0;

  function analyse(last: number): void {
    const frame = frameAt(analysed);
    const from = (analysed - 1) * hopSamples;
    analysis(frame, { heard, cleaned: network === undefined ? undefined : cleaned, enhanced, from });
    frame.partial = from < 0 || from + frameSamples > last;
    if (!frame.partial) forward.step(frame.powers, frame.prior);
    frame.noise.set(forward.noise);
    analysed++;
    heard.drop(from + hopSamples);
    cleaned.drop(from + hopSamples);
    enhanced.drop(from + hopSamples);
  }

  /** Finishes frames up to `end`, all of whose successors within reach are analysed. */
  function finish(end: number, output: Float32Array[]): void {
    let newest = analysed - 1;
    while (newest > finished && frameAt(newest).partial) newest--;
    backward.restart(frameAt(newest).noise);
    for (let index = newest; index >= finished; index--) {
      const frame = frameAt(index);
      if (!frame.partial) backward.step(frame.powers, frame.prior);
      if (index < end) average(frame.noise, backward.noise);
    }
    for (; finished < end; finished++) {
      const frame = frameAt(finished);
      sumAround(finished, end);
      smoothCells(sum, local, { single: 4, grouped: 1 });
      rule({ powers: frame.powers, noise: frame.noise, ratio: frame.ratio, local }, gains);
      if (frame.voice === undefined) applyGains(gains, frame.re, frame.im);
      else blend({ ...frame, voice: frame.voice }, gains);
      levels.add(frame.powers, frame.noise, gains);
      const block = synthesis(frame.re, frame.im);
      if (finished > 0) output.push(block);
    }
  }

  /** Mean power of three frames; at the ends of the recording of two. */
  function sumAround(index: number, end: number): void {
    const [before, here, after] = [frameAt(index - 1).powers, frameAt(index).powers, frameAt(index + 1).powers];
    const hasBefore = index > 0;
    const hasAfter = index + 1 < Math.max(end, analysed);
    const count = 1 + Number(hasBefore) + Number(hasAfter);
    for (let cell = 0; cell < cellCount; cell++) {
      sum[cell] = (here[cell]! + (hasBefore ? before[cell]! : 0) + (hasAfter ? after[cell]! : 0)) / count;
    }
  }

  function take(block: Float32Array, rest: Float32Array | undefined): void {
    heard.push(block);
    for (const [stage, queue] of [
      [network, cleaned],
      [enhancer, enhanced],
    ] as const) {
      if (stage === undefined) continue;
      queue.push(stage.push(block));
      if (rest !== undefined) queue.push(stage.flush());
    }
  }

  function ready(): number {
    return Math.min(
      heard.end(),
      network === undefined ? Infinity : cleaned.end(),
      enhancer === undefined ? Infinity : enhanced.end(),
    );
  }

  return {
    levels,
    push(block) {
      take(block, undefined);
      const output: Float32Array[] = [];
      while ((analysed + 1) * hopSamples <= ready()) {
        analyse(Infinity);
        if (analysed - finished === batchFrames + aheadFrames) finish(finished + batchFrames, output);
      }
      return joinBlocks(output);
    },
    flush() {
      take(new Float32Array(0), new Float32Array(0));
      const output: Float32Array[] = [];
      const samples = heard.end();
      const all = Math.ceil(samples / hopSamples) + 1;
      while (samples > 0 && finished < all) {
        while (analysed < all && analysed - finished < batchFrames + aheadFrames) analyse(samples);
        finish(Math.min(all, analysed, finished + batchFrames), output);
      }
      const rest = joinBlocks(output);
      return rest.subarray(0, rest.length - ((all - 1) * hopSamples - samples));
    },
  };
}

function createFrame(hasVoice: boolean): Frame {
  const bins = () => new Float64Array(frameBins);
  const cells = () => new Float64Array(cellCount);
  const voice = hasVoice ? { re: bins(), im: bins() } : undefined;
  return { re: bins(), im: bins(), powers: cells(), ratio: cells(), prior: cells(), noise: cells(), voice, partial: false };
}

type FrameSource = {
  readonly heard: ReturnType<typeof createSampleQueue>;
  readonly cleaned: ReturnType<typeof createSampleQueue> | undefined;
  readonly enhanced: ReturnType<typeof createSampleQueue>;
  readonly from: number;
};

/** Spectrum and powers of one frame, and what the network left of it. */
function createFrameAnalysis(): (frame: Frame, source: FrameSource) => void {
  const fft = createRealFft(frameSamples);
  const samples = new Float64Array(frameSamples);
  const [re, im] = [new Float64Array(frameBins), new Float64Array(frameBins)];
  const [powers, smooth, smoothLeft] = [new Float64Array(cellCount), new Float64Array(cellCount), new Float64Array(cellCount)];
  const reach = { single: 2, grouped: 1 };
  return (frame, { heard, cleaned, enhanced, from }) => {
    if (frame.voice !== undefined) {
      enhanced.copy(from, samples);
      applyWindow(samples);
      fft.forward(samples, frame.voice.re, frame.voice.im);
    }
    heard.copy(from, samples);
    applyWindow(samples);
    fft.forward(samples, frame.re, frame.im);
    cellPowers(frame.re, frame.im, frame.powers);
    if (cleaned === undefined) {
      frame.ratio.fill(1);
      frame.prior.fill(0.5);
      return;
    }
    cleaned.copy(from, samples);
    applyWindow(samples);
    fft.forward(samples, re, im);
    cellPowers(re, im, powers);
    smoothCells(frame.powers, smooth, reach);
    smoothCells(powers, smoothLeft, reach);
    for (let cell = 0; cell < cellCount; cell++) {
      const ratio = Math.min(1, (smoothLeft[cell]! + 1e-20) / (smooth[cell]! + 1e-20));
      frame.ratio[cell] = ratio;
      frame.prior[cell] = Math.min(mostPrior, Math.max(leastPrior, Math.sqrt(ratio)));
    }
  };
}

/** Gives the samples that are complete once a frame is added: the hop before the frame's second half. */
function createSynthesis(): (re: Float64Array, im: Float64Array) => Float32Array {
  const fft = createRealFft(frameSamples);
  const samples = new Float64Array(frameSamples);
  const tail = new Float64Array(hopSamples);
  return (re, im) => {
    fft.inverse(re, im, samples);
    applyWindow(samples);
    const block = new Float32Array(hopSamples);
    for (let index = 0; index < hopSamples; index++) {
      block[index] = tail[index]! + samples[index]!;
      tail[index] = samples[hopSamples + index]!;
    }
    return block;
  };
}

function applyWindow(samples: Float64Array): void {
  for (let index = 0; index < frameSamples; index++) samples[index] = samples[index]! * frameWindow[index]!;
}

function average(into: Float64Array, other: Float64Array): void {
  for (let index = 0; index < into.length; index++) into[index] = (into[index]! + other[index]!) / 2;
}
