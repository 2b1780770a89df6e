/**
 * Where speech begins and ends: the detector says that there is a voice, the signal says from when to when it is heard.
 *
 * 1. Cores: stretches that the detector takes for a voice, with a threshold that fits the recording and hysteresis.
 * 2. Evidence that something stands out of the noise, frame by frame.
 * 3. Edges moved to where the evidence begins and ends; cores opened where nothing is heard for long enough.
 */
import { weighEvidence, type Evidence } from './evidence.ts';
import { markFrames, meanOf, quantileOf, sortedWhere, type FrameRange } from './frames.ts';
import type { SoundFeatures } from './sound-features.ts';
import { adaptThreshold } from './voice-threshold.ts';

export type FoundSpeech = {
  /** Sorted, disjoint, at least `leastPauseFrames` apart. */
  readonly ranges: readonly FrameRange[];
  readonly threshold: number;
  readonly evidence: Evidence;
  /** Frames of a word's faint beginning that the noise may hide beyond its found edge. */
  readonly hiddenBefore: number;
};

/** Shorter gaps between words are part of speech. */
export const leastPauseFrames = 10;

/** How far under the threshold a voice may fall without ending. */
const hysteresis = 0.15;
/** A core bridges as long a loss of the voice as no pause may be. */
const bridgedFrames = leastPauseFrames - 1;
/** Frames this near to a core may hold the faint beginning or end of a word. */
const [nearBefore, nearAfter] = [12, 16];
const surelyQuiet = 0.25;
/** How far an edge may move outwards, and the holes it may cross: stop consonants are silent for up to 80 ms. */
const outwardStart = { step: -1, reach: 25, hole: 4 } as const;
const outwardEnd = { step: 1, reach: 30, hole: 8 } as const;
/** In noise that stands out of itself this often, edges move out by this share at least, and further only over what is louder than it. */
const restless = { from: 0.02, to: 0.12, leastReach: 0.2 } as const;
/** What the detector never takes for a voice more surely than this is none: a phrase of a saxophone, a squeak. */
const leastPeak = 0.6;
/** No core, and yet not to be cut: at most so far under the speech's median level, for so long, with so much of a voice. */
const doubtful = { underSpeechDb: 8, frames: 12, mean: 0.2 } as const;
/** A core in which nothing stands out of the noise is kept only where the detector is this sure. */
const sureWithoutEvidence = 0.7;

export function findSpeech(features: SoundFeatures): FoundSpeech {
  const threshold = adaptThreshold(features.voice);
  const cores = findCores(features.voice, threshold);
  const spoken = new Uint8Array(features.frames);
  const quiet = markFrames(features.frames, (frame) => features.voice[frame]! < surelyQuiet);
  const voiced = markFrames(features.frames, (frame) => features.voice[frame]! >= threshold);
  for (const { start, end } of cores) {
    spoken.fill(1, start, end);
    quiet.fill(0, Math.max(0, start - nearBefore), end + nearAfter);
  }
  const evidence = weighEvidence(features, { quiet, spoken, voiced });
  const margins = marginsFor(evidence);
  const parts = cores.flatMap((core) => refine(core, { voice: features.voice, evidence, margins, threshold }));
  return {
    ranges: join([...parts, ...findDoubtful(features.voice, evidence, spoken)]),
    threshold,
    evidence,
    hiddenBefore: hiddenFrames(evidence),
  };
}

/** An h or an f lies 20 dB under its vowel: under speech that is no louder over its noise than that, one in fifty begins unheard. */
const nothingHiddenDb = 22;
const framesPerDb = 1.3;
const mostHidden = 16;

function hiddenFrames({ snrDb }: Evidence): number {
  return Math.max(0, Math.min(mostHidden, Math.round(framesPerDb * (nothingHiddenDb - snrDb))));
}

/** What noise hides at the edges of words: nothing where it is 30 dB down, more the louder it is. In frames. */
type Margins = {
  readonly before: number;
  readonly after: number;
  /** Shortest silence that opens a core. */
  readonly opening: number;
  /** How far an edge may move inwards for want of evidence. */
  readonly inwardStart: number;
  readonly inwardEnd: number;
  /** Share of the way outwards on which all that stands out counts. */
  readonly outward: number;
  /** True where noise hides so little that silence is silence, whatever the detector says. */
  readonly clear: boolean;
};

function marginsFor({ snrDb, restless: share }: Evidence): Margins {
  const noisy = Math.max(0, Math.min(1, (share - restless.from) / (restless.to - restless.from)));
  const hidden = Math.max(0, Math.min(30, 30 - snrDb));
  const trust = Math.max(0, Math.min(1, (snrDb - 12) / 15));
  return {
    before: Math.round(0.1 * hidden),
    after: Math.round(1 + 0.16 * hidden),
    opening: Math.round(12 + 0.6 * hidden),
    inwardStart: Math.round(3 + 27 * trust),
    inwardEnd: Math.round(12 + 28 * trust),
    clear: trust === 1,
    outward: 1 - (1 - restless.leastReach) * noisy,
  };
}

