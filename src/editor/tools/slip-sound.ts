/** Edits that move sound against its picture, and that lay one recording over another's place. */
import type { Asset } from '#core/asset';
import {
  addTicks,
  rangeEnd,
  ratio,
  scaleTicks,
  subtractTicks,
  ticks,
  timeRange,
  type Ratio,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { isReversed, type Edit, type NewItem } from '#core/timeline';
import type { PlacedClip } from './sound-clips.ts';

/**
 * The clip's place filled with its own sound `by` later (earlier where negative): the source range slips, and where the
 * recording begins or ends inside the place there is silence. No edits where nothing of it is left to hear.
 */
export function slipSound({ track, clip, range }: PlacedClip, asset: Asset, by: Ticks): Edit[] {
  const { num, den } = clip.speed;
  const inSource = scaleTicks(ticks(Math.abs(by)), num, den) * Math.sign(by) * (isReversed(clip) ? -1 : 1);
  const start = clip.sourceRange.start - inSource;
  const end = rangeEnd(clip.sourceRange) - inSource;
  const kept = { start: Math.max(0, start), end: Math.min(asset.duration, end) };
  if (kept.end <= kept.start) return [{ kind: 'lift', range, trackId: track.id }];
  const record = (source: number): Ticks => scaleTicks(ticks(source), den, num);
  const [head, tail] = [record(kept.start - start), record(end - kept.end)];
  const [before, after] = isReversed(clip) ? [tail, head] : [head, tail];
  const item: NewItem = {
    kind: 'clip',
    assetId: clip.assetId,
    streamIndex: clip.streamIndex,
    sourceRange: timeRange(ticks(kept.start), ticks(kept.end - kept.start)),
    speed: clip.speed,
    gainDb: clip.gainDb,
    effects: clip.effects,
    ...(clip.linkId === undefined || before > 0 || after > 0 ? {} : { linkId: clip.linkId }),
  };
  const edges: Edit[] = [
    ...(before > 0 ? [liftAt(range.start, before, track.id)] : []),
    ...(after > 0 ? [liftAt(subtractTicks(rangeEnd(range), after), after, track.id)] : []),
  ];
  return [...edges, { kind: 'overwrite', trackId: track.id, at: addTicks(range.start, before), item }];
}

function liftAt(start: Ticks, duration: Ticks, trackId: string): Edit {
  return { kind: 'lift', range: timeRange(start, duration), trackId };
}

/** Where a recording lies to another: a moment at `t` ticks of the first is at `offset + t · rate` ticks of it. */
export type Alignment = { readonly offset: Ticks; readonly rate: Ratio };

/** A rate of so many ppm as a ratio, exact to a hundredth of one. */
export function rateOfPpm(ppm: number): Ratio {
  return ratio(100_000_000 + Math.round(ppm * 100), 100_000_000);
}

export type Laid = { readonly edit: Edit; readonly range: TimeRange };

/** The part of `placed` that the other recording covers, filled with it; undefined where it covers none of it. */
export function layOver(
  placed: PlacedClip,
  other: { readonly asset: Asset; readonly streamIndex: number },
  { offset, rate }: Alignment,
): Laid | undefined {
  const { clip, range, track } = placed;
  const speed = ratio(clip.speed.num * rate.num, clip.speed.den * rate.den);
  const first = addTicks(offset, scaleTicks(clip.sourceRange.start, rate.num, rate.den));
  const inSource = (record: number) => scaleTicks(ticks(record), speed.num, speed.den);
  const inRecord = (source: number) => scaleTicks(ticks(source), speed.den, speed.num, 'ceil');
  const lead = first < 0 ? inRecord(Math.abs(first)) : 0;
  const room = other.asset.duration - Math.max(0, first + inSource(lead));
  const length = Math.min(range.duration - lead, room <= 0 ? 0 : scaleTicks(ticks(room), speed.den, speed.num, 'floor'));
  if (length <= 0) return undefined;
  const start = ticks(Math.max(0, first + inSource(lead)));
  const whole = lead === 0 && length === range.duration;
  const at = addTicks(range.start, ticks(lead));
  const item: NewItem = {
    kind: 'clip',
    assetId: other.asset.id,
    streamIndex: other.streamIndex,
    sourceRange: timeRange(start, sourceLength(ticks(length), speed)),
    speed,
    gainDb: clip.gainDb,
    effects: clip.effects.filter(({ name }) => name === 'fade' || name === 'envelope'),
    ...(whole && clip.linkId !== undefined ? { linkId: clip.linkId } : {}),
  };
  return { edit: { kind: 'overwrite', trackId: track.id, at, item }, range: timeRange(at, ticks(length)) };
}

/** The source length that gives just this record length; rounding twice may miss it by a tick. */
function sourceLength(record: Ticks, { num, den }: Ratio): Ticks {
  const near = scaleTicks(record, num, den);
  return ticks([near, near + 1, near - 1].find((length) => scaleTicks(ticks(length), den, num) === record) ?? near);
}
