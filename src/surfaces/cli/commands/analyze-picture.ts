/** The picture's part of what `rushes analyze` says. */
import type { PictureFacts } from '#core/facts';
import { rangeEnd, toMilliseconds, type TimeRange } from '#core/time';
import { clock } from '../terminal.ts';

type Span = { readonly start_ms: number; readonly end_ms: number };

export type PictureReport = {
  /** From end to end. */
  readonly shots: readonly Span[];
  readonly shot_changes: readonly (Span & { readonly kind: 'cut' | 'dissolve' | 'fade' })[];
  readonly jump_cuts: readonly { readonly at_ms: number; readonly strength: number }[];
  /** Unrest of the camera in per cent of the picture's width, over all and every two seconds. */
  readonly shake: { readonly percent: number; readonly ranges: readonly (Span & { readonly percent: number })[] };
  /** Second by second: sharpness in per cent (under 2 soft, over 5 crisp), mean light and what only a fiftieth exceeds, 0 … 1. */
  readonly quality: {
    readonly sharpness: readonly number[];
    readonly exposure: readonly number[];
    readonly highlight: readonly number[];
  };
  /** Where what matters is, in fractions of the picture, twice a second. */
  readonly subject: readonly { readonly at_ms: number; readonly x: number; readonly y: number }[];
  /** Bars around it, as fractions, and whether moving edges are combed. */
  readonly framing: { readonly borders: Readonly<Record<string, number>>; readonly interlaced: boolean };
  readonly picture_faults: Readonly<Record<'black' | 'frozen' | 'flashes' | 'duplicates', readonly Span[]>>;
};

export function toPictureReport({ shots, jumpCuts, shake, faults, quality, framing }: PictureFacts): PictureReport {
  const spans = (ranges: readonly TimeRange[] | undefined) => (ranges ?? []).map(span);
  return {
    shots: spans(shots?.shots),
    shot_changes: (shots?.changes ?? []).map(({ kind, range }) => ({ ...span(range), kind })),
    jump_cuts: (jumpCuts?.cuts ?? []).map(({ at, strength }) => ({
      at_ms: toMilliseconds(at),
      strength: Math.round(strength * 10) / 10,
    })),
    shake: {
      percent: shake?.shakePercent ?? 0,
      ranges: (shake?.ranges ?? []).map((range) => ({ ...span(range), percent: range.shakePercent })),
    },
    quality: { sharpness: quality?.sharpness ?? [], exposure: quality?.exposure ?? [], highlight: quality?.highlight ?? [] },
    subject: (framing?.subject ?? []).map(({ at, x, y }) => ({ at_ms: toMilliseconds(at), x, y })),
    framing: {
      borders: framing?.borders ?? { left: 0, top: 0, right: 0, bottom: 0 },
      interlaced: framing?.interlaced ?? false,
    },
    picture_faults: {
      black: spans(faults?.black),
      frozen: spans(faults?.frozen),
      flashes: spans(faults?.flashes),
      duplicates: spans(faults?.duplicates),
    },
  };
}

/** What there is to see; what is wrong with it is told elsewhere. */
export function pictureLines({ shots, shot_changes, shake, quality, subject }: PictureReport): string[] {
  const times = (list: readonly number[]) => `${list.slice(0, 8).map(clock).join(', ')}${list.length > 8 ? ', …' : ''}`;
  return [
    shot_changes.length === 0
      ? '  Shots     one'
      : `  Shots     ${shots.length}, changing at ${times(shot_changes.map(({ start_ms }) => start_ms))}`,
    `  Camera    ${shake.percent < 0.1 ? 'steady' : `moves by ${shake.percent.toFixed(2)} % of the picture's width beside its pans`}`,
    ...qualityLines(quality),
    ...subjectLines(subject),
  ];
}

/** For choosing among takes: where it is sharpest and where softest, and how light it is. */
function qualityLines({ sharpness, exposure }: PictureReport['quality']): string[] {
  if (sharpness.length === 0) return [];
  const middle = sharpness.toSorted((a, b) => a - b)[sharpness.length >> 1]!;
  const [most, least] = [Math.max(...sharpness), Math.min(...sharpness)];
  const mean = exposure.reduce((sum, value) => sum + value, 0) / exposure.length;
  const where =
    sharpness.length < 4 || most - least < 0.25 * middle
      ? ''
      : `, sharpest at ${clock(sharpness.indexOf(most) * 1000)} (${most.toFixed(1)}), softest at ${clock(sharpness.indexOf(least) * 1000)} (${least.toFixed(1)})`;
  return [
    `  Sharpness ${middle.toFixed(1)}, ${middle < 2 ? 'soft' : middle > 5 ? 'crisp' : 'ordinary'}${where}`,
    `  Light     ${Math.round(mean * 100)} % in the mean`,
  ];
}

function subjectLines(subject: PictureReport['subject']): string[] {
  if (subject.length === 0) return [];
  const mean = (read: (place: (typeof subject)[number]) => number) =>
    subject.reduce((sum, place) => sum + read(place), 0) / subject.length;
  const [x, y] = [mean((place) => place.x), mean((place) => place.y)];
  const across = x < 0.4 ? 'left' : x > 0.6 ? 'right' : 'centre';
  const down = y < 0.36 ? 'upper ' : y > 0.62 ? 'lower ' : '';
  return [`  Subject   ${down}${across} (${Math.round(x * 100)} % across, ${Math.round(y * 100)} % down)`];
}

function span(range: TimeRange): Span {
  return { start_ms: toMilliseconds(range.start), end_ms: toMilliseconds(rangeEnd(range)) };
}
