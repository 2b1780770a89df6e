/** Tracks as another tool describes them, made into a timeline of ours that keeps every promise. */
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import { minTicks, scaleTicks, ticks, timeRange, zero, type FrameRate, type Ratio, type Ticks } from '#core/time';
import {
  canonicalItems,
  headHandle,
  isStill,
  itemDuration,
  itemsWithRanges,
  limits,
  normalizeLinks,
  tailHandle,
  type Clip,
  type ClipEffect,
  type Item,
  type TextClip,
  type Timeline,
  type Track,
  type Transition,
} from '#core/timeline';
import { documentFault } from './document-text.ts';
import { tally } from './exported.ts';
import type { MediaClue, MediaMatcher } from './match-asset.ts';

export type DraftClip = {
  readonly kind: 'clip';
  readonly media: MediaClue;
  /** What people call it, for the list of what is missing. */
  readonly name: string;
  /** In the asset's time. */
  readonly sourceStart: Ticks;
  /** On the timeline. */
  readonly duration: Ticks;
  readonly speed: Ratio;
  readonly effects: readonly ClipEffect[];
};
export type DraftItem =
  | DraftClip
  | { readonly kind: 'gap'; readonly duration: Ticks }
  | { readonly kind: 'transition'; readonly name: string; readonly inOffset: Ticks; readonly outOffset: Ticks }
  | { readonly kind: 'text'; readonly duration: Ticks; readonly text: string; readonly style: TextClip['style'] };

export type DraftTrack = { readonly kind: Track['kind']; readonly name: string; readonly items: readonly DraftItem[] };

/** What was read from another tool's timeline. */
export type ReadTimeline = {
  readonly timeline: Timeline;
  /** Plain sentences: what was left out or read another way than it was written. */
  readonly notes: readonly string[];
  /** Names of clips whose media the session does not have; they are gaps. */
  readonly missing: readonly string[];
};

export type Assembling = {
  readonly format: string;
  readonly frameRate: FrameRate;
  readonly match: MediaMatcher;
  /** Keeps id, revision, sound rate, and the canvas where no picture says another. */
  readonly base: Timeline;
};

type Counts = { transitions: number; outside: number; noStream: number };

/** Errors: DOCUMENT_INVALID for more tracks or items than a timeline may have. */
export function assembleTimeline(drafts: readonly DraftTrack[], assembling: Assembling): ReadTimeline {
  const { format, base, frameRate } = assembling;
  const count = drafts.reduce((sum, { items }) => sum + items.length, 0);
  if (count > limits.items) throw documentFault(format, `it has ${count} items, permitted are ${limits.items}`);
  if (drafts.length > limits.tracks)
    throw documentFault(format, `it has ${drafts.length} tracks, permitted are ${limits.tracks}`);
  let nextId = 1;
  const take = (prefix: string) => `${prefix}_${nextId++}`;
  const used = new Map<string, Asset>();
  const missing: string[] = [];
  const counts: Counts = { transitions: 0, outside: 0, noStream: 0 };
  const tracks = drafts.map((draft): Track => {
    const id = take('trk');
    const items = draft.items.map((item): Item => {
      if (item.kind === 'gap') return { kind: 'gap', id: take('itm'), duration: item.duration };
      if (item.kind === 'transition') return { ...item, id: take('itm') };
      if (item.kind === 'text') return { ...item, id: take('itm') };
      const asset = assembling.match(item.media);
      if (asset === undefined) missing.push(item.name);
      else used.set(asset.id, asset);
      return makeClip(item, { asset, kind: draft.kind, id: take('itm'), counts });
    });
    return newTrack(id, draft, settleTransitions(canonicalItems(items).items, used, counts, countTransitions(items)));
  });
  const size = pictureSize(drafts, assembling) ?? base.size;
  const linked = linkPairs(tracks, () => take('lnk'));
  const { background: _background, fit: _fit, ...kept } = base;
  const timeline = normalizeLinks({ ...kept, frameRate, size, tracks: linked, master: {}, nextId });
  return { timeline, missing: [...new Set(missing)], notes: notesOf(counts, missing) };
}

function newTrack(id: string, { kind, name }: DraftTrack, items: readonly Item[]): Track {
  const label = name.trim().slice(0, limits.nameLength) || { video: 'Video', audio: 'Sound', text: 'Text' }[kind];
  return { id, kind, name: label, follows: 'ripple', muted: false, hidden: false, locked: false, gainDb: 0, items };
}

type Making = { readonly asset: Asset | undefined; readonly kind: Track['kind']; readonly id: string; readonly counts: Counts };

