/**
 * Which parts of a recording's pauses go: the numbers of the craft, applied to speech facts. Pure, in asset time.
 *
 *     speech  ████            ██████   ██
 *     trim    ████──        ──██████───██      (a breath is left, the short pause stays)
 *     remove  ████──   ────────██████──██      never less than 30 ms from a word
 */
import { intersect, milliseconds, rangeBetween, rangeEnd, totalDuration, zero, type Ticks, type TimeRange } from '#core/time';
import type { PauseFacts, SpeechFacts } from './facts.ts';

export type PausePolicy = {
  /** `trim` leaves a breath of `keep` between words; `remove` leaves the margins `after` and `before`. */
  readonly mode: 'trim' | 'remove';
  /** Shortest pause that counts; default 400 ms, and never under 150 ms. */
  readonly minimum?: Ticks;
  /** All that is left of a pause, in either mode; default 250 ms for `trim`, `after` + `before` for `remove`. At least 60 ms. */
  readonly keep?: Ticks;
  /** Air after a word's end; default 200 ms. With `keep` the two only say how it is shared out. */
  readonly after?: Ticks;
  /** Air before the next word's start; default 150 ms. */
  readonly before?: Ticks;
  /** Before the first and after the last word: shortened to 250 and 300 ms (default), left alone, or taken down to 30 ms. */
  readonly edges?: 'trim' | 'keep' | 'remove';
  /**
   * What happens to gaps that hold sound which is not speech: `keep` (default) leaves long ones, while they are the lesser part;
   * `keep-all` leaves each of them, as under music that plays through, and has no doubt about it.
   */
  readonly audible?: 'keep' | 'keep-all' | 'cut';
};

export type CutOptions = {
  /** The part of the asset that is used; default all that the facts cover. Its ends count as head and tail. */
  readonly within?: TimeRange;
  /**
   * Times at which it is cheap to go on (key frames of the picture), sorted. The end of a removed range moves to one
   * that lies 30 to 200 ms before the next word, and its start moves along, so that the breath keeps its length.
   */
  readonly preferredEnds?: readonly Ticks[];
};

/** `mostly-removed`: over 60 % would go. `mostly-audible`: half of the gaps or more hold sound that is not speech. */
export type PauseDoubt = 'mostly-removed' | 'mostly-audible';

export type PauseCuts = {
  /** Asset time, sorted, disjoint, each at least 40 ms; with a doubt: what would go after a yes. */
  readonly remove: readonly TimeRange[];
  /** Gaps that were long enough and stay because they hold sound that is not speech. */
  readonly kept: readonly TimeRange[];
  /** Why a person should be asked first, in words; absent where there is no doubt. */
  readonly needsQuestion?: string;
  readonly doubt?: PauseDoubt;
};

const leastPause = milliseconds(150);
const leastAir = milliseconds(30);
const mostAirBefore = milliseconds(200);
/** Shorter removals cost a join and win nothing. */
const leastRemoval = milliseconds(40);
const headAir = milliseconds(250);
const tailAir = milliseconds(300);
/** A cough or a click in a short gap goes with it; what lasts longer may be what the recording is about. */
const leastAudible = milliseconds(1000);
const mostRemoved = 0.6;
const mostAudible = 0.5;

/**
 * Finds what to remove between, before and after the words.
 *
 * Shape:  see `PauseCuts`; a recording without speech gives nothing to remove.
 * Source: defaults from the rules for cutting speech in docs/decisions/2026-11-21-pauses.md.
 */
export function findCuts(facts: SpeechFacts, policy: PausePolicy, options: CutOptions = {}): PauseCuts {
  const whole = options.within ?? coveredBy(facts);
  const speech = facts.speech.flatMap((range) => intersect(range, whole) ?? []);
  const [first, last] = [speech[0], speech.at(-1)];
  if (first === undefined || last === undefined) return { remove: [], kept: [] };
  const words = { start: first.start, end: rangeEnd(last) };
  const minimum = Math.max(policy.minimum ?? milliseconds(400), leastPause);
  const gaps = facts.pauses.flatMap((pause): PauseFacts[] => {
    const part = intersect(pause, whole);
    return part !== undefined && part.duration >= minimum ? [{ ...pause, ...part }] : [];
  });
  const audible = gaps.filter((gap) => gap.audible);
  const all = policy.audible === 'keep-all';
  const mostlyAudible = !all && policy.audible !== 'cut' && audible.length > 0 && audible.length >= gaps.length * mostAudible;
  const spare = policy.audible !== 'cut' && !mostlyAudible;
  const kept = gaps.filter((gap) => spare && gap.audible && (all || gap.duration >= leastAudible));
  const remove = gaps
    .filter((gap) => !kept.includes(gap))
    .flatMap((gap) =>
      removal(clearOfHidden(gap, facts, words.end), { policy, words, whole, preferredEnds: options.preferredEnds ?? [] }),
    );
  const share = totalDuration(remove) / whole.duration;
  return {
    remove,
    kept: kept.map(({ start, duration }) => ({ start, duration })),
    ...doubtOf({ share, audible: audible.length, gaps: gaps.length, mostlyAudible }),
  };
}

