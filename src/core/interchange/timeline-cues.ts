/** The texts of a timeline as cues. */
import { addTicks, rangeEnd, subtractTicks } from '#core/time';
import { itemsWithRanges, type TextClip, type Timeline } from '#core/timeline';
import { cleanCueText, sortCues, type Cue } from './cue.ts';
import { tally } from './exported.ts';

export type TimelineCues = {
  readonly cues: readonly (Cue & Required<Pick<Cue, 'style'>>)[];
  readonly dropped: readonly string[];
};

/** Whether a text is a caption by its look: what is spoken, not a title. */
export function isCaption(text: TextClip): boolean {
  return text.style.preset.startsWith('caption');
}

/** Texts of all text tracks that are shown, in record time: captions where there are any, else every text; `all` takes both. */
export function timelineCues(timeline: Timeline, texts: 'captions' | 'all' = 'captions'): TimelineCues {
  const tracks = timeline.tracks.filter(({ kind }) => kind === 'text');
  const placed = (hidden: boolean) =>
    tracks
      .filter((track) => track.hidden === hidden)
      .flatMap((track) => itemsWithRanges(track).flatMap(({ item, range }) => (item.kind === 'text' ? [{ item, range }] : [])));
  const [shown, hidden] = [placed(false), placed(true)];
  const captions = shown.filter(({ item }) => isCaption(item));
  const taken = texts === 'all' || captions.length === 0 ? shown : captions;
  const cues = taken.flatMap(({ item, range }) => {
    const text = cleanCueText(item.text);
    const words = item.words === undefined ? {} : { words: item.words };
    return text === '' ? [] : [{ start: range.start, end: rangeEnd(range), text, ...words, style: item.style }];
  });
  const titles = shown.length - taken.length;
  return {
    cues: sortCues(cues),
    dropped: [
      ...tally(titles, '1 title is not a caption and was left out', '{n} titles are not captions and were left out'),
      ...tally(hidden.length, '1 text on a hidden track was left out', '{n} texts on hidden tracks were left out'),
    ],
  };
}

/** A cue's words on the clock of its owner. */
export function spokenWords(cue: Cue): { readonly text: string; readonly start: Cue['start']; readonly end: Cue['end'] }[] {
  return (cue.words ?? []).map(({ text, start, end }) => ({
    text,
    start: addTicks(cue.start, start),
    end: addTicks(cue.start, end),
  }));
}

/** The other way: words on the owner's clock as a cue that starts at `start` holds them. */
export function wordsFrom(start: Cue['start'], words: ReturnType<typeof spokenWords>): NonNullable<Cue['words']> {
  return words.map((word) => ({ ...word, start: subtractTicks(word.start, start), end: subtractTicks(word.end, start) }));
}
