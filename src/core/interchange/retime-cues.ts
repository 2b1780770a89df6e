/** Captions of a recording, on the timeline that was cut from it. */
import type { AssetId } from '#core/asset';
import { intersect, maxTicks, minTicks, rangeBetween, rangeEnd, subtractTicks, zero, type TimeRange } from '#core/time';
import { itemsWithRanges, primaryTrack, sourceToRecord, type Clip, type Timeline, type Track } from '#core/timeline';
import { sortCues, type Cue } from './cue.ts';
import { tally } from './exported.ts';
import { spokenWords, wordsFrom } from './timeline-cues.ts';

export type RetimedCues = {
  /** In the timeline's time. */
  readonly cues: readonly Cue[];
  readonly notes: readonly string[];
};

type Use = { readonly clip: Clip; readonly start: TimeRange['start'] };

/**
 * Moves cues that are in the time of an asset to where the timeline plays what they say. What was cut out is gone; a cue over a cut that
 * was closed goes on over it; a part that is played twice is captioned twice. Words keep the times at which they are heard.
 */
export function retimeCues(timeline: Timeline, assetId: AssetId, cues: readonly Cue[]): RetimedCues {
  const track = trackOf(timeline, assetId);
  const uses: Use[] = (track === undefined ? [] : itemsWithRanges(track)).flatMap(({ item, range }) =>
    item.kind === 'clip' && item.assetId === assetId && !item.effects.some(({ name }) => name === 'freeze')
      ? [{ clip: item, start: range.start }]
      : [],
  );
  let [gone, split] = [0, 0];
  const moved = sortCues(cues).flatMap((cue): Cue[] => {
    const runs = joinTouching(uses.flatMap((use) => piecesOf(use, rangeBetween(cue.start, cue.end))));
    if (runs.length === 0) gone++;
    const placed = runs.map((run) => place(cue, run)).filter(({ text }) => text !== '');
    if (runs.length > 0 && placed.length === 0) gone++;
    if (placed.length > 1) split++;
    return placed;
  });
  return {
    cues: sortCues(moved),
    notes: [
      ...(uses.length === 0
        ? ['The recording of these captions is not on the timeline']
        : tally(gone, '1 caption is about what was cut out', '{n} captions are about what was cut out')),
      ...tally(
        split,
        '1 caption is shown in several places, because its recording is',
        '{n} captions are shown in several places, because their recording is',
      ),
    ],
  };
}

/** Sound is what captions say: its track first, then the story's. */
function trackOf(timeline: Timeline, assetId: AssetId): Track | undefined {
  const has = (track: Track) => track.items.some((item) => item.kind === 'clip' && item.assetId === assetId);
  const primary = primaryTrack(timeline);
  return (
    timeline.tracks.find((track) => track.kind === 'audio' && !track.muted && has(track)) ??
    (primary !== undefined && has(primary) ? primary : timeline.tracks.find(has))
  );
}

type Piece = { readonly use: Use; readonly record: TimeRange };

function piecesOf(use: Use, source: TimeRange): Piece[] {
  const record = sourceToRecord(use.clip, use.start, source);
  return record === undefined || record.duration <= 0 ? [] : [{ use, record }];
}

type Run = { readonly record: TimeRange; readonly pieces: readonly Piece[] };

/** Pieces that follow each other without a gap are one. */
function joinTouching(pieces: readonly Piece[]): Run[] {
  const runs: Run[] = [];
  for (const piece of pieces.toSorted((a, b) => a.record.start - b.record.start)) {
    const last = runs.at(-1);
    if (last !== undefined && rangeEnd(last.record) === piece.record.start) {
      runs[runs.length - 1] = {
        record: rangeBetween(last.record.start, rangeEnd(piece.record)),
        pieces: [...last.pieces, piece],
      };
    } else runs.push({ record: piece.record, pieces: [piece] });
  }
  return runs;
}

/** The cue in one run: with word times only the words that are heard there, else all of its text. */
function place(cue: Cue, { record, pieces }: Run): Cue {
  const { words, ...rest } = cue;
  const moved = { ...rest, start: record.start, end: rangeEnd(record) };
  if (words === undefined) return moved;
  const heard = spokenWords(cue).flatMap((word) => {
    const places = pieces.flatMap(({ use, record: part }) => {
      const found = word.end > word.start ? sourceToRecord(use.clip, use.start, rangeBetween(word.start, word.end)) : undefined;
      const kept = found === undefined ? undefined : intersect(found, part);
      return kept === undefined ? [] : [kept];
    });
    // A word that a cut leaves less than half of is not heard.
    const whole = subtractTicks(word.end, word.start);
    const left = places.reduce((sum, { duration }) => sum + duration, 0);
    const speed = pieces[0]!.use.clip.speed;
    if (places.length === 0 || left * 2 * speed.num < whole * speed.den) return [];
    const start = places.reduce((least, { start: at }) => minTicks(least, at), places[0]!.start);
    const end = places.reduce((most, range) => maxTicks(most, rangeEnd(range)), zero);
    return [{ text: word.text, start, end }];
  });
  if (heard.length === words.length)
    return {
      ...moved,
      words: wordsFrom(
        record.start,
        heard.toSorted((a, b) => a.start - b.start),
      ),
    };
  if (heard.length === 0) return { ...moved, text: '' };
  return { ...moved, text: joinWords(heard), words: wordsFrom(record.start, heard) };
}

/** The words that are left, as a sentence of their own. */
function joinWords(heard: readonly { readonly text: string }[]): string {
  const isSpaced = !heard.some(({ text }) => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text));
  return heard.map(({ text }) => text).join(isSpaced ? ' ' : '');
}