type Surroundings = {
  readonly policy: PausePolicy;
  /** From the first word's start to the last one's end. */
  readonly words: { readonly start: Ticks; readonly end: Ticks };
  readonly whole: TimeRange;
  readonly preferredEnds: readonly Ticks[];
};

/** The gap without what noise may hide of the word after it. */
function clearOfHidden(gap: TimeRange, { hiddenBefore = zero }: SpeechFacts, lastWordEnd: Ticks): TimeRange {
  if (gap.start >= lastWordEnd) return gap;
  return { start: gap.start, duration: Math.max(0, gap.duration - hiddenBefore) as Ticks };
}

/** What goes of one gap: one range, or nothing. */
function removal(gap: TimeRange, { policy, words, whole, preferredEnds }: Surroundings): TimeRange[] {
  const isHead = rangeEnd(gap) <= words.start;
  const isTail = gap.start >= words.end;
  if (isHead || isTail) {
    if (policy.edges === 'keep') return [];
    const air = policy.edges === 'remove' ? leastAir : isHead ? headAir : tailAir;
    return isHead
      ? longEnough(whole.start, snapEnd(rangeEnd(gap) - air, rangeEnd(gap), preferredEnds) as Ticks)
      : longEnough((gap.start + air) as Ticks, rangeEnd(whole));
  }
  const { after, before } = airOf(policy, gap.duration);
  const end = snapEnd(rangeEnd(gap) - before, rangeEnd(gap), preferredEnds);
  // What the snap gave to one side is taken from the other, as long as the word there keeps its air.
  const start = Math.max(gap.start + leastAir, gap.start + after + (end - (rangeEnd(gap) - before)));
  return longEnough(start as Ticks, end as Ticks);
}

/** How much stays on both sides of a gap of length `duration`. */
function airOf(policy: PausePolicy, duration: number): { readonly after: number; readonly before: number } {
  const after = Math.max(leastAir, policy.after ?? milliseconds(200));
  const before = Math.max(leastAir, policy.before ?? milliseconds(150));
  const keep = policy.keep ?? (policy.mode === 'trim' ? milliseconds(250) : undefined);
  if (keep === undefined) return { after, before };
  const total = Math.min(Math.max(keep, 2 * leastAir), duration);
  const shared = Math.round((total * after) / (after + before));
  const left = Math.min(Math.max(shared, leastAir), total - leastAir);
  return { after: left, before: total - left };
}

/** The preferred time closest to `wanted` that leaves 30 to 200 ms before the word at `word`; `wanted` where there is none. */
function snapEnd(wanted: number, word: number, preferredEnds: readonly Ticks[]): number {
  let best: number | undefined;
  for (const time of preferredEnds) {
    if (time < word - mostAirBefore || time > word - leastAir) continue;
    if (best === undefined || Math.abs(time - wanted) < Math.abs(best - wanted)) best = time;
  }
  return best ?? wanted;
}

function longEnough(start: Ticks, end: Ticks): TimeRange[] {
  return end - start >= leastRemoval ? [rangeBetween(start, end)] : [];
}

function coveredBy(facts: SpeechFacts): TimeRange {
  const all = [...facts.speech, ...facts.pauses];
  const start = all.reduce((least, range) => Math.min(least, range.start), Infinity);
  const end = all.reduce((most, range) => Math.max(most, rangeEnd(range)), 0);
  return rangeBetween(Math.min(start, end) as Ticks, end as Ticks);
}

type Weighing = { readonly share: number; readonly audible: number; readonly gaps: number; readonly mostlyAudible: boolean };

function doubtOf({ share, audible, gaps, mostlyAudible }: Weighing): { needsQuestion?: string; doubt?: PauseDoubt } {
  if (mostlyAudible) {
    return {
      doubt: 'mostly-audible',
      needsQuestion: `${audible} of ${gaps} gaps between speech hold sound that is not speech, such as music or applause`,
    };
  }
  if (share <= mostRemoved) return {};
  return { doubt: 'mostly-removed', needsQuestion: `${Math.round(share * 100)} % of the recording would go` };
}
