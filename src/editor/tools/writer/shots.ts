/** The video as a writer needs it: its shots on the timeline, how much moves, who speaks, and how many words a narrator has time for. */
import { isStill, sourceToRecord, timelineDuration, type Timeline, type Track } from '#core/timeline';
import { mainAudioStream, type Asset } from '#core/asset';
import type { MotionFacts, PictureAnalysis } from '#core/facts';
import { isEditorError } from '#core/errors';
import {
  intersect,
  rangeBetween,
  rangeEnd,
  seconds,
  snapToFrame,
  timeRange,
  toSeconds,
  totalDuration,
  unite,
  zero,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { playedWords, joinWords } from '#core/words';
import { wordsIn, type Movement, type ScriptShot } from '#core/script';
import { isMusic, placedClips, type PlacedClip } from '../sound-clips.ts';
import { storyPictures } from '../targets.ts';
import type { ToolContext } from '../tool.ts';
import { isNarration } from './narration-track.ts';

/** Shots that are shorter are told with the one before them. */
const shortest = seconds(1.2);
/** More of them nobody narrates one by one: the shortest are joined. */
const mostShots = 60;
/** What a narrator leaves free around his words in a shot. */
const aroundSeconds = 0.6;
/** Where somebody speaks for more of a shot than this, a narrator is silent. */
const mostSpoken = 0.5;

type Bare = { readonly range: TimeRange; readonly placed: PlacedClip | undefined };

export type ShotOptions = {
  readonly language: 'en' | 'zh';
  /** Looks how much moves, which takes longer. */
  readonly movement?: boolean;
  /** How much narration is wanted in all; absent: as much as there is room for. */
  readonly lengthSeconds?: number;
};

/** From the start to the end of the timeline, without holes; empty for an empty timeline. */
export async function shotsOf(context: ToolContext, options: ShotOptions): Promise<ScriptShot[]> {
  const { workspace } = context;
  const timeline = workspace.timeline();
  const assets = new Map(workspace.assets().map((asset) => [asset.id, asset]));
  // Picture and sound are looked at beside each other.
  const [bare, spoken] = await Promise.all([
    bareShots(context, timeline, assets, options.movement === true).then(joinShort),
    spokenRanges(context, timeline, assets),
  ]);
  const said = await wordsHeard(context, timeline);
  const shots: ScriptShot[] = [];
  for (const { range, placed } of bare) {
    const asset = placed === undefined ? undefined : assets.get(placed.clip.assetId);
    const voices = spoken.flatMap((one) => intersect(one, range) ?? []);
    const spokenShare = range.duration === 0 ? 0 : totalDuration(voices) / range.duration;
    const movement = options.movement === true ? await movementOf(context, placed, asset, range) : undefined;
    const words = said.filter(({ at }) => at >= range.start && at < rangeEnd(range));
    shots.push({
      number: shots.length + 1,
      range,
      media: asset?.name ?? '',
      ...(movement === undefined ? {} : { movement }),
      spokenShare: Math.round(spokenShare * 1000) / 1000,
      ...(words.length === 0 ? {} : { said: joinWords(words) }),
      budgetWords: 0,
    });
  }
  return withBudgets(shots, options);
}

/** Seconds of a shot in which a narrator may speak. */
export function freeSeconds({ range, spokenShare }: Pick<ScriptShot, 'range' | 'spokenShare'>): number {
  if (spokenShare > mostSpoken) return 0;
  return Math.max(0, toSeconds(range.duration) * (1 - spokenShare) - aroundSeconds);
}

function withBudgets(shots: readonly ScriptShot[], { language, lengthSeconds }: ShotOptions): ScriptShot[] {
  const free = shots.reduce((sum, shot) => sum + freeSeconds(shot), 0);
  const share = lengthSeconds === undefined || free === 0 ? 1 : Math.min(1, lengthSeconds / free);
  return shots.map((shot) => ({ ...shot, budgetWords: wordsIn(freeSeconds(shot) * share, language) }));
}

async function bareShots(
  { workspace }: ToolContext,
  timeline: Timeline,
  assets: ReadonlyMap<string, Asset>,
  movement: boolean,
): Promise<Bare[]> {
  const length = timelineDuration(timeline);
  const pictures = storyPictures(timeline);
  const found: Bare[] = [];
  for (const placed of pictures) {
    const asset = assets.get(placed.clip.assetId);
    const cuts: Ticks[] = [];
    if (asset !== undefined && !isStill(asset)) {
      const wanted: readonly PictureAnalysis[] = movement ? ['shots', 'motion'] : ['shots'];
      const { shots } = await workspace.pictureFacts(asset, wanted);
      for (const { range } of shots?.changes ?? []) {
        const middle = Math.round(range.start + range.duration / 2) as Ticks;
        const mapped = sourceToRecord(placed.clip, placed.range.start, timeRange(middle, 1 as Ticks));
        if (mapped !== undefined) cuts.push(snapToFrame(mapped.start, timeline.frameRate, 'round'));
      }
    }
    const edges = [
      placed.range.start,
      ...cuts.filter((at) => at > placed.range.start && at < rangeEnd(placed.range)).toSorted((a, b) => a - b),
      rangeEnd(placed.range),
    ];
    for (const [index, start] of edges.slice(0, -1).entries())
      found.push({ range: rangeBetween(start, edges[index + 1]!), placed });
  }
  return filled(found, length);
}

/** Holes in the story are shots of nothing. */
function filled(shots: readonly Bare[], length: Ticks): Bare[] {
  const all: Bare[] = [];
  let at = zero;
  for (const shot of shots) {
    if (shot.range.start > at) all.push({ range: rangeBetween(at, shot.range.start), placed: undefined });
    all.push(shot);
    at = rangeEnd(shot.range);
  }
  if (at < length) all.push({ range: rangeBetween(at, length), placed: undefined });
  return all;
}

function joinShort(shots: readonly Bare[]): Bare[] {
  let list = [...shots];
  while (list.length > 1) {
    const least = list.reduce((best, shot, index) => (shot.range.duration < list[best]!.range.duration ? index : best), 0);
    if (list[least]!.range.duration >= shortest && list.length <= mostShots) return list;
    const first = least === 0 ? 0 : least - 1;
    const [a, b] = [list[first]!, list[first + 1]!];
    const longer = a.range.duration >= b.range.duration ? a : b;
    list = [
      ...list.slice(0, first),
      { range: rangeBetween(a.range.start, rangeEnd(b.range)), placed: longer.placed },
      ...list.slice(first + 2),
    ];
  }
  return list;
}

/** Where somebody speaks on the timeline, narration and music left out. */
async function spokenRanges(
  { workspace }: ToolContext,
  timeline: Timeline,
  assets: ReadonlyMap<string, Asset>,
): Promise<TimeRange[]> {
  const ranges: TimeRange[] = [];
  for (const { clip, range } of originalSounds(timeline)) {
    const asset = assets.get(clip.assetId);
    if (asset === undefined || mainAudioStream(asset) === undefined) continue;
    const { speech } = await workspace.soundFacts(asset, ['speech']);
    for (const one of speech?.speech ?? []) {
      const mapped = sourceToRecord(clip, range.start, one);
      if (mapped !== undefined && mapped.duration > 0) ranges.push(mapped);
    }
  }
  return unite(ranges);
}

/** Sounds that are not music and not narration, on tracks that are heard. */
export function originalSounds(timeline: Timeline): PlacedClip[] {
  return placedClips(timeline, 'audio').filter(
    ({ track }: { readonly track: Track }) => !track.muted && !isMusic(track) && !isNarration(track),
  );
}

async function wordsHeard(
  { workspace }: ToolContext,
  timeline: Timeline,
): Promise<{ readonly at: Ticks; readonly text: string }[]> {
  const ids = new Set(originalSounds(timeline).map(({ clip }) => clip.assetId));
  const heard: { readonly at: Ticks; readonly text: string }[] = [];
  for (const asset of workspace.assets().filter(({ id }) => ids.has(id))) {
    const transcript = await workspace.knownTranscript(asset);
    if (transcript === undefined) continue;
    for (const { word, range } of playedWords(timeline, asset.id, transcript.words))
      heard.push({ at: range.start, text: word.text });
  }
  return heard.toSorted((a, b) => a.at - b.at);
}

async function movementOf(
  { workspace }: ToolContext,
  placed: PlacedClip | undefined,
  asset: Asset | undefined,
  range: TimeRange,
): Promise<Movement | undefined> {
  if (placed === undefined || asset === undefined || isStill(asset)) return undefined;
  try {
    const { motion } = await workspace.pictureFacts(asset, ['motion']);
    return motion === undefined ? undefined : movementIn(motion, placed, range);
  } catch (error) {
    if (isEditorError(error) && error.kind === 'unsupported') return undefined;
    throw error;
  }
}

/** Per cent of the width that the picture goes in a second: below the first it is still, above the second busy. */
const stillPercent = 0.4;
const busyPercent = 8;
/** Where less of the picture than this moves as one, much moves in it. */
const leastTrust = 45;

function movementIn(motion: MotionFacts, { clip, range: whole }: PlacedClip, range: TimeRange): Movement | undefined {
  let [way, trust, count] = [0, 0, 0];
  let [first, last] = [Infinity, -Infinity];
  for (const [index, at] of motion.at.entries()) {
    const mapped = sourceToRecord(clip, whole.start, timeRange(at, 1 as Ticks));
    if (mapped === undefined || mapped.start < range.start || mapped.start >= rangeEnd(range)) continue;
    way += Math.hypot(motion.x[index]!, motion.y[index]!) / 10_000;
    trust += motion.trust[index]!;
    count++;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  if (count < 2 || last <= first) return undefined;
  const perSecond = way / toSeconds((last - first) as Ticks);
  if (perSecond > busyPercent || trust / count < leastTrust) return 'busy';
  return perSecond < stillPercent ? 'still' : 'calm';
}
