/**
 * How neighbouring clips of a track meet: run on as one, blend into each other, or fade out and in.
 *
 *     same source running on   ───────────────     (no seam at all)
 *     a join                   ────────╲╱──────    (30 ms, both play on into material beyond the cut)
 *                                      ╱╲
 *     no material beyond, edge ──────╲    ╱────
 */
import { rangeEnd } from '#core/time';
import type { SoundClip } from '#engine/plan';

/** A fade of at most this long at a cut is a join, not a fade that somebody asked for. */
const joinFadeMs = 30;
/** A blend may move by this much to where the sound is near zero. */
const wanderMs = 5;
/** Shorter blends than this are not worth having: fades inside the clips take their place. */
const leastBlendMs = 10;

/** Samples of material before a clip's start and after its end, in mix samples. */
export type Handles = { readonly before: number; readonly after: number };

/**
 * Two clips sound together over `[start, end)` of the mix. The blend itself is `length` samples long and lies
 * anywhere between `earliest` and `latest + length`, where the sound is quietest.
 */
export type Join = {
  readonly start: number;
  readonly end: number;
  readonly earliest: number;
  readonly latest: number;
  readonly length: number;
  /** Two copies of one sound (only its level differs) add up in step: a straight line keeps the level, equal power would lift it. */
  readonly shape: 'equal-power' | 'linear';
};

/** Joins clips that run on in their source with nothing different into one, so that nothing can be heard there. */
export function mergeClips(clips: readonly SoundClip[], sampleRateHz: number): SoundClip[] {
  const merged: SoundClip[] = [];
  for (const clip of clips) {
    const last = merged.at(-1);
    if (last !== undefined && runsOn(last, clip, sampleRateHz) && sameLevel(last, clip) && sameDenoise(last, clip)) {
      merged[merged.length - 1] = {
        ...last,
        source: {
          start: clip.reverse ? clip.source.start : last.source.start,
          duration: sumOf(last.source.duration, clip.source.duration),
        },
        samples: last.samples + clip.samples,
        fadeOut: clip.fadeOut,
      };
    } else merged.push(clip);
  }
  return merged;
}

/** The blend between `left` and `right`, or undefined where they meet by fades of their own, or not at all. */
export function joinBetween(
  left: SoundClip,
  right: SoundClip,
  handles: { readonly left: Handles; readonly right: Handles },
  sampleRateHz: number,
): Join | undefined {
  const end = left.firstSample + left.samples;
  if (right.firstSample > end) return undefined;
  if (right.firstSample < end) {
    const shape = samePlace(left, right, sampleRateHz) ? 'linear' : 'equal-power';
    return overlapJoin(right.firstSample, Math.min(end, right.firstSample + right.samples), shape);
  }
  if (left.fadeOut === 0 || right.fadeIn === 0) return undefined;
  const longest = samplesIn(joinFadeMs, sampleRateHz);
  if (left.fadeOut > longest || right.fadeIn > longest) return undefined;
  const half = Math.floor(Math.min(left.fadeOut, right.fadeIn, left.samples, right.samples) / 2);
  const length = half * 2;
  const room = Math.floor(Math.min(left.samples, right.samples) / 2);
  const wander = samplesIn(wanderMs, sampleRateHz);
  // The left sound has to last to the blend's end, the right one to be there at its start; both keep to their half of their clip.
  const mostEnd = end + Math.min(room, handles.left.after);
  const leastStart = end - Math.min(room, handles.right.before);
  if (mostEnd - leastStart < length || length < Math.min(samplesIn(leastBlendMs, sampleRateHz), left.fadeOut, right.fadeIn) - 1) {
    return undefined;
  }
  const earliest = clamp(end - half - wander, leastStart, mostEnd - length);
  const latest = clamp(end - half + wander, leastStart, mostEnd - length);
  const shape = runsOn(left, right, sampleRateHz) ? 'linear' : 'equal-power';
  return { start: earliest, end: latest + length, earliest, latest, length, shape };
}

function overlapJoin(start: number, end: number, shape: Join['shape']): Join {
  return { start, end, earliest: start, latest: start, length: end - start, shape };
}

