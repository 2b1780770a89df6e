/** An asset's faults and their places on a timeline. */
import type { Asset } from '#core/asset';
import type { Problem, ProblemKind } from '#core/facts';
import { contains, ticks, timeRange, type Ticks, type TimeRange } from '#core/time';
import { itemsWithRanges, sourceToRecord, type Clip, type Timeline } from '#core/timeline';

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
  readonly repair?: Problem['repair'];
};

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
    evidence: { en, zh },
    ...(repair === undefined ? {} : { repair }),
  };
}

/** `0:12, 0:47, …` */
export function listed(places: readonly TimeRange[], clock: (time: Ticks) => string): string {
  const first = places.slice(0, 4).map(({ start }) => clock(start));
  return first.join(', ') + (places.length > 4 ? ', …' : '');
}
