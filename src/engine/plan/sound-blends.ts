/** Which clips of a sound track blend into each other over a transition, and by how much they play on beyond their cut. */
import type { Asset } from '#core/asset';
import { formatClock, rangeEnd, type Ticks } from '#core/time';
import {
  headHandle,
  itemsWithRanges,
  tailHandle,
  type Clip,
  type ItemId,
  type Timeline,
  type Track,
  type Transition,
} from '#core/timeline';
import type { PlacedClip } from './compose.ts';

/** How much earlier than its cut a clip begins and how much later it ends, in record time. */
export type Extension = { readonly early: number; readonly late: number };

export type SoundBlends = {
  /** By clip; a clip without an entry keeps to its cuts. */
  readonly extensions: ReadonlyMap<ItemId, Extension>;
  readonly reasons: readonly string[];
};

/** A transition and the clips that it stands between. */
type Seam = { readonly transition: Transition; readonly before: Clip; readonly after: Clip; readonly at: number };

/** Cuts of picture and sound that lie this near to each other are one: retimed clips are rounded on their own. */
const sameCut = 705_600;
/** This share of a blend may lie beyond the material: it would be heard at its quietest end. */
const missingShare = 0.1;

/** Seams of the visible pictures, whose transitions linked sound takes part in. */
export function pictureSeams(timeline: Timeline): Seam[] {
  return timeline.tracks.filter((track) => track.kind === 'video' && !track.hidden).flatMap(seamsOf);
}

/**
 * What a track's own transitions, and those of pictures linked to both sides of a cut, do to its clips. `placed` are its clips
 * in order. A blend that the material does not allow is left out and named.
 */
export function soundBlends(
  track: Track,
  placed: readonly PlacedClip[],
  options: { readonly pictures: readonly Seam[]; readonly assetOf: (assetId: string) => Asset | undefined },
): SoundBlends {
  const own = seamsOf(track);
  const extensions = new Map<ItemId, Extension>();
  const reasons: string[] = [];
  const extend = (clip: Clip, more: Partial<Extension>): void => {
    extensions.set(clip.id, { early: 0, late: 0, ...extensions.get(clip.id), ...more });
  };
  for (const [index, right] of placed.entries()) {
    const left = placed[index - 1];
    if (left === undefined || rangeEnd(left.record) !== right.record.start) continue;
    const seam =
      own.find(({ before, after }) => before.id === left.clip.id && after.id === right.clip.id) ??
      options.pictures.find((picture) => isLinked(picture, left, right));
    if (seam === undefined) continue;
    const { inOffset, outOffset } = seam.transition;
    if (allows(seam.transition, left, right, options.assetOf)) {
      extend(left.clip, { late: outOffset });
      extend(right.clip, { early: inOffset });
    } else reasons.push(`Sound is cut and not cross-faded at ${formatClock(right.record.start)}: there is none beyond the cut`);
  }
  return { extensions, reasons };
}

function seamsOf(track: Track): Seam[] {
  const placed = itemsWithRanges(track);
  return placed.flatMap(({ item, range }, index) => {
    const [before, after] = [placed[index - 1]?.item, placed[index + 1]?.item];
    if (item.kind !== 'transition' || before?.kind !== 'clip' || after?.kind !== 'clip') return [];
    return [{ transition: item, before, after, at: range.start + item.inOffset }];
  });
}

function isLinked({ before, after, at }: Seam, left: PlacedClip, right: PlacedClip): boolean {
  if (before.linkId === undefined || after.linkId === undefined) return false;
  if (before.linkId !== left.clip.linkId || after.linkId !== right.clip.linkId) return false;
  return Math.abs(at - right.record.start) <= sameCut;
}

function allows(
  { inOffset, outOffset }: Transition,
  left: PlacedClip,
  right: PlacedClip,
  assetOf: (assetId: string) => Asset | undefined,
): boolean {
  const slack = Math.floor((inOffset + outOffset) * missingShare) as Ticks;
  if (left.record.duration < inOffset || right.record.duration < outOffset) return false;
  return (
    tailHandle(left.clip, assetOf(left.clip.assetId)) + slack >= outOffset &&
    headHandle(right.clip, assetOf(right.clip.assetId)) + slack >= inOffset
  );
}
