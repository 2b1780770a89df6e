/** Between the time of a recording and the time of the timeline that was cut from it. */
import type { AssetId } from '#core/asset';
import type { SpokenText, Word } from '#core/facts';
import { intersect, maxTicks, minTicks, rangeBetween, rangeEnd, type Ticks, type TimeRange } from '#core/time';
import { isFrozen, itemsWithRanges, recordToSource, sourceToRecord, type Clip, type Timeline, type Track } from '#core/timeline';
import type { GivenWords } from './read-transcript.ts';

/** A word where the timeline plays it; `index` is its place in the transcript. */
export type PlayedWord = { readonly word: Word; readonly index: number; readonly range: TimeRange; readonly track: Track };

type Use = { readonly track: Track; readonly clip: Clip; readonly start: Ticks };

/** Clips of the asset's sound, where they are heard, in order; its pictures where it has no sound on the timeline. */
function usesOf(timeline: Timeline, assetId: AssetId): Use[] {
  const tracks = timeline.tracks.filter(({ kind, items }) => kind !== 'text' && items.some((item) => item.kind === 'clip' && item.assetId === assetId)); // prettier-ignore
  const audible = tracks.filter(({ kind, muted }) => kind === 'audio' && !muted);
  const track = audible[0] ?? tracks.find(({ kind }) => kind === 'video');
  if (track === undefined) return [];
  return itemsWithRanges(track).flatMap(({ item, range }) =>
    item.kind === 'clip' && item.assetId === assetId && !isFrozen(item) ? [{ track, clip: item, start: range.start }] : [],
  );
}

/** The words that are still heard, in the order in which they are: those that a cut leaves at least half of. */
export function playedWords(timeline: Timeline, assetId: AssetId, words: readonly Word[]): PlayedWord[] {
  return usesOf(timeline, assetId).flatMap(({ track, clip, start }) => {
    const used = clip.sourceRange;
    return words.flatMap((word, index): PlayedWord[] => {
      if (word.end <= used.start || word.start >= rangeEnd(used)) return [];
      const whole = rangeBetween(word.start, word.end);
      const left = intersect(whole, used);
      const range = left === undefined ? undefined : sourceToRecord(clip, start, left);
      if (range === undefined || left === undefined || left.duration * 2 < whole.duration) return [];
      return [{ word, index, range, track }];
    });
  });
}

/** Stretches of the recording, where the timeline plays them. */
export function playedRanges(timeline: Timeline, assetId: AssetId, ranges: readonly TimeRange[]): TimeRange[] {
  return usesOf(timeline, assetId).flatMap(({ clip, start }) =>
    ranges.flatMap((range) => {
      const placed = sourceToRecord(clip, start, range);
      return placed === undefined || placed.duration <= 0 ? [] : [placed];
    }),
  );
}

/** The same for words that have times already. */
export function wordsInSource(timeline: Timeline, assetId: AssetId, given: TimedWords): TimedWords {
  const words = textsInSource(timeline, assetId, given.transcript.words).toSorted((a, b) => a.start! - b.start!);
  // Each came with times and keeps having them.
  return { ...given, transcript: { ...given.transcript, words: words as readonly Word[] } };
}

type TimedWords = Extract<GivenWords, { readonly kind: 'words' }>;

/** Texts with times on the timeline, in the recording's own time; what lies outside of its clips is left out. */
export function textsInSource<Text extends SpokenText>(timeline: Timeline, assetId: AssetId, texts: readonly Text[]): Text[] {
  const uses = usesOf(timeline, assetId);
  return texts.flatMap((text): Text[] => {
    if (text.start === undefined || text.end === undefined) return [text];
    const spoken = rangeBetween(text.start, maxTicks(text.end, (text.start + 1) as Ticks));
    const parts = uses.flatMap(({ clip, start }) => recordToSource(clip, start, spoken) ?? []);
    if (parts.length === 0) return [];
    const from = parts.reduce((least, { start }) => minTicks(least, start), parts[0]!.start);
    const to = parts.reduce((most, part) => maxTicks(most, rangeEnd(part)), from);
    return [{ ...text, start: from, end: to }];
  });
}
