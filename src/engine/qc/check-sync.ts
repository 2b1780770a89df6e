/** Sound against picture at head, middle and tail of the finished file. */
import type { Proof, ProofCheck } from '#core/facts';
import { addTicks, frameDuration, fromSample, subtractTicks, ticks, ticksPerSecond, toSeconds, type Ticks } from '#core/time';
import type { Timeline } from '#core/timeline';
import type { CopiedSpan } from './check-pictures.ts';
import { loudPlaces } from './check-sound.ts';
import { expectedPicture, expectedSound, plannedLate } from './expected-source.ts';
import type { SoundMeasures } from '#engine/tasks';
import { decodeDistance, measurePictureLag, type PictureCompared, type PictureLag } from './sync-picture.ts';
import { measureSoundLag, type SoundCompared } from './sync-sound.ts';

/** Correlation from which a lag is believed at once, and below which it is not believed at all. */
const surely = 0.5;
const barely = 0.12;
/** Places tried in each third. */
const mostPlaces = 4;

export type SyncInput = {
  readonly timeline: Timeline;
  readonly sound: SoundCompared;
  readonly measures: SoundMeasures;
  /** Absent for files without pictures: the sound is then held against its own place. */
  readonly picture?: PictureCompared & { readonly copies: readonly CopiedSpan[] };
};

type Found = { readonly late: Ticks; readonly strength: number; readonly place: number; readonly still: boolean };

export type SyncResult = {
  readonly syncMs: Proof['syncMs'];
  readonly checks: readonly ProofCheck[];
  readonly warnings: readonly string[];
};

export function checkSync(input: SyncInput): SyncResult {
  const parts = ['head', 'middle', 'tail'] as const;
  const found = parts.map((part, index) => ({ part, ...measureThird(input, index) }));
  const limit = limitOf(input);
  const checks = found.map(({ part, best, missing }): ProofCheck => {
    const name = `sync-${part}`;
    const expected = `sound within ${inMs(limit)} of ${input.picture === undefined ? 'its place' : 'the picture'}`;
    if (best === undefined) {
      if (missing) return { name, ok: false, expected, measured: 'no sound where the sources have some' };
      return { name, ok: true, expected, measured: 'nothing to hear there' };
    }
    const at = `${toSeconds(fromSample(best.place, input.sound.plan.sampleRateHz)).toFixed(1)} s`;
    const still = best.still && input.picture !== undefined ? ', picture by its stamps' : '';
    return { name, ok: Math.abs(best.late) <= limit, expected, measured: `sound ${inMs(best.late)} late at ${at}${still}` };
  });
  const [head, middle, tail] = found.map(({ best }) => best && toSeconds(best.late) * 1000);
  const complete = head !== undefined && middle !== undefined && tail !== undefined && input.picture !== undefined;
  const weak = found.flatMap(({ part, weak: isWeak }) =>
    isWeak ? [`The sound at the ${part} could not be matched with its source`] : [],
  );
  return { syncMs: complete ? { head, middle, tail } : undefined, checks, warnings: weak };
}

function measureThird(input: SyncInput, third: number): { best: Found | undefined; missing: boolean; weak: boolean } {
  const { samples, sampleRateHz } = input.sound.plan;
  const range = { from: Math.floor((samples * third) / 3), to: Math.floor((samples * (third + 1)) / 3) };
  const places = loudPlaces(input.measures, { ...range, apart: sampleRateHz / 2, most: mostPlaces });
  // A third in which the file is silent is asked in its middle, so that lost sound is noticed.
  if (places.length === 0) places.push(Math.floor((range.from + range.to) / 2));
  let best: Found | undefined;
  let missing = false;
  let weak = false;
  for (const place of cheapestFirst(input, places)) {
    const lag = measureSoundLag(input.sound, place);
    missing ||= lag.kind === 'missing';
    if (lag.kind !== 'measured') continue;
    if (lag.strength < barely) {
      weak = true;
      continue;
    }
    if (best !== undefined && best.strength >= lag.strength) continue;
    const at = fromSample(place, sampleRateHz);
    const picture = pictureLagAt(input, at);
    const soundLate = addTicks(lag.late, soundPlannedLate(input, place, at));
    const late = subtractTicks(soundLate, picture?.late ?? ticks(0));
    if (lag.ambiguous && Math.abs(late) > limitOf(input)) {
      weak = true;
      continue;
    }
    best = { late, strength: lag.strength, place, still: picture?.moving !== true };
    if (lag.strength >= surely && (picture !== undefined || input.picture === undefined)) break;
  }
  return { best, missing, weak: weak && best === undefined };
}

/** Every place is loud enough; the one whose picture takes least decoding comes first. */
function cheapestFirst({ picture, sound }: SyncInput, places: readonly number[]): number[] {
  if (picture === undefined) return [...places];
  const distances = new Map(places.map((place) => [place, decodeDistance(picture, fromSample(place, sound.plan.sampleRateHz))]));
  return places.toSorted((a, b) => distances.get(a)! - distances.get(b)!);
}

/** Copied frames are known to the stamp; encoded ones are looked at. Both against the timeline, not against the plan alone. */
function pictureLagAt({ picture, timeline }: SyncInput, at: Ticks): PictureLag | undefined {
  const expected = picture && expectedPicture(picture.plan, at);
  if (picture === undefined || expected === undefined) return undefined;
  const copy = picture.copies.find(({ span }) => span === expected.span);
  const lag = copy?.late === undefined ? measurePictureLag(picture, at) : { late: copy.late, moving: true };
  const planned = plannedLate(timeline, 'video', at, expected) ?? ticks(0);
  return lag && { ...lag, late: addTicks(lag.late, planned) };
}

function soundPlannedLate({ sound, timeline }: SyncInput, place: number, at: Ticks): Ticks {
  for (const part of expectedSound(sound.plan, place, 1)) {
    const late = plannedLate(timeline, 'audio', at, { assetId: part.clip.assetId, at: part.at });
    if (late !== undefined) return late;
  }
  return ticks(0);
}

/** One frame; for sound alone 20 ms. */
function limitOf({ picture }: SyncInput): Ticks {
  const rate = picture?.plan.video?.frameRate;
  return rate === undefined ? ticks(ticksPerSecond / 50) : frameDuration(rate);
}

function inMs(time: Ticks): string {
  return `${Number((toSeconds(time) * 1000).toFixed(1))} ms`;
}
