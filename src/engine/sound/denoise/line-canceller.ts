/**
 * Takes steady tones out: follows amplitude and phase of each over about a second and subtracts just that sine, so that
 * a voice crossing the same pitch stays.
 *
 *     input  ▁▂▅▂▁▂▅▂▁  (hum + voice)   →  one complex amplitude per frame and line
 *     robust mean over 17 frames         →  the part that stays the same
 *     output = input − that part
 */
import { createRealFft } from '#core/dsp';
import type { NoiseLine } from './profile-type.ts';
import { createSampleQueue } from './sample-queue.ts';
import type { Stage } from './stage.ts';

/** 85 ms: lines of mains hum, 50 Hz apart, fall into bins of their own. */
const size = 4096;
const hop = size / 2;
const binHz = 48_000 / size;
/**
 * Frames on each side that an amplitude is read from: ±340 ms, and ±1 s for low lines, whose phase wanders less and which lie
 * under the voice's own pitch.
 */
const [shortReach, reach] = [8, 24];
const lowHz = 320;
/** Bins on each side of a line that hold its energy under a Hann window. */
const lobe = 4;

type Line = {
  /** Turns per hop, the whole ones left out. */
  readonly turns: number;
  readonly firstBin: number;
  /** Spectrum of the windowed sine e^(jωn) in the bins around it. */
  readonly shapeRe: Float64Array;
  readonly shapeIm: Float64Array;
  readonly energy: number;
  /** Frames on each side that its amplitude is read from. */
  readonly reach: number;
  /** Ring of amplitudes, phases counted from the start of the stream. */
  readonly re: Float64Array;
  readonly im: Float64Array;
};

/** `depth`, 0 … 1: how much of each line goes. */
export function createLineCanceller(lines: readonly NoiseLine[], depth: number): Stage {
  const ring = 2 * reach + 1;
  const queue = createSampleQueue();
  const fft = createRealFft(size);
  const window = Float64Array.from({ length: size }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size));
  const samples = new Float64Array(size);
  const tail = new Float64Array(hop);
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const followed = lines.map((line) => createLine(line.hz, ring, { fft, window }));
  const mean = createRobustMean(ring);
  let analysed = 0;
  let finished = 0;

  function analyse(): void {
    queue.copy((analysed - 1) * hop, samples);
    for (let index = 0; index < size; index++) samples[index] = samples[index]! * window[index]!;
    fft.forward(samples, re, im);
    for (const line of followed) readLine(line, re, im, analysed);
    analysed++;
  }

  /** Subtracts what frame `finished` and the one before it know of the hop that both cover. */
  function finish(last: number): Float32Array {
    re.fill(0);
    im.fill(0);
    for (const line of followed) {
      const [from, to] = [Math.max(0, finished - line.reach), Math.min(last, finished + line.reach)];
      const [a, b] = mean(line, { from, to, at: finished });
      addLine(line, a, b, finished, re, im);
    }
    fft.inverse(re, im, samples);
    const block = new Float32Array(hop);
    queue.copy((finished - 1) * hop, block);
    for (let index = 0; index < hop; index++) {
      block[index] = block[index]! - depth * (tail[index]! + samples[index]!);
      tail[index] = samples[hop + index]!;
    }
    finished++;
    queue.drop((finished - 1) * hop);
    return block;
  }

  function run(until: number, last: number): Float32Array {
    const blocks: Float32Array[] = [];
    while (finished < until) {
      while (analysed <= Math.min(last, finished + reach)) analyse();
      const block = finish(last);
      // The first frame only starts the overlap.
      if (finished > 1) blocks.push(block);
    }
    const result = new Float32Array(blocks.length * hop);
    blocks.forEach((block, index) => result.set(block, index * hop));
    return result;
  }

  return {
    push(block) {
      queue.push(block);
      // Frame t ends at (t + 1) hops.
      return run(Math.max(finished, Math.floor(queue.end() / hop) - reach), Infinity);
    },
    flush() {
      const end = queue.end();
      if (end === 0) return new Float32Array(0);
      const all = Math.ceil(end / hop) + 1;
      const rest = run(all, all - 1);
      return rest.subarray(0, rest.length - ((all - 1) * hop - end));
    },
  };
}

type Shape = { readonly fft: ReturnType<typeof createRealFft>; readonly window: Float64Array };