/** A clip inside its asset, or a gap of the same length where there is none. */
function makeClip(draft: DraftClip, { asset, kind, id, counts }: Making): Item {
  const gap: Item = { kind: 'gap', id, duration: draft.duration };
  if (asset === undefined) return gap;
  const stream = kind === 'video' ? mainVideoStream(asset) : mainAudioStream(asset);
  if (stream === undefined) {
    counts.noStream++;
    return gap;
  }
  const length = ticks(Math.max(1, scaleTicks(draft.duration, draft.speed.num, draft.speed.den)));
  const start = isStill(asset) ? zero : insideAsset(draft.sourceStart, length, asset.duration);
  if (start === undefined) {
    counts.outside++;
    return gap;
  }
  const clip: Clip = {
    kind: 'clip',
    id,
    assetId: asset.id,
    streamIndex: stream.index,
    sourceRange: timeRange(start, length),
    speed: draft.speed,
    gainDb: 0,
    effects: draft.effects,
  };
  return itemDuration(clip) === draft.duration ? clip : { ...clip, recordDuration: draft.duration };
}

/** Frames of another rate may overhang the end of the asset by less than one: the clip then begins that much earlier. */
function insideAsset(start: Ticks, length: Ticks, available: Ticks): Ticks | undefined {
  const over = start + length - available;
  if (start < 0 || over <= 0) return start < 0 ? undefined : start;
  const slack = 705_600_000 / 20;
  return over <= slack && over <= start ? ticks(start - over) : undefined;
}

function countTransitions(items: readonly Item[]): number {
  return items.filter(({ kind }) => kind === 'transition').length;
}

/** Transitions no longer than the handles allow; without any they become cuts. */
function settleTransitions(items: readonly Item[], assets: ReadonlyMap<string, Asset>, counts: Counts, written: number): Item[] {
  const kept = items.flatMap((item, index): Item[] => {
    if (item.kind !== 'transition') return [item];
    const [before, after] = [items[index - 1], items[index + 1]];
    if (before?.kind !== 'clip' || after?.kind !== 'clip') return [];
    const inOffset = minTicks(item.inOffset, headHandle(after, assets.get(after.assetId)));
    const outOffset = minTicks(item.outOffset, tailHandle(before, assets.get(before.assetId)));
    const settled: Transition = { ...item, inOffset, outOffset };
    return inOffset + outOffset > 0 ? [settled] : [];
  });
  counts.transitions += written - countTransitions(kept);
  return kept;
}

/** Even pixels of the first picture on the lowest picture track. */
function pictureSize(drafts: readonly DraftTrack[], { match }: Assembling): Timeline['size'] | undefined {
  for (const { kind, items } of drafts) {
    if (kind !== 'video') continue;
    for (const item of items) {
      const asset = item.kind === 'clip' ? match(item.media) : undefined;
      const size = asset === undefined ? undefined : mainVideoStream(asset)?.displaySize;
      if (size === undefined) continue;
      const even = (pixels: number) => Math.min(limits.canvas, Math.max(2, pixels - (pixels % 2)));
      return { width: even(size.width), height: even(size.height) };
    }
  }
  return undefined;
}

/** Picture and sound of one asset that lie in one place and use the same of it move together from here on. */
function linkPairs(tracks: readonly Track[], take: () => string): Track[] {
  const key = (clip: Clip, start: Ticks) =>
    `${clip.assetId} ${start} ${itemDuration(clip)} ${clip.sourceRange.start} ${clip.sourceRange.duration}`;
  const pictures = new Map<string, string>();
  for (const track of tracks) {
    if (track.kind !== 'video') continue;
    for (const { item, range } of itemsWithRanges(track)) if (item.kind === 'clip') pictures.set(key(item, range.start), item.id);
  }
  const links = new Map<string, string>();
  for (const track of tracks) {
    if (track.kind !== 'audio') continue;
    for (const { item, range } of itemsWithRanges(track)) {
      const picture = item.kind === 'clip' ? pictures.get(key(item, range.start)) : undefined;
      if (picture === undefined || links.has(picture)) continue;
      const link = take();
      links.set(picture, link);
      links.set(item.id, link);
    }
  }
  const linkOf = (item: Item): Item => (item.kind === 'clip' && links.has(item.id) ? withLink(item, links.get(item.id)!) : item);
  return tracks.map((track) => ({ ...track, items: track.items.map(linkOf) }));
}

function withLink(clip: Clip, linkId: string): Clip {
  const { recordDuration, ...rest } = clip;
  return { ...rest, linkId, ...(recordDuration === undefined ? {} : { recordDuration }) };
}

function notesOf(counts: Counts, missing: readonly string[]): string[] {
  return [
    ...tally(
      missing.length,
      '1 clip has no media in this session and became a gap',
      '{n} clips have no media in this session and became gaps',
    ),
    ...tally(
      counts.outside,
      '1 clip lies outside its media and became a gap',
      '{n} clips lie outside their media and became gaps',
    ),
    ...tally(
      counts.noStream,
      '1 clip has media without such a stream and became a gap',
      '{n} clips have media without such a stream and became gaps',
    ),
    ...tally(
      counts.transitions,
      '1 transition has no material to blend and became a cut',
      '{n} transitions have no material to blend and became cuts',
    ),
  ];
}
