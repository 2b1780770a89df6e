/** Laying a bed to a length, and keeping it as long as a video that grows. */
import { mainAudioStream, type Asset } from '#core/asset';
import {
  addTicks,
  milliseconds,
  minTicks,
  rangeEnd,
  seconds,
  subtractTicks,
  ticks,
  zero,
  type Ticks,
  type TimeRange,
} from '#core/time';
import {
  isStill,
  itemsWithRanges,
  timelineDuration,
  trackDuration,
  type Clip,
  type Edit,
  type NewItem,
  type Timeline,
  type Track,
} from '#core/timeline';
import { effectOf } from './targets.ts';

const fadeOut = seconds(2);
/** A fade that begins on a bar is at least and at most this long. */
const [shortestFade, longestFade] = [seconds(1), seconds(4.5)];
/** What lies over the seam where music that was not made for it repeats. */
const blend = milliseconds(240);
/** A last piece shorter than this is no music. */
const crumb = milliseconds(50);

export type Bed = {
  readonly trackId: string;
  readonly length: Ticks;
  /** Range of the asset that repeats without a seam; absent: all of it. */
  readonly loop?: { readonly start: number; readonly end: number } | undefined;
  /** Where bars begin in the asset; the fade at the end begins on one of them. */
  readonly bars?: readonly Ticks[] | undefined;
  /** The repetition is cross-faded at equal power. */
  readonly blended?: boolean;
};

/**
 * The longest range between bars that leaves room for a blend at both ends, in fours of bars where there are eight of them;
 * undefined where there are too few bars to tell.
 */
export function loopAtBars(asset: Asset, bars: readonly Ticks[]): { readonly start: Ticks; readonly end: Ticks } | undefined {
  const inside = bars.filter((bar) => bar >= blend && bar <= asset.duration - blend);
  const count = inside.length - 1;
  const whole = count >= 8 ? count - (count % 4) : count;
  const [start, end] = [inside[0], inside[whole]];
  return start === undefined || end === undefined || whole < 2 ? undefined : { start, end };
}

/** Edits that cover an empty track from 0 to the length: once from the start, then the loop again and again, faded out at the end. */
export function layBed(asset: Asset, { trackId, length, loop, bars, blended }: Bed): Edit[] {
  const stream = mainAudioStream(asset);
  if (stream === undefined || asset.duration <= 0) return [];
  const edits: Edit[] = [];
  const seams: Ticks[] = [];
  const loopEnd = minTicks(ticks(loop?.end ?? asset.duration), asset.duration);
  const loopStart = loop !== undefined && loop.end - loop.start > seconds(1) && loop.start < loopEnd ? ticks(loop.start) : zero;
  // Where once through is enough, what follows the loop is its own ending.
  const once = length <= asset.duration;
  let [at, start]: [Ticks, Ticks] = [zero, zero];
  while (length - at > (at === 0 ? 0 : crumb)) {
    const end = once ? asset.duration : loopEnd;
    const duration = minTicks(subtractTicks(end, start), subtractTicks(length, at));
    const next = addTicks(at, duration);
    const isLast = length - next <= crumb;
    const item: NewItem = {
      kind: 'clip',
      assetId: asset.id,
      streamIndex: stream.index,
      sourceRange: { start, duration },
      ...(isLast ? { effects: [{ name: 'fade', in: zero, out: fadeFor({ start, duration }, bars) }] } : {}),
    };
    edits.push({ kind: 'overwrite', trackId, at, item });
    if (at > 0 && duration > blend) seams.push(at);
    [at, start] = [next, loopStart];
  }
  if (blended === true)
    for (const seam of seams) edits.push({ kind: 'add-transition', trackId, at: seam, name: 'dissolve', duration: blend });
  return edits;
}

/** From the last bar that leaves time to fade to the end of the piece; two seconds where no bar does. */
function fadeFor({ start, duration }: TimeRange, bars: readonly Ticks[] | undefined): Ticks {
  const end = start + duration;
  const bar = bars?.findLast((one) => one <= end - shortestFade && one >= Math.max(start, end - longestFade));
  return bar === undefined ? minTicks(fadeOut, ticks(Math.floor(duration / 2))) : ticks(end - bar);
}

/**
 * Edits that let fixed tracks which reached the end of the video reach its new end: music goes on repeating, a logo stays. One
 * that is longer needs nothing: it ends with the video, and music fades there.
 */
export function followLength(before: Timeline, after: Timeline, assets: readonly Asset[]): Edit[] {
  const [was, now] = [timelineDuration(before), timelineDuration(after)];
  if (now <= was || was === 0) return [];
  return after.tracks.flatMap((track) => {
    const known = before.tracks.find(({ id }) => id === track.id);
    if (track.follows !== 'fixed' || track.locked || known === undefined) return [];
    if (trackDuration(known) < was - crumb || trackDuration(track) >= now - crumb) return [];
    return grow(track, now, assets);
  });
}

function grow(track: Track, length: Ticks, assets: readonly Asset[]): Edit[] {
  const clips = itemsWithRanges(track).flatMap(({ item, range }) => (item.kind === 'clip' ? [{ clip: item, range }] : []));
  const last = clips.at(-1);
  if (last === undefined) return growText(track, length);
  const asset = assets.find(({ id }) => id === last.clip.assetId);
  if (asset === undefined) return [];
  if (isStill(asset))
    return [{ kind: 'trim', itemId: last.clip.id, edge: 'end', by: subtractTicks(length, rangeEnd(last.range)), ripple: 'stay' }];
  if (track.kind !== 'audio' || clips.some(({ clip }) => clip.assetId !== asset.id || clip.speed.num !== clip.speed.den))
    return [];
  const repeated = clips.length > 1 ? clips[1]!.clip.sourceRange.start : zero;
  const loop = clips.length > 1 ? { start: repeated, end: rangeEnd(clips[0]!.clip.sourceRange) } : undefined;
  const start = clips[0]!.clip.sourceRange.start;
  if (clips[0]!.range.start !== 0 || start !== 0) return [];
  const edits: Edit[] = [{ kind: 'lift', range: { start: zero, duration: trackDuration(track) }, trackId: track.id }];
  const blended = track.items.some(({ kind }) => kind === 'transition');
  return [...edits, ...layBed(asset, { trackId: track.id, length, loop, blended }).map((edit) => withGain(edit, clips[0]!.clip))];
}

function growText(track: Track, length: Ticks): Edit[] {
  const last = itemsWithRanges(track).at(-1);
  if (last?.item.kind !== 'text') return [];
  return [{ kind: 'trim', itemId: last.item.id, edge: 'end', by: subtractTicks(length, rangeEnd(last.range)), ripple: 'stay' }];
}

function withGain(edit: Edit, clip: Clip): Edit {
  if (edit.kind !== 'overwrite' || edit.item.kind !== 'clip') return edit;
  const denoise = effectOf(clip, 'denoise');
  const effects = [...(edit.item.effects ?? []), ...(denoise === undefined ? [] : [denoise])];
  return { ...edit, item: { ...edit.item, gainDb: clip.gainDb, effects } };
}