function createLine(hz: number, ring: number, { window }: Shape): Line {
  const firstBin = Math.max(1, Math.round(hz / binHz) - lobe);
  const count = 2 * lobe + 1;
  const [shapeRe, shapeIm] = [new Float64Array(count), new Float64Array(count)];
  let energy = 0;
  for (let offset = 0; offset < count; offset++) {
    const step = (2 * Math.PI * (hz / binHz - firstBin - offset)) / size;
    let [sumRe, sumIm] = [0, 0];
    for (let index = 0; index < size; index++) {
      sumRe += window[index]! * Math.cos(step * index);
      sumIm += window[index]! * Math.sin(step * index);
    }
    shapeRe[offset] = sumRe;
    shapeIm[offset] = sumIm;
    energy += sumRe ** 2 + sumIm ** 2;
  }
  const turns = (hz * hop) / 48_000;
  return {
    turns: turns - Math.floor(turns),
    firstBin,
    shapeRe,
    shapeIm,
    energy,
    reach: hz < lowHz ? reach : shortReach,
    re: new Float64Array(ring),
    im: new Float64Array(ring),
  };
}

/** Fits the line's shape to the bins around it, and turns the phase back to the start of the stream. */
function readLine(line: Line, re: Float64Array, im: Float64Array, frame: number): void {
  let [a, b] = [0, 0];
  for (let offset = 0; offset < line.shapeRe.length; offset++) {
    const [x, y] = [re[line.firstBin + offset]!, im[line.firstBin + offset]!];
    const [p, q] = [line.shapeRe[offset]!, line.shapeIm[offset]!];
    a += x * p + y * q;
    b += y * p - x * q;
  }
  const angle = 2 * Math.PI * ((line.turns * frame) % 1);
  const [c, s] = [Math.cos(angle) / line.energy, Math.sin(angle) / line.energy];
  const slot = frame % line.re.length;
  line.re[slot] = a * c + b * s;
  line.im[slot] = b * c - a * s;
}

function addLine(line: Line, a: number, b: number, frame: number, re: Float64Array, im: Float64Array): void {
  const angle = 2 * Math.PI * ((line.turns * frame) % 1);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [a * c - b * s, b * c + a * s];
  for (let offset = 0; offset < line.shapeRe.length; offset++) {
    const [p, q] = [line.shapeRe[offset]!, line.shapeIm[offset]!];
    const bin = line.firstBin + offset;
    re[bin] = re[bin]! + x * p - y * q;
    im[bin] = im[bin]! + x * q + y * p;
  }
}

type Span = { readonly from: number; readonly to: number; readonly at: number };

/**
 * Mean of the amplitudes of frames `from … to`, where frames far from the middle of them count little: those hold voice.
 * One turn of reweighting from the component-wise median, Cauchy weights scaled by the nearer quarter; shrunk by how
 * uncertain it is, so that a faint line under a loud voice is rather left than guessed.
 */
function createRobustMean(ring: number): (line: Line, span: Span) => readonly [number, number] {
  const [first, second, far] = [new Float64Array(ring), new Float64Array(ring), new Float64Array(ring)];
  return (line, { from, to }) => {
    const count = to - from + 1;
    for (let index = 0; index < count; index++) {
      first[index] = line.re[(from + index) % ring]!;
      second[index] = line.im[(from + index) % ring]!;
    }
    const [midRe, midIm] = [medianOf(first, count, far), medianOf(second, count, far)];
    for (let index = 0; index < count; index++) far[index] = (first[index]! - midRe) ** 2 + (second[index]! - midIm) ** 2;
    const scale = far.slice(0, count).sort()[count >> 2]! + 1e-18;
    let [sum, a, b, squares] = [0, 0, 0, 0];
    for (let index = 0; index < count; index++) {
      const weight = 1 / (scale + far[index]!);
      sum += weight;
      squares += weight * weight * far[index]!;
      a += weight * first[index]!;
      b += weight * second[index]!;
    }
    const power = (a * a + b * b) / (sum * sum);
    // Neighbouring frames overlap by half, so about two of them say what one would.
    const doubt = (2 * squares) / (sum * sum);
    const sure = power / (power + doubt + 1e-20) / sum;
    return [a * sure, b * sure];
  };
}

function medianOf(values: Float64Array, count: number, scratch: Float64Array): number {
  scratch.set(values);
  return scratch.subarray(0, count).sort()[count >> 1]!;
}
