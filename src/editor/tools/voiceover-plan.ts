/**
 * Which sentence of a voiceover belongs to which shot, and where each is said. Pure; all times in seconds.
 *
 *     shots   │──── 1 ────│── 2 ──│────── 3 ──────│
 *     voice   │ a   b     │ c     │ d      e      │    sentences stay in order, pauses between them give way first
 */

/** What is said without a pause worth the name, in the recording's time. */
export type Sentence = { readonly start: number; readonly end: number };
/** A stretch of picture between two cuts, in the video's time. */
export type Shot = { readonly start: number; readonly end: number };

export type Line = {
  /** Index of the sentence and of the shot it is meant for. */
  readonly sentence: number;
  readonly shot: number;
  /** When it begins in the video. */
  readonly at: number;
  /** How much faster it is said than it was recorded, 1 … 1.08. */
  readonly speed: number;
};

/** A voice comes in this long after the cut. */
const lead = 0.15;
/** Pauses between sentences shrink to this before anything is said faster. */
const leastPause = 0.35;
/** Between two that were said in one breath. */
const leastBreath = 0.15;
/** Nothing is said faster than this. */
export const mostSpeed = 1.08;

/** The sentences where they best go: at most one shot each, in order, the fewest seconds over the ends of their shots. */
export function planVoiceover(sentences: readonly Sentence[], shots: readonly Shot[]): Line[] {
  const groups = assign(sentences, shots);
  const lines: Line[] = [];
  let free = shots[0]?.start ?? 0;
  for (const [shot, { from, to }] of groups.entries()) {
    if (from === to) continue;
    const { start, end } = shots[shot]!;
    const begin = Math.max(start + (start > 0 ? lead : 0), free);
    const own = sentences.slice(from, to);
    const { speed, pauses } = fit(own, end - begin);
    let at = begin;
    for (const [index, sentence] of own.entries()) {
      lines.push({ sentence: from + index, shot, at, speed });
      at += (sentence.end - sentence.start) / speed + (pauses[index] ?? 0);
    }
    free = at + leastPause;
  }
  return lines;
}

/** How sentences fill a room: pauses as they were where they fit, else shorter, then said a little faster. */
function fit(
  own: readonly Sentence[],
  room: number,
): { readonly speed: number; readonly pauses: readonly number[]; readonly over: number } {
  const said = own.reduce((sum, { start, end }) => sum + end - start, 0);
  const natural = own.slice(1).map(({ start }, index) => start - own[index]!.end);
  const least = natural.map((pause) => Math.min(pause, pause < leastPause ? Math.max(leastBreath, pause) : leastPause));
  const [sumNatural, sumLeast] = [sumOf(natural), sumOf(least)];
  if (said + sumNatural <= room) return { speed: 1, pauses: natural, over: 0 };
  if (said + sumLeast <= room) {
    const share = (room - said - sumLeast) / Math.max(1e-9, sumNatural - sumLeast);
    return { speed: 1, pauses: natural.map((pause, index) => least[index]! + share * (pause - least[index]!)), over: 0 };
  }
  const speed = Math.min(mostSpeed, said / Math.max(1e-3, room - sumLeast) || mostSpeed);
  const chosen = room > sumLeast ? Math.max(1, speed) : mostSpeed;
  return { speed: chosen, pauses: least, over: Math.max(0, said / chosen + sumLeast - room) };
}

type Group = { readonly from: number; readonly to: number };

/** A run of sentences for each shot (empty for some), by the least cost; `reached[i]` after k shots is the cost of having said i. */
function assign(sentences: readonly Sentence[], shots: readonly Shot[]): Group[] {
  const [count, total] = [sentences.length, shots.length];
  // A voiceover that is about as long as its video was spoken to it: then where a sentence was said is a hint.
  const spoken = (sentences.at(-1)?.end ?? 0) - 0;
  const length = (shots.at(-1)?.end ?? 0) - (shots[0]?.start ?? 0);
  const alike = Math.min(spoken, length) / Math.max(spoken, length, 1e-9);
  const hint = alike > 0.85 ? 0.3 : 0.08;
  let reached: (number | undefined)[] = [0];
  const chosen: number[][] = [];
  for (const [index, shot] of shots.entries()) {
    const next: (number | undefined)[] = [];
    const from: number[] = [];
    for (const [said, cost] of reached.entries()) {
      if (cost === undefined) continue;
      for (let to = said; to <= count; to++) {
        const value =
          cost + costOf(sentences, { from: said, to }, shot) + strayOf(sentences[said], to > said, { shot, shots, spoken, hint });
        if (value < (next[to] ?? Infinity)) {
          next[to] = value;
          from[to] = said;
        }
      }
    }
    chosen[index] = from;
    reached = next;
  }
  const groups: Group[] = [];
  for (let index = total - 1, to = count; index >= 0; index--) {
    const from = chosen[index]![to]!;
    groups.unshift({ from, to });
    to = from;
  }
  return groups;
}

/** What speaks against a run of sentences in a shot. */
function costOf(sentences: readonly Sentence[], { from, to }: Group, shot: Shot): number {
  const room = shot.end - shot.start - lead;
  if (from === to) return 0.25 * Math.min(4, shot.end - shot.start);
  const own = sentences.slice(from, to);
  const { speed, over } = fit(own, room);
  // A shot that begins in the middle of a breath reads as a mistake.
  const pause = from === 0 ? 1 : sentences[from]!.start - sentences[from - 1]!.end;
  return 4 * over + 6 * (speed - 1) + 1.2 * Math.max(0, 0.7 - pause);
}

function strayOf(
  first: Sentence | undefined,
  isSaid: boolean,
  {
    shot,
    shots,
    spoken,
    hint,
  }: { readonly shot: Shot; readonly shots: readonly Shot[]; readonly spoken: number; readonly hint: number },
): number {
  if (!isSaid || first === undefined) return 0;
  const begin = shots[0]!.start;
  const length = shots.at(-1)!.end - begin;
  const scaled = hint > 0.1 ? first.start : (first.start / Math.max(1e-9, spoken)) * length;
  return hint * Math.abs(shot.start - begin - scaled);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
