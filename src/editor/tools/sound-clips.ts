import { itemsWithRanges, type Clip, type Timeline, type Track } from '#core/timeline';
import type { TimeRange } from '#core/time';

export type PlacedClip = { readonly track: Track; readonly clip: Clip; readonly range: TimeRange };

/** Every clip of a kind of track, where it lies in record time. */
export function placedClips(timeline: Timeline, kind: Track['kind']): PlacedClip[] {
  return timeline.tracks
    .filter((track) => track.kind === kind)
    .flatMap((track) =>
      itemsWithRanges(track).flatMap(({ item, range }) => (item.kind === 'clip' ? [{ track, clip: item, range }] : [])),
    );
}

export function soundClips(timeline: Timeline): PlacedClip[] {
  return placedClips(timeline, 'audio');
}

/** Music by its track's name, everything else is voice. */
export function isMusic(track: Track): boolean {
  return /music|bgm|音乐/i.test(track.name);
}
