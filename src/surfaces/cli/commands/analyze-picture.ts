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
  readonly picture_faults: Readonly<Record<'black' | 'frozen' | 'flashes' | 'duplicates', readonly Span[]>>;
};

export function toPictureReport({ shots, jumpCuts, shake, faults }: PictureFacts): PictureReport {
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
    picture_faults: {
      black: spans(faults?.black),
      frozen: spans(faults?.frozen),
      flashes: spans(faults?.flashes),
      duplicates: spans(faults?.duplicates),
    },
  };
}

export function pictureLines({ shots, shot_changes, jump_cuts, shake, picture_faults }: PictureReport): string[] {
  const times = (list: readonly number[]) => `${list.slice(0, 12).map(clock).join(', ')}${list.length > 12 ? ', …' : ''}`;
  const faults = Object.entries(picture_faults).filter(([, spans]) => spans.length > 0);
  return [
    shot_changes.length === 0
      ? 'Shots: one'
      : `Shots: ${shots.length}, they change at ${times(shot_changes.map(({ start_ms }) => start_ms))}`,
    ...(jump_cuts.length === 0 ? [] : [`Jump cuts: ${jump_cuts.length}, at ${times(jump_cuts.map(({ at_ms }) => at_ms))}`]),
    `Camera: ${shake.percent < 0.1 ? 'steady' : `shakes by ${shake.percent.toFixed(2)} % of the picture's width`}`,
    ...faults.map(([name, spans]) => `${names[name]}: ${times(spans.map(({ start_ms }) => start_ms))}`),
  ];
}

const names: Readonly<Record<string, string>> = {
  black: 'Black from',
  frozen: 'Frozen from',
  flashes: 'Flashes at',
  duplicates: 'Pictures shown twice at',
};

function span(range: TimeRange): Span {
  return { start_ms: toMilliseconds(range.start), end_ms: toMilliseconds(rangeEnd(range)) };
}
