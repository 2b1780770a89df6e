/** An asset's faults and their places on a timeline. */
import type { Asset } from '#core/asset';
import type { Problem, ProblemKind } from '#core/facts';
import { contains, rangeEnd, seconds, ticks, timeRange, unite, type Ticks, type TimeRange } from '#core/time';
import { itemsWithRanges, sourceToRecord, type Clip, type Timeline } from '#core/timeline';
import { repairNames } from './repair-names.ts';

export type PlacedUse = { readonly clip: Clip; readonly range: TimeRange };

/** Uses of an asset that are seen or heard. */
export function clipsOf(timeline: Timeline, asset: Asset, kind: 'audio' | 'video'): PlacedUse[] {
  return timeline.tracks
    .filter((track) => track.kind === kind && !track.muted && !track.hidden)
    .flatMap((track) =>
      itemsWithRanges(track).flatMap(({ item, range }) =>
        item.kind === 'clip' && item.assetId === asset.id && item.gainDb > -100 ? [{ clip: item, range }] : [],
      ),
    );
}

/** What of ranges in the asset's time is left on the timeline, in record time; what is shorter than `least` of it is gone. */
export function placesOf(uses: readonly PlacedUse[], ranges: readonly TimeRange[], least = 0.6): TimeRange[] {
  return uses.flatMap(({ clip, range }) =>
    ranges.flatMap((own) => {
      const place = sourceToRecord(clip, range.start, own);
      const whole = (own.duration * clip.speed.den) / clip.speed.num;
      return place !== undefined && place.duration > 0 && place.duration >= least * whole ? [place] : [];
    }),
  );
}

/** Moments in the asset's time that are still on the timeline. */
export function momentsOf(uses: readonly PlacedUse[], moments: readonly Ticks[]): TimeRange[] {
  return uses.flatMap(({ clip, range }) =>
    moments
      .filter((moment) => contains(clip.sourceRange, moment))
      .flatMap((moment) => sourceToRecord(clip, range.start, timeRange(moment, ticks(1))) ?? []),
  );
}

/** What is wrong, how bad, where it is left, and the tool call that mends it. */
type Found = {
  readonly severity: number;
  readonly places: readonly TimeRange[];
  readonly en: string;
  readonly zh: string;
  readonly repair?: Pick<NonNullable<Problem['repair']>, 'tool' | 'input'>;
};

const mostListed = 20;

/** Without places it is a matter of all the clips. */
export function problem(
  { asset, clips }: { readonly asset: Asset; readonly clips: readonly PlacedUse[] },
  kind: ProblemKind,
  { severity, places, en, zh, repair }: Found,
): Problem {
  return {
    kind,
    severity: Math.round(Math.max(0.05, Math.min(1, severity)) * 100) / 100,
    assetId: asset.id,
    range: places[0] ?? clips[0]!.range,
    places: Math.max(1, places.length),
    at: places.slice(0, mostListed),
    evidence: { en, zh },
    ...(repair === undefined ? {} : { repair: { ...repair, says: repairNames[kind] ?? { en: repair.tool, zh: repair.tool } } }),
  };
}

const mostNamed = 4;

/** `0:12.3, 0:47.0, 1:02.4, 1:10.0 and 3 more`, both ends of stretches where `ends` is asked for. */
export function listed(places: readonly TimeRange[], { ends = false } = {}): { readonly en: string; readonly zh: string } {
  const named = places
    .slice(0, mostNamed)
    .map((place) => (ends ? `${clockOf(place.start)}–${clockOf(rangeEnd(place))}` : clockOf(place.start)));
  const more = places.length - named.length;
  return {
    en: named.join(', ') + (more > 0 ? ` and ${more} more` : ''),
    zh: named.join('、') + (more > 0 ? `等 ${places.length} 处` : ''),
  };
}

/** `1:02.4` */
export function clockOf(time: Ticks): string {
  const tenths = Math.round((time / seconds(1)) * 10);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** Stretches that touch made one. */
export function joined(ranges: readonly TimeRange[]): TimeRange[] {
  return unite(ranges.map(({ start, duration }) => ({ start, duration })));
}
