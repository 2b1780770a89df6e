/** From a draft of ours, changed by a client or written by hand, to a timeline. Everything in it is untrusted. */
import { mainVideoStream, type Asset, type AssetId } from '#core/asset';
import { fail } from '#core/errors';
import {
  checkTimeline,
  createTimeline,
  formatPath,
  limits,
  normalizeLinks,
  problemError,
  timelineFault,
  type Ducking,
  type Item,
  type Timeline,
  type Track,
  type TrackKind,
} from '#core/timeline';
import { soundOfPictures } from './draft-sound.ts';
import { placeSegments, type TrackPlace } from './draft-segments.ts';
import { draftMetaSchema, draftSchema, ourMark, trackMetaSchema, type Draft, type DraftTrack } from './draft-schema.ts';
import { createDraftIds, type DraftIds } from './draft-ids.ts';
import { guardJson } from './guard-json.ts';

const kinds: Readonly<Record<DraftTrack['tt'], TrackKind>> = { 0: 'video', 1: 'audio', 7: 'text' };
const defaultNames: Readonly<Record<TrackKind, string>> = { video: 'Video', audio: 'Sound', text: 'Title' };

/**
 * The timeline that a draft says. One that `toDraft` made and nobody changed gives the very same timeline; where short keys and
 * `m` disagree, the short keys win; without our `m` they are all there is, and settings come from `base` (the session's timeline)
 * or from the first picture.
 *
 * Errors: TIMELINE_INVALID with the path of the first fault: unknown media, overlaps, what is outside of its media, numbers out of
 * range, more than 10 000 segments, keys that no JSON of ours has, nesting.
 */
export function fromDraft(json: unknown, assets: readonly Asset[], base?: Timeline): Timeline {
  guardJson(json);
  countSegments(json);
  const parsed = draftSchema.safeParse(json);
  if (!parsed.success) throw timelineFault(parsed.error);
  const draft = parsed.data;
  const isOurs = typeof draft.m === 'object' && draft.m !== null && 'schema' in draft.m && draft.m.schema === ourMark;
  const empty = isOurs ? readSettings(draft.m) : foreignSettings(draft, assets, base);
  const ids = createDraftIds(empty.nextId);
  const known = new Map(assets.map((asset) => [asset.id, asset]));
  const paths = new Map<string, string>();
  const tracks = draft.t.map((track, index) => readTrack(track, { index, isOurs, known, ids, paths }));
  const spoken = isOurs ? tracks : soundOfPictures(tracks, known, ids);
  const timeline = normalizeLinks({ ...withLook(empty, draft), tracks: spoken, nextId: ids.next() });
  checkMeaning(timeline, assets, paths);
  return timeline;
}

/** Before the schema reads every one of them. */
function countSegments(json: unknown): void {
  const tracks = typeof json === 'object' && json !== null && 't' in json && Array.isArray(json.t) ? (json.t as unknown[]) : [];
  let count = 0;
  for (const track of tracks) {
    if (typeof track === 'object' && track !== null && 'sg' in track && Array.isArray(track.sg)) count += track.sg.length;
  }
  if (count > limits.items) throw invalid(['t'], `there are ${count} segments, permitted are ${limits.items}`);
}

function readSettings(json: unknown): Timeline {
  const parsed = draftMetaSchema.safeParse(json);
  if (!parsed.success) throw timelineFault(parsed.error, ['m']);
  const { schema, id, revision, frameRate, size, sampleRateHz, background, fit, master, nextId } = parsed.data;
  const look = { ...(background === undefined ? {} : { background }), ...(fit === undefined ? {} : { fit }) };
  return { schema, id, revision, frameRate, size, sampleRateHz, ...look, tracks: [], master, nextId };
}

/** Background and fit as the short keys say, where they say something. */
function withLook(timeline: Timeline, { bg, fit }: Draft): Timeline {
  const { schema, id, revision, frameRate, size, sampleRateHz, background, fit: known, tracks, master, nextId } = timeline;
  const [color, way] = [bg ?? background, fit ?? known];
  const look = { ...(color === undefined ? {} : { background: color }), ...(way === undefined ? {} : { fit: way }) };
  return { schema, id, revision, frameRate, size, sampleRateHz, ...look, tracks, master, nextId };
}

function foreignSettings(draft: Draft, assets: readonly Asset[], base: Timeline | undefined): Timeline {
  if (base !== undefined) return { ...base, tracks: [] };
  const used = draft.t.flatMap(({ tt, sg }) => (tt === 0 ? sg.map(({ media }) => media) : []));
  const first = assets.find((asset) => asset.id === used[0]);
  const picture = first === undefined ? undefined : mainVideoStream(first);
  return createTimeline({
    id: 'draft',
    frameRate: picture === undefined || first?.kind === 'image' ? { num: 30, den: 1 } : picture.frameRate,
    size: picture?.displaySize ?? { width: 1920, height: 1080 },
    sampleRateHz: 48_000,
  });
}

type Reading = {
  readonly index: number;
  readonly isOurs: boolean;
  readonly known: ReadonlyMap<AssetId, Asset>;
  readonly ids: DraftIds;
  /** Where in the draft each item came from. */
  readonly paths: Map<string, string>;
};

function readTrack(track: DraftTrack, { index, isOurs, known, ids, paths }: Reading): Track {
  const kind = kinds[track.tt];
  const meta = isOurs && track.m !== undefined ? readTrackMeta(track.m, index) : undefined;
  const id = ids.take('trk', meta?.id);
  const place: TrackPlace = { kind, index, isOurs, known, ids, paths };
  const items: readonly Item[] = placeSegments(track.sg, place);
  return {
    id,
    kind,
    name: track.name ?? defaultNames[kind],
    follows: meta?.follows ?? 'ripple',
    muted: track.muted ?? false,
    hidden: track.hidden ?? false,
    locked: meta?.locked ?? false,
    gainDb: track.gain ?? 0,
    ...duckingOf(track, meta?.ducking),
    items,
  };
}

function duckingOf({ duck }: DraftTrack, known: Ducking | undefined): { readonly ducking?: Ducking } {
  if (duck === null) return {};
  const ducking = duck === undefined ? known : { amountDb: duck.db, attackMs: duck.attack, releaseMs: duck.release };
  return ducking === undefined ? {} : { ducking };
}

function readTrackMeta(json: unknown, index: number) {
  const parsed = trackMetaSchema.safeParse(json);
  if (!parsed.success) throw timelineFault(parsed.error, ['t', index, 'm']);
  return parsed.data;
}

/** The rules of timelines, with faults named where the draft has them. */
function checkMeaning(timeline: Timeline, assets: readonly Asset[], paths: ReadonlyMap<string, string>): void {
  const [problem] = checkTimeline(timeline, assets);
  if (problem === undefined) return;
  const path = (problem.itemId === undefined ? undefined : paths.get(problem.itemId)) ?? problem.path;
  if (problem.code !== 'TIMELINE_INVALID') throw problemError({ ...problem, code: 'TIMELINE_INVALID', path });
  throw problemError({ ...problem, path });
}

function invalid(path: readonly PropertyKey[], reason: string): Error {
  return fail('TIMELINE_INVALID', { path: formatPath(path), reason });
}
