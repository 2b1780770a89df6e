/**
 * How a piece is laid out: phrases of four bars, an ending that rings out, and a loop.
 *
 *     │ lead-in │ intro │ a ● │ a2 │ b │ … │ a ● │ end ~~~│
 *                             └──── loop ────────┘
 *
 * The phrase before the loop's start and the last one inside it (●) are the same to the note, so what rings over from one
 * into the loop's start is what rings over from the other.
 */
import type { MusicRequest } from '#core/facts';

export const musicRateHz = 48_000;
export const beatsPerBar = 4;
export const barsPerPhrase = 4;

export type PhraseKind = 'intro' | 'a' | 'a2' | 'b' | 'break' | 'c' | 'end';

export type Phrase = {
  readonly kind: PhraseKind;
  /** Phrases with the same kind and variation are the same to the note. */
  readonly variation: number;
  /** Four, but for a lead-in and the ending. */
  readonly bars: number;
  /** Which bar of the progression comes first. */
  readonly firstBar: number;
  /** Whether a fill leads out of it. */
  readonly fill: boolean;
};

export type Form = {
  readonly phrases: readonly Phrase[];
  readonly bars: number;
  readonly samplesPerBeat: number;
  /** Bars. */
  readonly loop: { readonly start: number; readonly end: number };
  /** A phrase that is played unheard before the first, so that a loop from bar 0 has what rings over into it. */
  readonly before?: Phrase;
};

/** What comes after the first `a` in a long piece, again and again. */
const middle: readonly PhraseKind[] = ['a2', 'b', 'b', 'break', 'a', 'a2', 'c', 'c', 'break', 'b', 'c', 'a2'];

/** `bpm` beats a minute, rounded to whole samples for a beat: at most 2 ms off in a minute. */
export function planForm(request: MusicRequest, bpm: number): Form {
  const samplesPerBeat = Math.round((musicRateHz * 60) / bpm);
  const barSeconds = (samplesPerBeat * beatsPerBar) / musicRateHz;
  // The last chord rings for at least two and a half seconds.
  const ring = Math.ceil(2.5 / barSeconds);
  const bars = Math.max(barsPerPhrase + ring, Math.ceil((request.seconds * musicRateHz) / (samplesPerBeat * beatsPerBar)));
  const body = bars - ring;
  const whole = Math.floor(body / barsPerPhrase);
  const lead = body % barsPerPhrase;
  const kinds = kindsOf(whole);
  const phrases = kinds.map(({ kind, variation }): Phrase => ({
    kind,
    variation,
    bars: barsPerPhrase,
    firstBar: 0,
    fill: kind !== 'intro' && kind !== 'break',
  }));
  const end: Phrase = { kind: 'end', variation: 0, bars: ring, firstBar: 0, fill: false };
  if (whole === 1) {
    // A lead-in before so short a piece would leave no phrase to loop from: the extra bars lead to the ending.
    const tag: Phrase[] = lead === 0 ? [] : [{ ...phrases[0]!, variation: 1, bars: lead, firstBar: barsPerPhrase - lead }];
    return {
      phrases: [...phrases, ...tag, end],
      bars,
      samplesPerBeat,
      loop: { start: 0, end: barsPerPhrase },
      before: phrases[0]!,
    };
  }
  const leadIn: Phrase[] =
    lead === 0 ? [] : [{ kind: 'intro', variation: 1, bars: lead, firstBar: barsPerPhrase - lead, fill: false }];
  const start = lead + barsPerPhrase * (kinds[0]!.kind === 'intro' ? 2 : 1);
  return { phrases: [...leadIn, ...phrases, end], bars, samplesPerBeat, loop: { start, end: body } };
}

function kindsOf(whole: number): { kind: PhraseKind; variation: number }[] {
  const first = { kind: 'a', variation: 0 } as const;
  if (whole === 1) return [first];
  if (whole === 2) return [first, first];
  if (whole === 3) return [first, { kind: 'b', variation: 0 }, first];
  const between = Array.from({ length: whole - 3 }, (_, index) => ({
    kind: middle[index % middle.length]!,
    // The first `a` is the loop's own.
    variation: 1 + index,
  }));
  return [{ kind: 'intro', variation: 0 }, first, ...between, first];
}
