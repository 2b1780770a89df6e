/** From the timeline to the draft. */
import type { Asset, AssetId } from '#core/asset';
import { toMilliseconds, ratioToNumber, type Ratio, type Ticks } from '#core/time';
import { itemDuration, itemsWithRanges, timelineDuration, type Item, type Timeline, type Track } from '#core/timeline';
import { ourMark, type Draft, type DraftSegment, type DraftTrack } from './draft-schema.ts';
import { shownBlend, shownDucking, shownEffect, shownStyle, shownWords } from './draft-short.ts';

export const trackTypes = { video: 0, audio: 1, text: 7 } as const;

/** The draft of a timeline; `fromDraft` makes the same timeline of it again. */
export function toDraft(timeline: Timeline, assets: readonly Asset[]): Draft {
  const names = new Map(assets.map((asset) => [asset.id, asset.name]));
  const { id, revision, frameRate, size, sampleRateHz, background, fit, master, nextId } = timeline;
  const look = { ...(background === undefined ? {} : { background }), ...(fit === undefined ? {} : { fit }) };
  return {
    d: toMilliseconds(timelineDuration(timeline)),
    t: timeline.tracks.map((track) => draftTrack(track, names)),
    ...(background === undefined ? {} : { bg: background }),
    ...(fit === undefined ? {} : { fit }),
    m: { schema: ourMark, id, revision, frameRate, size, sampleRateHz, ...look, master, nextId },
  };
}

function draftTrack(track: Track, names: ReadonlyMap<AssetId, string>): DraftTrack {
  const { id, kind, name, follows, locked, gainDb, muted, hidden, ducking } = track;
  return {
    tt: trackTypes[kind],
    name,
    sg: draftSegments(track, names),
    ...(gainDb === 0 ? {} : { gain: gainDb }),
    ...(muted ? { muted } : {}),
    ...(hidden ? { hidden } : {}),
    ...(ducking === undefined ? {} : { duck: shownDucking(ducking) as NonNullable<DraftTrack['duck']> }),
    m: { id, follows, locked, ...(ducking === undefined ? {} : { ducking }) },
  };
}

function draftSegments(track: Track, names: ReadonlyMap<AssetId, string>): DraftSegment[] {
  return itemsWithRanges(track).flatMap(({ item, range }, index) => {
    if (item.kind === 'gap' || item.kind === 'transition') return [];
    const [before, after] = [track.items[index - 1], track.items[index + 1]];
    const m = {
      item,
      start: range.start,
      ...(before?.kind === 'gap' ? { gap: before.id } : {}),
      ...(after?.kind === 'transition' ? { blend: after } : {}),
    };
    const blend = after?.kind === 'transition' ? { tr: shownBlend(after) } : {};
    return [{ id: item.id, ...shortKeys(item, range.start, names), ...blend, m }];
  });
}

function shortKeys(
  item: Exclude<Item, { kind: 'gap' | 'transition' }>,
  start: Ticks,
  names: ReadonlyMap<AssetId, string>,
): DraftSegment {
  const [s, d] = [toMilliseconds(start), shownLength(itemDuration(item))];
  if (item.kind === 'text') {
    const words = shownWords(item) as DraftSegment['words'];
    return { s, d, text: item.text, style: shownStyle(item.style), ...(words === undefined ? {} : { words }) };
  }
  const name = names.get(item.assetId);
  return {
    media: item.assetId,
    ...(name === undefined ? {} : { name: name.slice(0, 300) }),
    s,
    d,
    in: toMilliseconds(item.sourceRange.start),
    ...(item.speed.num === item.speed.den ? {} : { speed: shownSpeed(item.speed) }),
    ...(item.gainDb === 0 ? {} : { gain: item.gainDb }),
    ...(item.effects.length === 0 ? {} : { fx: item.effects.map(shownEffect) as NonNullable<DraftSegment['fx']> }),
  };
}

/** Whole ms, at least one: a segment without a length would be none. */
export function shownLength(duration: Ticks): number {
  return Math.max(1, toMilliseconds(duration));
}

/** A speed as a number of at most six decimals. */
export function shownSpeed(speed: Ratio): number {
  return Number(ratioToNumber(speed).toFixed(6));
}