function findCores(voice: Float32Array, threshold: number): FrameRange[] {
  const cores: FrameRange[] = [];
  const low = threshold - hysteresis;
  let start = -1;
  let last = -1;
  const close = () => {
    if (start >= 0 && peakOf(voice, start, last + 1) >= leastPeak) cores.push({ start, end: last + 1 });
    start = -1;
  };
  for (let frame = 0; frame < voice.length; frame++) {
    const value = voice[frame]!;
    if (value >= threshold && start < 0) {
      start = frame;
      while (start > 0 && voice[start - 1]! >= low && start > last + 1) start--;
    }
    if (start >= 0 && value >= low) last = frame;
    if (frame - last > bridgedFrames) close();
  }
  close();
  return cores;
}

type Signs = { readonly voice: Float32Array; readonly evidence: Evidence; readonly margins: Margins; readonly threshold: number };

function refine(core: FrameRange, signs: Signs): FrameRange[] {
  const { voice, evidence, margins } = signs;
  const { active } = evidence;
  const length = core.end - core.start - 1;
  const first = moveEdge(evidence, core.start, {
    ...outwardStart,
    easy: margins.outward,
    inward: Math.min(length, margins.inwardStart),
  });
  const last = moveEdge(evidence, core.end - 1, {
    ...outwardEnd,
    easy: margins.outward,
    inward: Math.min(length, margins.inwardEnd),
  });
  if (!active.subarray(core.start, core.end).includes(1) && meanOf(voice, core.start, core.end) < sureWithoutEvidence) return [];
  return open({ start: Math.min(first, last), end: Math.max(first, last) + 1 }, signs).map(({ start, end }) => ({
    start: Math.max(0, start - margins.before),
    end: Math.min(active.length, end + margins.after),
  }));
}

/**
 * What is as loud as the speech and may be a voice: a laugh, a shout, a word cut off by the start of the recording.
 * To take it for a pause would cost more than to take it for speech.
 */
function findDoubtful(voice: Float32Array, { active, excessDb }: Evidence, spoken: Uint8Array): FrameRange[] {
  const loud = (quantileOf(sortedWhere(excessDb, spoken), 0.5) ?? Infinity) - doubtful.underSpeechDb;
  const found: FrameRange[] = [];
  for (let start = 0; start < active.length; start++) {
    let end = start;
    while (active[end] === 1 && excessDb[end]! >= loud && spoken[end] === 0) end++;
    if (end - start >= doubtful.frames && meanOf(voice, start, end) >= doubtful.mean) found.push({ start, end });
    start = end;
  }
  return found;
}

type Way = {
  readonly step: 1 | -1;
  readonly reach: number;
  readonly hole: number;
  readonly inward: number;
  readonly easy: number;
};

/** Outwards from `from` to the last frame with evidence; inwards up to `inward` frames where there is none outwards; else as far. */
function moveEdge({ active, strong }: Evidence, from: number, { step, reach, hole, inward, easy }: Way): number {
  let last: number | undefined;
  for (let distance = 0, empty = 0; distance <= reach && empty <= hole; distance++) {
    const frame = from + step * distance;
    if ((distance <= reach * easy ? active : strong)[frame] === 1) {
      last = frame;
      empty = 0;
    } else empty++;
  }
  for (let distance = 1; last === undefined && distance <= inward; distance++) {
    if (active[from - step * distance] === 1) last = from - step * distance;
  }
  return last ?? from - step * inward;
}

/** Divides a range where nothing is heard for `opening` frames or more. */
function open(range: FrameRange, { voice, evidence: { active }, margins, threshold }: Signs): FrameRange[] {
  const parts: FrameRange[] = [];
  let start = range.start;
  let last = range.start;
  for (let frame = range.start; frame < range.end; frame++) {
    if (active[frame] !== 1) continue;
    if (frame - last > margins.opening && (margins.clear || meanOf(voice, last + 1, frame) < threshold - hysteresis)) {
      parts.push({ start, end: last + 1 });
      start = frame;
    }
    last = frame;
  }
  return [...parts, { start, end: range.end }];
}

function join(ranges: readonly FrameRange[]): FrameRange[] {
  const joined: FrameRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last === undefined || range.start - last.end >= leastPauseFrames) joined.push(range);
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return joined;
}

function peakOf(values: Float32Array, start: number, end: number): number {
  let peak = 0;
  for (let index = start; index < end; index++) peak = Math.max(peak, values[index]!);
  return peak;
}
