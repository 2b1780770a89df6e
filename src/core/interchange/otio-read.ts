/** OpenTimelineIO in: ours without loss, other programs' as far as their tree says. */
import type { Asset } from '#core/asset';
import { isEditorError } from '#core/errors';
import {
  canonicalItems,
  checkTimeline,
  itemDuration,
  normalizeLinks,
  parseTimeline,
  type Clip,
  type Item,
  type Timeline,
} from '#core/timeline';
import { assembleTimeline, type DraftTrack, type ReadTimeline } from './assemble.ts';
import { documentFault, documentLimits } from './document-text.ts';
import { mediaMatcher, type MediaMatcher } from './match-asset.ts';
import { asObject, readTree, type OtioTree } from './otio-tree.ts';
import { writeTree } from './otio.ts';

/**
 * The timeline of an OTIO document, with id and revision of `base`. A document of ours that nobody changed gives the very timeline it
 * was made of; one that was changed elsewhere is read from its tree.
 *
 * Errors: DOCUMENT_INVALID with the line for JSON that is none, with the path for objects that are not OTIO's, and over the limits.
 */
export function parseOtio(text: string, assets: readonly Asset[], base: Timeline): ReadTimeline {
  const tree = readTree(parseJson(text), base);
  const match = mediaMatcher(assets);
  const own = ownTimeline(tree.metadata);
  const home =
    own === undefined ? undefined : damageSaid(() => (sameTracks(own.timeline, tree) ? bringHome(own, match, base) : undefined));
  if (home !== undefined) {
    const [problem] = checkTimeline(home.timeline, assets);
    if (problem !== undefined) throw damaged(`${problem.path}: ${problem.reason}`);
    return home;
  }
  const read = assembleTimeline(tree.tracks, { format: 'OTIO', frameRate: tree.frameRate, match, base });
  const changed =
    own === undefined
      ? []
      : ['Another program changed this timeline; what it left as it was could not be told apart, so effects of Rushes are gone'];
  return { ...read, notes: [...changed, ...tree.notes, ...read.notes] };
}

function parseJson(text: string): unknown {
  if (text.length > documentLimits.bytes) throw documentFault('OTIO', `it has more than ${documentLimits.bytes} characters`);
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const position = Number(/position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? Number.NaN);
    const line = Number.isNaN(position) ? undefined : text.slice(0, position).split('\n').length;
    throw documentFault('OTIO', 'it is not JSON', line);
  }
}

type Own = {
  readonly timeline: Timeline;
  readonly assets: readonly { readonly id: string; readonly hash: string; readonly name: string }[];
};

/** What we wrote beside the tree. Errors: DOCUMENT_INVALID where it is damaged. */
function ownTimeline(metadata: unknown): Own | undefined {
  const rushes = asObject(asObject(metadata)?.rushes);
  if (rushes?.timeline === undefined) return undefined;
  return damageSaid(() => {
    const timeline = parseTimeline(rushes.timeline);
    const assets = Array.isArray(rushes.assets) ? rushes.assets.slice(0, 10_000).map(asObject) : [];
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    return {
      timeline,
      assets: assets.flatMap((asset) =>
        asset === undefined ? [] : [{ id: text(asset.id), hash: text(asset.hash), name: text(asset.name) }],
      ),
    };
  });
}

/** Numbers that no timeline of ours has are the document's fault, wherever they are met. */
function damageSaid<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (!isEditorError(error) || error.kind === 'bug' || error.code === 'DOCUMENT_INVALID') throw error;
    throw damaged(error.message);
  }
}

function damaged(reason: string): Error {
  return documentFault('OTIO', `what Rushes wrote beside it is damaged: ${reason}`);
}

/** Whether the tree is what we would write for the timeline: then nobody changed it. */
function sameTracks(timeline: Timeline, tree: OtioTree): boolean {
  const written = JSON.parse(JSON.stringify({ OTIO_SCHEMA: 'Timeline.1', tracks: writeTree(timeline, []).tree })) as unknown;
  return shapeOf(readTree(written, timeline).tracks) === shapeOf(tree.tracks);
}

function shapeOf(tracks: readonly DraftTrack[]): string {
  return JSON.stringify(
    tracks.map(({ kind, items }) => [
      kind,
      items.map((item) =>
        item.kind === 'clip' ? [item.sourceStart, item.duration, item.speed, item.effects, item.media.assetId] : item,
      ),
    ]),
  );
}

/** Our own timeline with the media of this session: the same assets where they are here, else the same bytes, else the same name. */
function bringHome({ timeline, assets }: Own, match: MediaMatcher, base: Timeline): ReadTimeline {
  const clues = new Map(assets.map((asset) => [asset.id, asset]));
  const missing = new Set<string>();
  let lost = 0;
  const home = (item: Item): Item => {
    if (item.kind !== 'clip') return item;
    const clue = clues.get(item.assetId);
    const found = match({
      assetId: item.assetId,
      ...(clue === undefined ? {} : { hash: clue.hash }),
      names: clue === undefined ? [] : [clue.name],
    });
    const fits = found !== undefined && streamFits(item, found);
    if (fits) return found.id === item.assetId ? item : { ...item, assetId: found.id };
    missing.add(clue?.name ?? item.assetId);
    lost++;
    return { kind: 'gap', id: item.id, duration: itemDuration(item) };
  };
  const tracks = timeline.tracks.map((track) => ({ ...track, items: track.items.map(home) }));
  const own: Timeline = { ...timeline, id: base.id, revision: base.revision };
  if (lost === 0) return { timeline: { ...own, tracks }, notes: [], missing: [] };
  const canonical = tracks.map((track) => ({ ...track, items: canonicalItems(track.items).items }));
  return {
    timeline: normalizeLinks({ ...own, tracks: canonical }),
    notes: [
      lost === 1
        ? '1 clip has no media in this session and became a gap'
        : `${lost} clips have no media in this session and became gaps`,
    ],
    missing: [...missing],
  };
}

function streamFits(clip: Clip, asset: Asset): boolean {
  const end = clip.sourceRange.start + clip.sourceRange.duration;
  return asset.streams.some(({ index }) => index === clip.streamIndex) && (asset.kind === 'image' || end <= asset.duration);
}
