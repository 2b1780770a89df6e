/** Segments of one track in their places, exact where `m` agrees with the short keys. */
import { mainAudioStream, mainVideoStream, type Asset, type AssetId } from '#core/asset';
import { fail } from '#core/errors';
import {
  addTicks,
  milliseconds,
  ratio,
  scaleTicks,
  subtractTicks,
  ticks,
  toMilliseconds,
  toSeconds,
  zero,
  type Ratio,
  type Ticks,
} from '#core/time';
import {
  canonicalItems,
  effectSchema,
  fitFades,
  fitText,
  formatPath,
  headHandle,
  isEndless,
  isFrozen,
  isStill,
  itemDuration,
  makeGap,
  tailHandle,
  textStyleSchema,
  timelineFault,
  type Clip,
  type ClipEffect,
  type Item,
  type TextClip,
  type TextStyle,
  type TrackKind,
  type Transition,
} from '#core/timeline';
import type { DraftIds } from './draft-ids.ts';
import { segmentMetaSchema, type DraftSegment } from './draft-schema.ts';
import { readEffect, readStyle, readWords, sameJson, shownBlend, shownEffect, shownStyle, shownWords } from './draft-short.ts';
import { shownLength, shownSpeed } from './to-draft.ts';

export type TrackPlace = {
  readonly kind: TrackKind;
  readonly index: number;
  readonly isOurs: boolean;
  readonly known: ReadonlyMap<AssetId, Asset>;
  readonly ids: DraftIds;
  readonly paths: Map<string, string>;
};

/** What our `m` says of a segment. */
type Meta = { readonly item: Clip | TextClip; readonly start: Ticks; readonly gap?: string; readonly blend?: Transition };
type Placed = {
  readonly item: Clip | TextClip;
  readonly start: Ticks;
  readonly path: string;
  /** Start and length are those of `m`, to the tick. */
  readonly isExact: boolean;
  readonly meta: Meta | undefined;
  readonly segment: DraftSegment;
};

const oneMillisecond = milliseconds(1);
const defaultStyle: TextStyle = {
  preset: 'title',
  position: 'center',
  color: '#ffffff',
  size: 0.1,
  fadeIn: milliseconds(200),
  fadeOut: milliseconds(200),
};

/** The items of a track. Errors: TIMELINE_INVALID with the path of the segment. */
export function placeSegments(segments: readonly DraftSegment[], track: TrackPlace): readonly Item[] {
  const placed: Placed[] = [];
  let end: Ticks = zero;
  segments.forEach((segment, index) => {
    const next = placeSegment(segment, { ...track, end, keys: ['t', track.index, 'sg', index] });
    end = addTicks(next.start, itemDuration(next.item));
    placed.push(next);
  });
  return canonicalItems(
    joinItems(
      placed.toSorted((a, b) => a.start - b.start),
      track,
    ),
  ).items;
}

type SegmentPlace = TrackPlace & { readonly end: Ticks; readonly keys: readonly PropertyKey[] };

function placeSegment(segment: DraftSegment, place: SegmentPlace): Placed {
  const meta = place.isOurs && segment.m !== undefined ? readMeta(segment.m, place) : undefined;
  const isStartExact = meta !== undefined && toMilliseconds(meta.start) === segment.s;
  const start = isStartExact ? meta.start : segment.s === undefined ? place.end : milliseconds(segment.s);
  const made = place.kind === 'text' ? makeText(segment, meta, place) : makeClip(segment, meta, place);
  const path = formatPath(place.keys);
  place.paths.set(made.item.id, path);
  return { item: made.item, start, path, isExact: isStartExact && made.isExact, meta, segment };
}

function readMeta(json: unknown, { keys, kind }: SegmentPlace): Meta {
  const parsed = segmentMetaSchema.safeParse(json);
  if (!parsed.success) throw timelineFault(parsed.error, [...keys, 'm']);
  const { item, blend } = parsed.data;
  if (item.kind !== (kind === 'text' ? 'text' : 'clip')) {
    throw invalid([...keys, 'm', 'item'], `a ${item.kind} does not belong on this track`);
  }
  if (blend !== undefined && blend.kind !== 'transition')
    throw invalid([...keys, 'm', 'blend'], `a ${blend.kind} is no transition`);
  // The schema has checked every number that the type calls ticks.
  return parsed.data as unknown as Meta;
}

type Made = { readonly item: Clip | TextClip; readonly isExact: boolean };