/** Blends `left` into `right` (both cover the join) at its quietest place; writes into new arrays. */
export function blend(left: readonly Float32Array[], right: readonly Float32Array[], join: Join): Float32Array[] {
  const from = quietestStart(left, right, join) - join.start;
  return left.map((before, channel) => {
    const after = right[channel]!;
    const result = new Float32Array(before.length);
    for (let index = 0; index < result.length; index++) {
      const position = (index - from + 0.5) / join.length;
      if (position <= 0) result[index] = before[index]!;
      else if (position >= 1) result[index] = after[index]!;
      else {
        const rise = join.shape === 'linear' ? position : Math.sin((position * Math.PI) / 2);
        const fall = join.shape === 'linear' ? 1 - position : Math.cos((position * Math.PI) / 2);
        result[index] = before[index]! * fall + after[index]! * rise;
      }
    }
    return result;
  });
}

/** The start that puts the middle of the blend on the zero crossing (least sound of both sides) nearest to the cut. */
function quietestStart(left: readonly Float32Array[], right: readonly Float32Array[], join: Join): number {
  const center = (join.earliest + join.latest) / 2;
  let best = Math.round(center);
  let least = Infinity;
  for (let start = join.earliest; start <= join.latest; start++) {
    const middle = start + (join.length >> 1) - join.start;
    let level = 0;
    for (let channel = 0; channel < left.length; channel++) {
      level += Math.abs(left[channel]![middle]!) + Math.abs(right[channel]![middle]!);
    }
    if (level < least || (level === least && Math.abs(start - center) < Math.abs(best - center))) {
      least = level;
      best = start;
    }
  }
  return best;
}

/** Equal-power fades at a clip's own edges, in place. `position` is the block's first sample counted from the clip's start. */
export function applyFades(
  block: readonly Float32Array[],
  position: number,
  clip: { readonly samples: number; readonly fadeIn: number; readonly fadeOut: number },
): void {
  const count = block[0]?.length ?? 0;
  const fadeIn = Math.min(clip.fadeIn, clip.samples);
  const fadeOut = Math.min(clip.fadeOut, clip.samples);
  for (let index = 0; index < count && position + index < fadeIn; index++) {
    const gain = Math.sin(((position + index + 0.5) / fadeIn) * (Math.PI / 2));
    for (const samples of block) samples[index]! *= gain;
  }
  const outStart = Math.max(0, clip.samples - fadeOut - position);
  for (let index = outStart; index < count; index++) {
    const left = clip.samples - (position + index) - 0.5;
    const gain = left <= 0 ? 0 : Math.sin((left / fadeOut) * (Math.PI / 2));
    if (fadeOut > 0) for (const samples of block) samples[index]! *= gain;
  }
}

/** Whether `right` begins in the source where `left` ends, and nothing was asked to happen there. */
function runsOn(left: SoundClip, right: SoundClip, sampleRateHz: number): boolean {
  if (left.firstSample + left.samples !== right.firstSample) return false;
  const longest = samplesIn(joinFadeMs, sampleRateHz);
  if (left.fadeOut > longest || right.fadeIn > longest) return false;
  return samePlace(left, right, sampleRateHz);
}

/** Whether both play the same moment of the same source at the same time. */
function samePlace(left: SoundClip, right: SoundClip, sampleRateHz: number): boolean {
  if (left.assetId !== right.assetId || left.streamIndex !== right.streamIndex || left.reverse !== right.reverse) return false;
  if (left.speed.num * right.speed.den !== right.speed.num * left.speed.den) return false;
  const { num, den } = left.speed;
  const perSample = 705_600_000 / sampleRateHz;
  const apart = ((right.firstSample - left.firstSample) * num * perSample) / den;
  const inSource = left.reverse ? rangeEnd(left.source) - rangeEnd(right.source) : right.source.start - left.source.start;
  // One sample of slack: cuts are in ticks, joins in samples.
  return Math.abs(inSource - apart) <= perSample * Math.max(1, num / den);
}

function sameLevel(left: SoundClip, right: SoundClip): boolean {
  return left.gainDb === right.gainDb && left.envelope === undefined && right.envelope === undefined;
}

function sameDenoise(left: SoundClip, right: SoundClip): boolean {
  if (JSON.stringify(left.repair) !== JSON.stringify(right.repair)) return false;
  return left.denoise?.engine === right.denoise?.engine && left.denoise?.strength === right.denoise?.strength;
}

function sumOf<Count extends number>(a: Count, b: Count): Count {
  return (a + b) as Count;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function samplesIn(ms: number, sampleRateHz: number): number {
  return Math.round((ms * sampleRateHz) / 1000);
}
