/** The end of every subtitle parser. */
import { sortCues, type Cue } from './cue.ts';
import { tally, type ReadCues } from './exported.ts';

/** Cues in order, without those that show nothing, and a word about these. */
export function closeCues(found: readonly (Cue & { readonly line: number })[]): ReadCues {
  const empty = found.filter(({ text }) => text === '');
  const backwards = found.filter(({ text, start, end }) => text !== '' && end <= start);
  const kept = found.filter(({ text, start, end }) => text !== '' && end > start);
  const lineOf = (cues: readonly { readonly line: number }[]) => `line ${cues[0]?.line}`;
  return {
    cues: sortCues(kept.map(({ line: _line, ...cue }) => cue)),
    notes: [
      ...tally(
        empty.length,
        `1 cue without words was left out (${lineOf(empty)})`,
        `{n} cues without words were left out (first: ${lineOf(empty)})`,
      ),
      ...tally(
        backwards.length,
        `1 cue that ends before it starts was left out (${lineOf(backwards)})`,
        `{n} cues that end before they start were left out (first: ${lineOf(backwards)})`,
      ),
    ],
  };
}