function makeText(segment: DraftSegment, meta: Meta | undefined, { keys, ids }: SegmentPlace): Made {
  const text = segment.text;
  if (text === undefined || text.trim() === '') throw invalid([...keys, 'text'], 'a segment on a text track needs words');
  const known = meta?.item.kind === 'text' ? meta.item : undefined;
  const isExact = known !== undefined && shownLength(known.duration) === segment.d;
  const id = ids.take('itm', known?.id);
  const item: TextClip = {
    kind: 'text',
    id,
    duration: isExact ? known.duration : milliseconds(segment.d),
    text,
    style: styleOf(segment, known, keys),
    ...wordsOf(segment, known),
  };
  return { item: isExact ? item : fitText(item), isExact };
}

function styleOf(segment: DraftSegment, known: TextClip | undefined, keys: readonly PropertyKey[]): TextStyle {
  const base = known?.style ?? defaultStyle;
  if (segment.style === undefined || sameJson(segment.style, shownStyle(base))) return base;
  const parsed = textStyleSchema.safeParse(readStyle(segment.style, base));
  if (!parsed.success) throw timelineFault(parsed.error, [...keys, 'style']);
  return parsed.data as unknown as TextStyle;
}

/** Words of another text would be at times that nobody said them. */
function wordsOf(segment: DraftSegment, known: TextClip | undefined): Pick<TextClip, 'words'> {
  const own = known?.text === segment.text ? known : undefined;
  if (own?.words !== undefined && (segment.words === undefined || sameJson(segment.words, shownWords(own))))
    return { words: own.words };
  if (segment.words === undefined || (known !== undefined && own === undefined)) return {};
  return { words: readWords(segment.words) };
}

function effectsOf(segment: DraftSegment, known: Clip | undefined, keys: readonly PropertyKey[]): readonly ClipEffect[] {
  const effects = known?.effects ?? [];
  if (segment.fx === undefined || sameJson(segment.fx, effects.map(shownEffect))) return effects;
  return segment.fx.map((shown, index) => {
    // One that was not touched keeps its exact times beside one that was.
    const same = effects.find((effect) => sameJson(shownEffect(effect), shown));
    if (same !== undefined) return same;
    const parsed = effectSchema.safeParse(readEffect(shown));
    if (!parsed.success) throw timelineFault(parsed.error, [...keys, 'fx', index]);
    return parsed.data as unknown as ClipEffect;
  });
}

function makeClip(segment: DraftSegment, meta: Meta | undefined, place: SegmentPlace): Made {
  const { keys, ids, known } = place;
  if (segment.media === undefined) throw invalid([...keys, 'media'], 'a segment of picture or sound names its media');
  const asset = known.get(segment.media);
  if (asset === undefined) throw invalid([...keys, 'media'], `media ${segment.media} is not known`);
  const old = meta?.item.kind === 'clip' && meta.item.assetId === asset.id ? meta.item : undefined;
  const isSpeedKept = old !== undefined && shownSpeed(old.speed) === (segment.speed ?? 1);
  const speed = isSpeedKept ? old.speed : toRatio(segment.speed ?? 1);
  const isLengthKept = isSpeedKept && shownLength(itemDuration(old)) === segment.d;
  const isInKept = old !== undefined && toMilliseconds(old.sourceRange.start) === (segment.in ?? 0);
  const record = isLengthKept ? itemDuration(old) : milliseconds(segment.d);
  const start = isInKept ? old.sourceRange.start : isStill(asset) ? zero : milliseconds(segment.in ?? 0);
  const wanted = isLengthKept ? old.sourceRange.duration : ticks(Math.max(1, scaleTicks(record, speed.num, speed.den)));
  const isKept = isLengthKept && isInKept;
  const effects = effectsOf(segment, meta?.item.kind === 'clip' ? meta.item : undefined, keys);
  const isFree = isKept || isEndless(asset) || isFrozen({ effects });
  const duration = isFree ? wanted : withinSource({ start, wanted, speed, asset, keys });
  const linkId = meta?.item.kind === 'clip' ? meta.item.linkId : undefined;
  const item = fitFades({
    kind: 'clip',
    id: ids.take('itm', meta?.item.id),
    assetId: asset.id,
    streamIndex: streamOf(asset, old, place),
    sourceRange: { start, duration },
    speed,
    gainDb: segment.gain ?? 0,
    effects,
    ...(linkId === undefined ? {} : { linkId }),
    ...(duration === wanted ? { recordDuration: record } : {}),
  });
  return { item, isExact: isKept };
}

