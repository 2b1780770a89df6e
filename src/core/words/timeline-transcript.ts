/** What is said on a timeline: the transcripts of its recordings, where they are heard. */
import type { AssetId } from '#core/asset';
import type { Transcript, Word } from '#core/facts';
import { rangeEnd } from '#core/time';
import type { Timeline } from '#core/timeline';
import { playedWords } from './source-words.ts';

/** A word on the timeline; `index` is its place in its recording's transcript. */
export type TimelineWord = Word & { readonly assetId: AssetId; readonly index: number };

/** Words in the order in which they are heard, in record time. Those of recordings that speak at the same time lie side by side. */
export function timelineWords(timeline: Timeline, transcripts: ReadonlyMap<AssetId, Transcript>): TimelineWord[] {
  return [...transcripts]
    .flatMap(([assetId, { words }]) =>
      playedWords(timeline, assetId, words).map(({ word, index, range }): TimelineWord => ({
        ...word,
        start: range.start,
        end: rangeEnd(range),
        assetId,
        index,
      })),
    )
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
}
