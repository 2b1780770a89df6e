/** Where time jumps in the story: between pieces of one shot, and inside footage that was edited before it came here. */
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import type { MorphFit } from '#core/dsp';
import type { ShotFacts } from '#core/facts';
import {
  intersect,
  rangeEnd,
  snapToFrame,
  subtractTicks,
  ticks,
  ticksPerSecond,
  timeRange,
  totalDuration,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { isReversed, isStill, sourceToRecord, type Timeline } from '#core/timeline';
import { storyPictures } from './targets.ts';
import type { ToolContext } from './tool.ts';

export type Jump = {
  readonly at: Ticks;
  /** How much was taken out; unknown where it was cut before it came here. */
  readonly gap?: Ticks;
  readonly isTalk: boolean;
  /** What it is a jump in, and the asset times of the pictures before and after it. */
  readonly asset: Asset;
  readonly from: Ticks;
  readonly to: Ticks;
  /** How the two go over into each other; absent where there are too many to measure. */
  readonly fit?: MorphFit;
};

/** So many are measured, which takes a second or two each in high-definition footage with rare key frames. */
const mostMeasured = 120;

/** Jumps in the order of the story: those between clips of one shot, and those inside clips. */
export async function findJumps(context: ToolContext, timeline: Timeline): Promise<Jump[]> {
  const { workspace } = context;
  const jumps: Jump[] = [];
  const clips = storyPictures(timeline);
  for (const [index, { clip, range }] of clips.entries()) {
    const asset = workspace.assets().find(({ id }) => id === clip.assetId);
    if (asset === undefined || isStill(asset) || isReversed(clip)) continue;
    const { shots, jumpCuts } = await workspace.pictureFacts(asset, ['shots', 'jumpCuts']);
    const isTalk = await talksIn(context, asset, clip.sourceRange);
    const before = clips[index - 1];
    if (before?.clip.assetId === clip.assetId && rangeEnd(before.range) === range.start && shots !== undefined) {
      const gap = subtractTicks(clip.sourceRange.start, rangeEnd(before.clip.sourceRange));
      if (gap > 0 && !isReversed(before.clip) && inOneShot(shots, rangeEnd(before.clip.sourceRange), clip.sourceRange.start))
        jumps.push({ at: range.start, gap, isTalk, ...beside(asset, rangeEnd(before.clip.sourceRange), clip.sourceRange.start) });
    }
    for (const { at } of jumpCuts?.cuts ?? []) {
      const mapped = sourceToRecord(clip, range.start, timeRange(at, 1 as Ticks));
      if (mapped === undefined) continue;
      const place = snapToFrame(mapped.start, timeline.frameRate, 'round');
      if (place > range.start && place < rangeEnd(range)) jumps.push({ at: place, isTalk, ...beside(asset, at, at) });
    }
  }
  return jumps.toSorted((a, b) => a.at - b.at);
}

/** The pictures next to the cut: their middles. */
function beside(asset: Asset, from: Ticks, to: Ticks): Pick<Jump, 'asset' | 'from' | 'to'> {
  const { num, den } = mainVideoStream(asset)?.frameRate ?? { num: 25, den: 1 };
  const half = Math.round((ticksPerSecond * den) / num / 2);
  return { asset, from: ticks(Math.max(0, from - half)), to: ticks(to + half) };
}

function inOneShot({ changes }: ShotFacts, from: Ticks, to: Ticks): boolean {
  return changes.every(({ range }) => rangeEnd(range) <= from || range.start > to);
}

/** Speech over two fifths of what is used of a recording. */
async function talksIn({ workspace }: ToolContext, asset: Asset, used: TimeRange): Promise<boolean> {
  if (mainAudioStream(asset) === undefined) return false;
  const { speech } = await workspace.soundFacts(asset, ['speech']);
  const spoken = (speech?.speech ?? []).flatMap((range) => intersect(range, used) ?? []);
  return totalDuration(spoken) > 0.4 * used.duration;
}

/** The same jumps with what their pictures have in common. */
export async function measureJumps({ workspace }: ToolContext, jumps: readonly Jump[]): Promise<Jump[]> {
  if (jumps.length > mostMeasured) return [...jumps];
  const fits = new Map<Jump, MorphFit>();
  for (const asset of new Set(jumps.map((jump) => jump.asset))) {
    const own = jumps.filter((jump) => jump.asset === asset);
    const measured = await workspace.measureJoins(
      asset,
      own.map(({ from, to }) => ({ from, to })),
    );
    for (const [index, fit] of measured.entries()) fits.set(own[index]!, fit);
  }
  return jumps.map((jump) => {
    const fit = fits.get(jump);
    return fit === undefined ? jump : { ...jump, fit };
  });
}