/** The stream that the clip had, where it fits, else the main one of the track's kind. */
function streamOf(asset: Asset, old: Clip | undefined, { kind, keys }: SegmentPlace): number {
  if (old !== undefined && asset.streams.some((stream) => stream.kind === kind && stream.index === old.streamIndex))
    return old.streamIndex;
  const main = kind === 'video' ? mainVideoStream(asset) : mainAudioStream(asset);
  if (main === undefined) throw invalid([...keys, 'media'], `media ${asset.id} has no ${kind === 'video' ? 'picture' : 'sound'}`);
  return main.index;
}

type Wanted = {
  readonly start: Ticks;
  readonly wanted: Ticks;
  readonly speed: Ratio;
  readonly asset: Asset;
  readonly keys: readonly PropertyKey[];
};

/** The source length where the media has it; whole ms may round over its end by one. */
function withinSource({ start, wanted, speed, asset, keys }: Wanted): Ticks {
  const over = start + wanted - asset.duration;
  if (over <= 0) return wanted;
  const slack = oneMillisecond * Math.max(1, speed.num / speed.den);
  if (over <= slack && over < wanted) return subtractTicks(wanted, ticks(over));
  throw invalid(
    [...keys, 'd'],
    `it ends at ${toSeconds(addTicks(start, wanted))} s of media ${asset.id}, which has ${toSeconds(asset.duration)} s`,
  );
}

/** End to end, with gaps between; places in whole ms that miss each other by at most one are meant to touch. */
function joinItems(placed: readonly Placed[], { ids, known }: TrackPlace): Item[] {
  const items: Item[] = [];
  let end: Ticks = zero;
  placed.forEach((current, index) => {
    const before = placed[index - 1];
    const distance = current.start - end;
    const isExact = current.isExact && (before === undefined || before.isExact);
    const touches = !isExact && Math.abs(distance) <= oneMillisecond;
    if (distance < 0 && !touches) {
      throw fail('TIMELINE_INVALID', {
        path: current.path,
        reason: `it starts at ${toSeconds(current.start)} s, inside the segment before it, which ends at ${toSeconds(end)} s`,
      });
    }
    if (distance > 0 && !touches) {
      items.push(makeGap(ids.take('itm', current.meta?.gap), ticks(distance)));
      end = current.start;
    } else if (before !== undefined && distance === 0) pushTransition(items, { before, current, ids, known });
    items.push(current.item);
    end = addTicks(end, itemDuration(current.item));
  });
  return items;
}

type Neighbours = Pick<TrackPlace, 'ids' | 'known'> & { readonly before: Placed; readonly current: Placed };

/** The transition that stood here or is asked for: one of ours goes where the handles went, one by hand says so. */
function pushTransition(items: Item[], { before, current, ids, known }: Neighbours): void {
  const blend = before.meta?.blend;
  const asked = before.segment.tr;
  if (asked === null || (asked === undefined && blend === undefined)) return;
  const isKept = blend !== undefined && (asked === undefined || sameJson(asked, shownBlend(blend)));
  if (before.item.kind !== 'clip' || current.item.kind !== 'clip') {
    if (!isKept) throw fail('TIMELINE_INVALID', { path: `${before.path}.tr`, reason: 'a transition needs a clip on both sides' });
    return;
  }
  const head = headHandle(current.item, known.get(current.item.assetId));
  const tail = tailHandle(before.item, known.get(before.item.assetId));
  if (isKept) {
    if (blend.inOffset <= head && blend.outOffset <= tail) items.push({ ...blend, id: ids.take('itm', blend.id) });
    return;
  }
  const duration = milliseconds(asked!.d);
  const inOffset = ticks(Math.min(head, Math.max(Math.floor(duration / 2), duration - tail)));
  const outOffset = subtractTicks(duration, inOffset);
  if (outOffset > tail)
    throw fail('TIMELINE_INVALID', {
      path: `${before.path}.tr`,
      reason: `a transition of ${asked!.d} ms needs that much unused media around the cut, there are ${toMilliseconds(ticks(Math.min(head, duration) + Math.min(tail, duration)))} ms`,
    });
  items.push({ kind: 'transition', id: ids.take('itm', blend?.id), name: asked!.name, inOffset, outOffset });
}

/** A speed as a small ratio where it is one: thirds stay thirds, the rest is exact to a millionth. */
function toRatio(speed: number): Ratio {
  for (let den = 1; den <= 100; den++) {
    const num = Math.round(speed * den);
    if (num > 0 && Math.abs(num / den - speed) < 5e-7) return ratio(num, den);
  }
  return ratio(Math.round(speed * 1_000_000), 1_000_000);
}

function invalid(path: readonly PropertyKey[], reason: string): Error {
  return fail('TIMELINE_INVALID', { path: formatPath(path), reason });
}
